"""What is printed: packing slips and kitchen tickets, one sheet an order, many at once."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from orders.admin.shipping.codes import barcode, qr
from orders.admin.shipping.desk import way_back
from orders.admin.shipping.doors import FULFIL, door, note_access, own_orders
from orders.admin.shipping.queue import with_goods
from orders.carriers import carrier_name
from orders.models import Order, OrderLine, Shipment
from orders.terms import BEFORE_HANDOVER

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed sheet: an order, or one of its parcels."""

    order: Order
    shipment: Shipment | None
    lines: list[tuple[OrderLine, int]]
    carrier: str
    barcode: SafeString
    qr: SafeString

    @property
    def code(self) -> str:
        """What the barcode says."""
        return _code(self.order, self.shipment)

    @property
    def units(self) -> int:
        """How many pieces are in it."""
        return sum(quantity for _line, quantity in self.lines)


# POST: it shows whole names and addresses, and writes down that it did.
@door(FULFIL)
@require_POST
def slips(request: HttpRequest) -> HttpResponseBase:
    """Packing slips: one per parcel that waits, else one per order with all that is left to ship."""
    orders = _chosen(request)
    if not orders:
        messages.error(request, _("Choose at least one order."))
        return redirect(way_back(request))
    note_access(request, orders, "print", "packing_slip")
    sheets = [sheet for order in orders for sheet in _slips_of(order)]
    return _printed(request, "print/packing_slips.html", sheets, _("Packing slips"))


@door(FULFIL)
@require_POST
def tickets(request: HttpRequest) -> HttpResponseBase:
    """Kitchen tickets, on 80 mm paper; no name and no address."""
    orders = _chosen(request)
    if not orders:
        messages.error(request, _("Choose at least one order."))
        return redirect(way_back(request))
    sheets = [_sheet(order, None, _left(order)) for order in orders]
    return _printed(request, "print/kitchen_tickets.html", sheets, _("Kitchen tickets"))


def _printed(request: HttpRequest, template: str, sheets: list[Sheet], title: str) -> HttpResponseBase:
    context = {"sheets": sheets, "title": title, "now": timezone.localtime()}
    return TemplateResponse(request, template, context, headers={"Cache-Control": "no-store"})


def _chosen(request: HttpRequest) -> list[Order]:
    """The orders of the form, in its order, as far as they are the user's to ship."""
    ids = [int(each) for each in request.POST.getlist("ids") if each.isascii() and each.isdigit()][:AT_ONCE]
    rows = {order.pk: order for order in with_goods(own_orders(request).filter(pk__in=ids))}
    return [rows[pk] for pk in dict.fromkeys(ids) if pk in rows]


def _slips_of(order: Order) -> list[Sheet]:
    parcels = [each for each in order.shipments.all() if each.status in BEFORE_HANDOVER]
    if not parcels:
        return [_sheet(order, None, _left(order))]
    goods = {line.pk: line for line in order.lines.all()}
    return [
        _sheet(order, each, [(goods[row.line_id], row.quantity) for row in each.lines.all()])
        for each in parcels
    ]


def _left(order: Order) -> list[tuple[OrderLine, int]]:
    left = [(line, line.to_ship) for line in order.lines.all() if line.to_ship]
    return left or [(line, line.quantity - line.cancelled_quantity) for line in order.lines.all()]


def _code(order: Order, shipment: Shipment | None) -> str:
    return f"{order.number}/{shipment.number}" if shipment else order.number


def _sheet(order: Order, shipment: Shipment | None, lines: list[tuple[OrderLine, int]]) -> Sheet:
    track = f"{settings.SITE_URL}/track/?number={order.number}"
    return Sheet(
        order=order,
        shipment=shipment,
        lines=lines,
        carrier=carrier_name(shipment.carrier, get_language() or "ko")
        if shipment and shipment.carrier
        else "",
        barcode=barcode(_code(order, shipment)),
        qr=qr(track, label=_("Address of the tracking page")),
    )
