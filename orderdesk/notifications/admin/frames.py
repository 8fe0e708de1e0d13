"""Rendered copies inside a page: a sandboxed frame of its own address, which may run, load and reach nothing."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import escape, linebreaks

from orderdesk.notifications.rendering import LINK_MARKER

COPY_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"


def copy_response(text: str, html: str) -> HttpResponse:
    """A copy for the frame; the private link is not in it."""
    body = html or f'<meta charset="utf-8"><body style="font:14px/1.6 sans-serif">{linebreaks(escape(text))}'
    response = HttpResponse(body.replace(LINK_MARKER, "#"))
    response.headers["Content-Security-Policy"] = COPY_CSP
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# For pages that show one of our own addresses in a frame.
with_frame = method_decorator(csp_update({"frame-src": [SELF]}))
