"""Scan to the next step: one field that keeps the focus, one big answer."""

from __future__ import annotations

import time
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orderdesk.errors import DomainError
from orders.admin.shipping.doors import FULFIL, actor_of, door, page, user_of
from orders.services.scan_steps import find_scanned, take_next_step

# A trembling hand or a scanner's echo reads the same label twice; two steps were not meant.
ECHO_SECONDS = 1.5
LAST_KEY = "shipping.scan"


@door(FULFIL)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest) -> HttpResponseBase:
    """POST a code: the next step is taken and told; the script asks for the answer alone."""
    result = _scanned(request) if request.method == "POST" else None
    status = 422 if result and not result["good"] else 200
    if request.headers.get("X-Fragment") == "scan":
        return TemplateResponse(request, "admin/shipping/scan_result.html", {"result": result}, status=status)
    return page(request, "admin/shipping/scan.html", status=status, title=_("Scan"), result=result)


def _scanned(request: HttpRequest) -> dict[str, Any]:
    code = request.POST.get("code", "").strip()[:80]
    if not code:
        return _answer("", good=False, sentence=_("Nothing was scanned."))
    if _echo(request, code):
        return _answer(code, good=False, sentence=_("Scanned twice: the second one did nothing."))
    try:
        order, shipment = find_scanned(code, user_of(request))
        done = take_next_step(order, shipment, actor=actor_of(request))
    except DomainError as refusal:
        return _answer(code, good=False, sentence=str(refusal))
    return _answer(code, good=True, sentence=str(done.sentence), order=done.order, shipment=done.shipment)


def _echo(request: HttpRequest, code: str) -> bool:
    last, at = request.session.get(LAST_KEY, ("", 0.0))
    request.session[LAST_KEY] = (code, time.time())
    return bool(code == last and time.time() - at < ECHO_SECONDS)


def _answer(code: str, *, good: bool, sentence: str, **found: Any) -> dict[str, Any]:
    return {"code": code, "good": good, "sentence": sentence, **found}
