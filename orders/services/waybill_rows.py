"""Many waybills at once: every row is judged first and in words, then done one by one with an answer for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.carriers import find_carrier
from orders.guards import HELD
from orders.models import Order, Shipment
from orders.models.order import OrderQuerySet
from orders.services.waybill_files import WaybillRow
from orders.services.waybills import checked_waybill, ship_with_waybill, used_already, waybill_doubt
from orders.shipment_guards import SHIPPABLE
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, OrderStatus

Text = str | Promise


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """What would become, or became, of one row: `refusal` is None when it is, or was, done."""

    row: WaybillRow
    order_id: int | None
    carrier: str
    number: str
    refusal: Text | None

    @property
    def doubt(self) -> str:
        """What somebody should look at although the row can be, or was, done."""
        return "" if self.refusal else waybill_doubt(self.carrier, self.number)


def check_rows(rows: Sequence[WaybillRow], orders: OrderQuerySet) -> list[RowAnswer]:
    """Judge every row against the orders one may ship; four queries, however many rows; writes nothing."""
    by_number = _orders_by_number(rows, orders)
    taken = _taken_numbers(rows)
    seen: dict[tuple[str, str], int] = {}
    return [_check(row, by_number, taken, seen) for row in rows]


def _orders_by_number(rows: Sequence[WaybillRow], orders: OrderQuerySet) -> dict[str, list[Order]]:
    wanted = {row.order.upper() for row in rows} | {row.order for row in rows}
    found: dict[str, list[Order]] = {}
    for order in orders.filter(number__in=wanted).prefetch_related("lines", "shipments"):
        found.setdefault(order.number.upper(), []).append(order)
    return found


def _taken_numbers(rows: Sequence[WaybillRow]) -> dict[tuple[str, str], Shipment]:
    numbers = {row.number for row in rows} | {
        "".join(ch for ch in row.number if ch.isalnum()) for row in rows
    }
    shipments = Shipment.objects.filter(tracking_number__in=numbers - {""})
    return {(each.carrier, each.tracking_number): each for each in shipments}


def _check(
    row: WaybillRow,
    by_number: dict[str, list[Order]],
    taken: dict[tuple[str, str], Shipment],
    seen: dict[tuple[str, str], int],
) -> RowAnswer:
    carrier, number, order = find_carrier(row.carrier) or "", row.number, None
    try:
        order = _the_order(row, by_number)
        if not carrier:
            raise DomainError("no_carrier", _("No carrier is called “%(name)s”."), name=row.carrier)
        number = checked_waybill(carrier, row.number)
        _check_order(order)
        _check_number(order, carrier, number, taken, seen)
        seen[carrier, number] = row.line
    except DomainError as refusal:
        return RowAnswer(row, order.pk if order else None, carrier, number, str(refusal))
    return RowAnswer(row, order.pk, carrier, number, None)


def _the_order(row: WaybillRow, by_number: dict[str, list[Order]]) -> Order:
    found = by_number.get(row.order.upper(), [])
    if not row.order:
        raise DomainError("no_order", _("The order number is missing."))
    if not found:
        raise DomainError("no_order", _("There is no order %(number)s."), number=row.order)
    if len(found) > 1:
        raise DomainError("two_orders", _("More than one of your shops has an order with this number."))
    return found[0]


def _check_order(order: Order) -> None:
    if order.status == OrderStatus.ON_HOLD:
        raise DomainError(HELD.code, HELD.message)
    if order.status not in SHIPPABLE:
        raise DomainError(
            "not_shippable",
            _("The order is “%(status)s”: it cannot be shipped now."),
            status=str(order.get_status_display()),
        )
    if order.delivery_method != DeliveryMethod.PARCEL:
        raise DomainError("not_parcel", _("This order does not go by parcel."))
    waiting = any(shipment.status in BEFORE_HANDOVER for shipment in order.shipments.all())
    if not waiting and not any(line.to_ship for line in order.lines.all()):
        raise DomainError("no_units", _("Every unit has been shipped already."))


def _check_number(
    order: Order,
    carrier: str,
    number: str,
    taken: dict[tuple[str, str], Shipment],
    seen: dict[tuple[str, str], int],
) -> None:
    other = taken.get((carrier, number))
    if other and (other.order_id != order.pk or other.status not in BEFORE_HANDOVER):
        raise used_already(carrier, number)
    if (carrier, number) in seen:
        raise DomainError(
            "repeated", _("The same number stands in row %(line)s."), line=seen[carrier, number]
        )


def perform_rows(answers: Sequence[RowAnswer], *, actor: Actor, handed_over: bool = True) -> list[RowAnswer]:
    """Do every row that was not refused, each in a transaction of its own; the others keep their refusal."""
    return [_perform(answer, actor, handed_over=handed_over) for answer in answers]


def _perform(answer: RowAnswer, actor: Actor, *, handed_over: bool) -> RowAnswer:
    if answer.refusal is not None or answer.order_id is None:
        return answer
    try:
        ship_with_waybill(
            answer.order_id,
            carrier=answer.carrier,
            number=answer.number,
            actor=actor,
            handed_over=handed_over,
        )
    except DomainError as refusal:
        return RowAnswer(answer.row, answer.order_id, answer.carrier, answer.number, str(refusal))
    return answer
