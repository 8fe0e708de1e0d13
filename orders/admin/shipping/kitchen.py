"""The kitchen's board: what is new, what cooks, what waits for its courier; big buttons, no menus."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.console.marks import span
from orderdesk.errors import DomainError
from orders.admin.shipping.codes import qr
from orders.admin.shipping.doors import actor_of, door, own_order, own_orders, page, user_of
from orders.admin.shipping.queue import with_goods
from orders.models import Hold, Order, OrderLine, Shipment
from orders.services.courier import assign_courier, courier_departs
from orders.services.links import courier_link
from orders.services.steps import confirm_order, hand_over_at_counter, mark_ready, start_preparing
from orders.shipment_guards import why_not_shipment
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, OrderStatus

PREPARE, CONFIRM, FULFIL = "orders.prepare_order", "orders.confirm_order", "orders.fulfil_order"
MINUTES = (10, 15, 20, 30, 45)
S = OrderStatus
COLUMNS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("new", gettext_lazy("New"), (S.PLACED,)),
    ("cooking", gettext_lazy("In the kitchen"), (S.CONFIRMED, S.PREPARING)),
    ("ready", gettext_lazy("Ready to leave"), (S.READY,)),
    ("held", gettext_lazy("Held"), (S.ON_HOLD,)),
)


@dataclass(frozen=True, slots=True)
class Card:
    """One order on the board."""

    order: Order
    lines: list[OrderLine]
    shipment: Shipment | None
    wait: str
    late: bool
    departs: bool
    held: Hold | None

    @property
    def pickup(self) -> bool:
        """Whether the customer comes for it."""
        return self.order.delivery_method == DeliveryMethod.PICKUP


@door(PREPARE)
@require_GET
def board(request: HttpRequest) -> HttpResponseBase:
    """The board; the poll asks for its columns alone and hears 304 while nothing moved."""
    columns = _columns(request)
    user: Any = request.user
    context = {
        "columns": columns,
        "minutes": MINUTES,
        "may_confirm": user.has_perm(CONFIRM),
        "may_fulfil": user.has_perm(FULFIL),
    }
    if request.headers.get("X-Fragment") == "board":
        return _fragment(request, context)
    return page(request, "admin/shipping/kitchen.html", title=_("Kitchen"), **context)


def _fragment(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    body = render_to_string("admin/shipping/kitchen_columns.html", context, request)
    # The masked token of each form differs on every rendering; what the orders say is what counts.
    seen = [
        (c.order.pk, c.order.revision, c.order.version, c.wait)
        for _k, _l, cards in context["columns"]
        for c in cards
    ]
    etag = f'"{hashlib.blake2b(repr(seen).encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def _columns(request: HttpRequest) -> list[tuple[str, Promise, list[Card]]]:
    wanted = [status for _key, _label, statuses in COLUMNS for status in statuses]
    rows = own_orders(request, PREPARE).filter(kind=OrderKind.FOOD, status__in=wanted)
    open_holds = Prefetch("holds", Hold.objects.filter(released_at=None), to_attr="open_holds")
    goods = with_goods(rows.order_by("promised_until", "pk")).prefetch_related(open_holds)
    cards = [_card(order) for order in goods[:120]]
    return [
        (key, label, [c for c in cards if c.order.status in statuses]) for key, label, statuses in COLUMNS
    ]


def _card(order: Order) -> Card:
    waiting = next((each for each in order.shipments.all() if each.status in BEFORE_HANDOVER), None)
    if waiting is not None:
        waiting.order = order
    promised = order.promised_until
    return Card(
        order=order,
        lines=[line for line in order.lines.all() if line.to_ship],
        shipment=waiting,
        wait=_wait(promised),
        late=promised is not None and promised < clock.now(),
        departs=waiting is not None and why_not_shipment(waiting, "depart") is None,
        held=next(iter(getattr(order, "open_holds", [])), None),
    )


def _wait(promised: datetime | None) -> str:
    if promised is None:
        return ""
    seconds = (promised - clock.now()).total_seconds()
    if seconds < 0:
        return _("%(time)s late") % {"time": span(-seconds)}
    return _("%(time)s left") % {"time": span(seconds)}


def _confirm(request: HttpRequest, order: Order) -> str:
    text = request.POST.get("minutes", "")
    minutes = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= minutes <= 240:
        raise DomainError("minutes", _("Give 1 to 240 minutes."))
    confirm_order(order.pk, actor=actor_of(request), preparation_minutes=minutes)
    return _("%(order)s: accepted, %(minutes)s minutes.") % {"order": order.number, "minutes": minutes}


def _start(request: HttpRequest, order: Order) -> str:
    start_preparing(order.pk, actor=actor_of(request))
    return _("%(order)s: cooking.") % {"order": order.number}


def _ready(request: HttpRequest, order: Order) -> str:
    mark_ready(order.pk, actor=actor_of(request))
    return _("%(order)s: ready.") % {"order": order.number}


def _courier(request: HttpRequest, order: Order) -> str:
    name, phone = request.POST.get("name", ""), request.POST.get("phone", "")
    shipment = assign_courier(order.pk, name=name, phone=phone, actor=actor_of(request))
    return _("%(order)s goes with %(courier)s.") % {"order": order.number, "courier": shipment.courier_name}


def _depart(request: HttpRequest, order: Order) -> str:
    shipment = order.shipments.filter(status__in=BEFORE_HANDOVER).first()
    if shipment is None:
        raise DomainError("no_courier", _("Assign a courier first."))
    courier_departs(shipment.pk, actor=actor_of(request))
    return _("%(order)s: given to the courier.") % {"order": order.number}


def _counter(request: HttpRequest, order: Order) -> str:
    hand_over_at_counter(order.pk, actor=actor_of(request))
    return _("%(order)s: handed over at the counter.") % {"order": order.number}


VERBS: dict[str, tuple[str, Callable[[HttpRequest, Order], str]]] = {
    "confirm": (CONFIRM, _confirm),
    "start": (PREPARE, _start),
    "ready": (PREPARE, _ready),
    "courier": (FULFIL, _courier),
    "depart": (FULFIL, _depart),
    "counter": (FULFIL, _counter),
}


@door(PREPARE)
@require_POST
def act(request: HttpRequest, order_id: int, verb: str) -> HttpResponseBase:
    """One big button: do it, and back to the board with a sentence."""
    if verb not in VERBS:
        raise Http404
    permission, perform = VERBS[verb]
    if not user_of(request).has_perm(permission):
        raise PermissionDenied
    order = own_order(request, order_id, permission)
    try:
        messages.success(request, perform(request, order))
    except DomainError as refusal:
        messages.error(request, f"{order.number}: {refusal}")
    return redirect("shipping:kitchen")


@door(FULFIL)
@require_POST
def courier_code(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """The courier's private address as a QR code to photograph with the courier's phone; POST, because it may make the link."""
    order = own_order(request, order_id)
    shipment = order.shipments.filter(status__in=BEFORE_HANDOVER).first()
    if shipment is None:
        messages.error(request, _("Assign a courier first."))
        return redirect("shipping:kitchen")
    link = courier_link(shipment)
    code = qr(link, label=_("Address of the courier's page"), scale=7)
    return page(
        request,
        "admin/shipping/courier_code.html",
        title=_("Courier's page"),
        order=order,
        shipment=shipment,
        link=link,
        code=code,
    )
