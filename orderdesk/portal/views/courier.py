"""The courier's page: one run, its address, and the buttons of the road."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from orderdesk import clock
from orderdesk.accounts.phones import format_phone
from orderdesk.errors import DomainError
from orderdesk.portal import passes
from orderdesk.portal.answers import dead_link, page, private
from orderdesk.portal.language import speaking
from orderdesk.portal.passes import Pass
from orderdesk.portal.photos import MOST_BYTES, clean_photo
from orderdesk.portal.rates import allowed
from orderdesk.portal.run_words import failures, refused, run_state
from orderdesk.portal.views.entrance import run_subject
from orderdesk.portal.wallet import amount
from orders.models import AccessLink, LinkScope, Shipment
from orders.services.courier import (
    courier_arrives,
    courier_delivers,
    courier_departs,
    courier_fails,
    courier_pings,
)
from orders.terms import BEFORE_HANDOVER, CLOSED_SHIPMENT, ShipmentStatus
from orders.timewords import Speaker

S = ShipmentStatus
_ROOM_FOR_THE_FORM = 1024 * 1024
_PING_SECONDS = 3


@require_safe
def run(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """The run that this browser's link is for."""
    held, shipment = _run(request, public_id, number)
    if held is None or shipment is None:
        return dead_link(request, courier=True)
    return _shown(request, held, shipment)


def _run(request: HttpRequest, public_id: str, number: int) -> tuple[Pass | None, Shipment | None]:
    held = passes.read(request, LinkScope.COURIER, run_subject(public_id, number))
    if held is None:
        return None, None
    link = (
        AccessLink.objects.filter(
            pk=held.link_id,
            token_hash=held.token_hash,
            scope=LinkScope.COURIER,
            order__public_id=public_id,
            shipment__number=number,
            revoked_at=None,
            expires_at__gt=clock.now(),
        )
        .select_related("shipment__order__shop")
        .first()
    )
    return held, link.shipment if link else None


def _shown(
    request: HttpRequest,
    held: Pass,
    shipment: Shipment,
    *,
    error: str | Promise = "",
    status: int = 200,
) -> HttpResponse:
    spoken = shipment.order.shop.language
    with speaking(request, spoken):
        context = _context(shipment, request.POST.get("proof_name", "")) | {
            "form_token": held.form_token,
            "error": error,
        }
    return page(request, "portal/run.html", context, language=spoken, status=status)


def _context(shipment: Shipment, proof_name: str) -> dict[str, Any]:
    order = shipment.order
    speak = Speaker(clock.now(), order.shop.zone)
    start, end = order.promised_from, order.promised_until
    return {
        "shipment": shipment,
        "order": order,
        "shop": order.shop,
        "phone": format_phone(order.recipient_phone),
        "lines": list(shipment.lines.select_related("line").order_by("line__position")),
        "window": speak.window(start, end) if start and end else "",
        "due": amount(order.balance, order.currency),
        "waiting": shipment.status in BEFORE_HANDOVER,
        "on_the_way": shipment.status in (S.PICKED_UP, S.ARRIVING, S.ATTEMPT_FAILED),
        "closed": shipment.status in CLOSED_SHIPMENT,
        "failures": failures(order.kind),
        "state": run_state(shipment.status),
        "proof_name": proof_name,
    }


def _depart(_request: HttpRequest, shipment: Shipment) -> None:
    courier_departs(shipment.pk)


def _arrive(_request: HttpRequest, shipment: Shipment) -> None:
    courier_arrives(shipment.pk)


def _deliver(request: HttpRequest, shipment: Shipment) -> None:
    sent = request.FILES.get("photo")
    photo = clean_photo(sent) if sent else None
    courier_delivers(shipment.pk, proof_name=request.POST.get("proof_name", ""), photo=photo)


def _fail(request: HttpRequest, shipment: Shipment) -> None:
    courier_fails(shipment.pk, reason=request.POST.get("reason", ""))


_STEPS: dict[str, Callable[[HttpRequest, Shipment], None]] = {
    "depart": _depart,
    "arrive": _arrive,
    "deliver": _deliver,
    "fail": _fail,
}


@csrf_exempt
@require_POST
def step(request: HttpRequest, public_id: str, number: int, verb: str) -> HttpResponseBase:
    """One button of the run; a refusal is shown on the page in words."""
    held, shipment = _run(request, public_id, number)
    if held is None or shipment is None or verb not in _STEPS:
        return dead_link(request, courier=True)
    # Asked before the body is read.
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + _ROOM_FOR_THE_FORM:
        return _shown(request, held, shipment, error=_("The photo is too big."), status=413)
    if not held.signed(request):
        return _shown(
            request, held, shipment, error=_("That page was out of date. Please try again."), status=403
        )
    try:
        _STEPS[verb](request, shipment)
    except DomainError as refusal:
        shipment.refresh_from_db()
        return _shown(request, held, shipment, error=refused(refusal), status=409)
    return _back(public_id, number)


def _back(public_id: str, number: int) -> HttpResponseRedirect:
    response = redirect(reverse("portal:run", args=[public_id, number]))
    private(response)
    return response


@csrf_exempt
@require_POST
def ping(request: HttpRequest, public_id: str, number: int) -> HttpResponseBase:
    """A position from the courier's phone as JSON {latitude, longitude, accuracy}; at most one in three seconds counts."""
    body = request.body
    held, shipment = _run(request, public_id, number)
    if held is None or shipment is None or not held.signed(request):
        return JsonResponse({"error": "no_run"}, status=403)
    if not allowed("ping", str(shipment.pk), 1, _PING_SECONDS):
        return JsonResponse({"kept": False, "again_in": _PING_SECONDS}, status=429)
    try:
        latitude, longitude, accuracy = _position(body)
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": "bad_position"}, status=400)
    kept = courier_pings(shipment.pk, latitude=latitude, longitude=longitude, accuracy_m=accuracy)
    over = not kept and shipment.status in CLOSED_SHIPMENT
    return JsonResponse({"kept": kept}, status=409 if over else 200)


def _position(body: bytes) -> tuple[float, float, float | None]:
    """ValueError, KeyError or TypeError for anything but numbers; the service judges them."""
    sent = json.loads(body)
    accuracy = sent.get("accuracy")
    return float(sent["latitude"]), float(sent["longitude"]), None if accuracy is None else float(accuracy)
