"""What every answer of this door has in common: nothing is kept, nothing is passed on, nothing is indexed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from orderdesk.portal.language import remember, speaking


def private(response: HttpResponseBase) -> None:
    """Headers of a page behind a private link."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, language: str = "", status: int = 200
) -> HttpResponse:
    """A private page in the reader's language (default: the browser's)."""
    with speaking(request, language or get_language() or "") as spoken:
        response = render(request, template, {"language": spoken, **context}, status=status)
    finish(request, response, spoken)
    return response


def finish(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """State the language, keep a choice of it, and close the answer to caches, referrers, indexes and logs."""
    remember(request, response, language)
    private(response)
    # The path may hold a token, and Django would log it with the status.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001


def dead_link(request: HttpRequest, *, courier: bool = False) -> HttpResponse:
    """The same words and status whether a link never was, has expired or was revoked."""
    return page(request, "portal/dead_link.html", {"courier": courier}, status=404)
