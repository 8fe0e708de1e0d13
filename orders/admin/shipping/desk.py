"""The shipping desk: the queue, the list to take along, and the report of a problem."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orderdesk.accounts.phones import format_phone
from orderdesk.console import keyset, listing
from orderdesk.console.export import guarded, workbook
from orderdesk.console.listing import PAGING
from orderdesk.console.marks import exact, last_minute
from orderdesk.errors import DomainError
from orders.admin.shipping.doors import FULFIL, actor_of, door, note_access, own_order, page
from orders.admin.shipping.queue import CHIPS, DUE, SHOWN, queue_rows, to_ship, with_goods
from orders.models import Order
from orders.services.desk import report_problem

LIST_LIMIT = 5_000


@door(FULFIL)
@require_GET
def desk(request: HttpRequest) -> HttpResponseBase:
    """What must leave, the most urgent first."""
    rows = to_ship(request)
    here = {name: request.GET.get(name, "") for name in PAGING}
    shown = keyset.fetch(with_goods(rows), DUE, size=SHOWN, **here)
    whole = not (shown.previous or shown.next)
    query = listing.query_of(request)
    return page(
        request,
        "admin/shipping/desk.html",
        title=_("Shipping desk"),
        rows=queue_rows(shown.rows),
        count=f"{len(shown.rows) if whole else rows.order_by().count():,}",
        chips=listing.shown_chips(CHIPS, request),
        filtered=any(request.GET.get(name) for name in ("q", *(chip.name for chip in CHIPS))),
        search_text=request.GET.get("q", ""),
        query=query,
        previous_url=listing.url_with(request, before=shown.previous) if shown.previous else "",
        next_url=listing.url_with(request, after=shown.next) if shown.next else "",
    )


@door(FULFIL)
@require_POST
def ship_list(request: HttpRequest) -> HttpResponseBase:
    """The queue as XLSX with whole addresses, for the shelves and for a carrier's own program."""
    orders = list(with_goods(to_ship(request))[:LIST_LIMIT])
    note_access(request, orders, "export", "address")
    head = [str(label) for label in _headings()]
    rows = [[guarded(cell) for cell in row] for order in orders for row in _list_rows(order)]
    name = f"ship-list-{timezone.localtime():%Y%m%d-%H%M}.xlsx"
    return FileResponse(workbook([head, *rows]), as_attachment=True, filename=name)


def _headings() -> list[Any]:
    return [
        _("Order number"),
        _("Product"),
        _("Options"),
        _("SKU"),
        _("Quantity"),
        _("Recipient"),
        _("Phone"),
        _("Postcode"),
        _("Address"),
        _("Customer's note"),
        _("Ship by"),
    ]


def _list_rows(order: Order) -> list[list[Any]]:
    by = exact(last_minute(order.ship_by)) if order.ship_by else ""
    whom = [order.recipient_name, format_phone(order.recipient_phone), order.postcode]
    where = f"{order.address1} {order.address2}".strip()
    return [
        [order.number, line.name, line.options, line.sku, line.to_ship, *whom, where, order.customer_note, by]
        for line in order.lines.all()
        if line.to_ship
    ]


@door("orders.report_problem")
@require_POST
def problem(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """Kitchen or packers report an accident: the order is held and staff are told."""
    order = own_order(request, order_id, "orders.report_problem")
    detail = request.POST.get("detail", "").strip()[:500]
    if not detail:
        messages.error(request, _("Say in a few words what happened."))
        return redirect(way_back(request))
    try:
        report_problem(order.pk, detail, actor=actor_of(request))
        messages.success(request, _("%(order)s: reported, staff are told.") % {"order": order.number})
    except DomainError as refusal:
        messages.error(request, f"{order.number}: {refusal}")
    return redirect(way_back(request))


def way_back(request: HttpRequest) -> str:
    """The page of ours that the form came from, else the desk."""
    target = request.POST.get("back", "")
    # A word without a slash would be taken for the name of a route.
    if target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    return reverse("shipping:desk")
