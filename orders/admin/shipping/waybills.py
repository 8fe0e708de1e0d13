"""Waybill entry one by one: scan the label's number, Enter, next order."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orderdesk.errors import DomainError
from orders.admin.shipping.doors import FULFIL, actor_of, door, own_order, page
from orders.admin.shipping.queue import CHIPS, to_ship, with_goods
from orders.carriers import carrier_name, carriers
from orders.models import Order
from orders.models.order import OrderQuerySet
from orders.services.waybills import checked_waybill, ship_with_waybill, waybill_doubt
from orders.terms import DeliveryMethod

CARRIER_KEY = "shipping.carrier"


@door(FULFIL)
@require_http_methods(["GET", "POST"])
def waybills(request: HttpRequest) -> HttpResponseBase:
    """The order whose turn it is, with one field; a refusal or a doubt keeps the order and what was typed."""
    if request.method == "POST":
        return _entered(request)
    return _shown(request, _current(request))


def _queue(request: HttpRequest) -> OrderQuerySet:
    return to_ship(request).filter(delivery_method=DeliveryMethod.PARCEL)


def _current(request: HttpRequest) -> Order | None:
    queue, wanted = with_goods(_queue(request)), request.GET.get("order", "")
    if wanted.isascii() and wanted.isdigit():
        return queue.filter(pk=int(wanted)).first()
    skipped = _skipped(request)
    return queue.exclude(pk__in=skipped).first()


def _skipped(request: HttpRequest) -> list[int]:
    parts = request.GET.get("skip", "").split(",")
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 19][-200:]


def _entered(request: HttpRequest) -> HttpResponseBase:
    order_id = request.POST.get("order", "")
    order = own_order(request, int(order_id) if order_id.isascii() and order_id.isdigit() else 0)
    carrier, number = request.POST.get("carrier", ""), request.POST.get("number", "")
    request.session[CARRIER_KEY] = carrier
    leaves = request.POST.get("leaves") == "1"
    try:
        cleaned = checked_waybill(carrier, number)
        # Asked before anything leaves or is mailed; sent again with the number it was shown for, it is taken.
        doubt = "" if request.POST.get("confirmed") == cleaned else waybill_doubt(carrier, cleaned)
        if doubt:
            return _again(request, order, doubt=doubt, doubted=cleaned, number=number, leaves=leaves)
        shipment = ship_with_waybill(
            order.pk, carrier=carrier, number=number, actor=actor_of(request), handed_over=leaves
        )
    except DomainError as refusal:
        return _again(request, order, error=str(refusal), number=number, leaves=leaves)
    words = {
        "order": order.number,
        "carrier": carrier_name(carrier, get_language() or "ko"),
        "number": shipment.tracking_number,
    }
    messages.success(request, _("%(order)s: %(carrier)s %(number)s") % words)
    skip = [] if leaves else [*_skipped(request), order.pk]
    return redirect(_address(request, skip))


def _again(request: HttpRequest, order: Order, **typed: Any) -> HttpResponseBase:
    return _shown(request, with_goods(Order.objects.filter(pk=order.pk)).get(), **typed)


def _address(request: HttpRequest, skip: list[int]) -> str:
    kept = {chip.name: request.GET[chip.name] for chip in CHIPS if request.GET.get(chip.name)}
    if skip:
        kept["skip"] = ",".join(map(str, skip))
    address = reverse("shipping:waybills")
    return f"{address}?{urlencode(kept)}" if kept else address


def _shown(request: HttpRequest, order: Order | None, **typed: Any) -> HttpResponseBase:
    language = get_language() or "ko"
    skipped = _skipped(request)
    return page(
        request,
        "admin/shipping/waybills.html",
        status=422 if typed.get("error") or typed.get("doubt") else 200,
        title=_("Enter waybills"),
        order=order,
        lines=[line for line in order.lines.all() if line.to_ship] if order else [],
        left=_queue(request).exclude(pk__in=skipped).order_by().count(),
        carriers=[(code, carrier.name(language)) for code, carrier in carriers().items()],
        carrier=request.POST.get("carrier") or request.session.get(CARRIER_KEY, "cj"),
        number=typed.get("number", ""),
        leaves=typed.get("leaves", True),
        error=typed.get("error", ""),
        doubt=typed.get("doubt", ""),
        doubted=typed.get("doubted", ""),
        skip_url=_address(request, [*skipped, order.pk]) if order else "",
    )
