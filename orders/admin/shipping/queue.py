"""What must leave the house, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django.db.models import DateTimeField, Prefetch
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk import clock
from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip
from orderdesk.console.keyset import Sort
from orders.admin.shipping.doors import FULFIL, own_orders, user_of
from orders.admin.unmask import record_looks
from orders.models import Order, Shipment
from orders.models.order import OrderQuerySet
from orders.search import PERSONAL, find_orders
from orders.shipment_guards import why_not_shipment
from orders.terms import BEFORE_HANDOVER

SHOWN = 100
# What is due first: by the day of leaving, where there is none by the promise; an order of neither by its age.
DUE = Sort("due", gettext_lazy("Most urgent first"), "due", descending=False, kind=DateTimeField())


def _shops(request: HttpRequest) -> Iterable[tuple[Any, str]]:
    return Shop.objects.visible_to(user_of(request), FULFIL).order_by("name").values_list("pk", "name")


def _today(rows: Any, _request: HttpRequest) -> Any:
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return rows.filter(ship_by__lte=midnight + timedelta(days=1))


def _by_tomorrow(rows: Any, _request: HttpRequest) -> Any:
    return rows.to_send_by_tomorrow()


def _late(rows: Any, _request: HttpRequest) -> Any:
    return rows.filter(ship_by__lt=clock.now())


CHIPS: tuple[Chip, ...] = (
    ChoiceChip("shop", gettext_lazy("Shop"), _shops, field="shop_id"),
    FlagChip("today", gettext_lazy("Today"), _today),
    FlagChip("tomorrow", gettext_lazy("To ship by tomorrow"), _by_tomorrow),
    FlagChip("late", gettext_lazy("Late"), _late),
    ChoiceChip("kind", gettext_lazy("Kind"), OrderKind.choices),
)


def to_ship(request: HttpRequest) -> OrderQuerySet:
    """The orders of the queue after search and chips of the address, oldest deadline first."""
    rows: OrderQuerySet = own_orders(request).to_send()
    if text := request.GET.get("q", "").strip():
        rows = _searched(request, rows, text)
    for chip in CHIPS:
        if value := request.GET.get(chip.name, ""):
            rows = cast("OrderQuerySet", chip.apply(rows, value, request))
    due = Coalesce("ship_by", "promised_until", "placed_at")
    ordered: OrderQuerySet = rows.annotate(due=due).order_by(*DUE.ordering())
    return ordered


def _searched(request: HttpRequest, rows: OrderQuerySet, text: str) -> OrderQuerySet:
    """Rows that the text names, as in the list of orders; looks by personal data are recorded as there."""
    shops = user_of(request).shop_ids(FULFIL)
    answer = find_orders(text, rows, shops)
    if answer.by in PERSONAL:
        record_looks(request, shops, what="search", subject="customers", field=str(answer.by))
    return answer.rows


def with_goods(rows: OrderQuerySet) -> OrderQuerySet:
    """The same with shop, lines and shipments, in a fixed number of queries."""
    shipments = Prefetch("shipments", Shipment.objects.order_by("number"))
    return rows.select_related("shop").prefetch_related("lines", "cancellations", shipments)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One order as the queue shows it."""

    order: Order
    shipment: Shipment | None
    goods: str
    units: int
    late: bool

    @property
    def state(self) -> str:
        """Where it stands: the parcel's step once there is one."""
        return str((self.shipment or self.order).get_status_display())


def queue_rows(orders: Iterable[Order]) -> list[QueueRow]:
    """Orders with their waiting shipment and a short account of the goods."""
    return [_row(order) for order in orders]


def _row(order: Order) -> QueueRow:
    lines = [line for line in order.lines.all() if line.to_ship]
    waiting = [shipment for shipment in order.shipments.all() if shipment.status in BEFORE_HANDOVER]
    first = lines[0].name if lines else "—"
    rest = _(" and %(count)s more") % {"count": len(lines) - 1} if len(lines) > 1 else ""
    late = order.ship_by is not None and order.ship_by < clock.now()
    units = sum(line.to_ship for line in lines)
    return QueueRow(order, waiting[0] if waiting else None, first + rest, units, late)


def greyed(shipment: Shipment, verb: str) -> str:
    """Why a button is off, or nothing."""
    refusal = why_not_shipment(shipment, verb)
    return str(refusal.message) if refusal else ""
