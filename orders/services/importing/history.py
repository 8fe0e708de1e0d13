"""An imported order's past as events, at the times when it happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from orderdesk.events.actor import SOURCE
from orderdesk.events.recording import Fact
from orders.models import Order
from orders.services.importing.rows import OrderRows
from orders.services.locking import SUBJECT
from orders.terms import HoldReason, OrderStatus

S = OrderStatus
Step = tuple[str, datetime | None, dict[str, Any]]
# Steps whose time the source may know; the one that is the order's status is told even without its time.
_STEPS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    (S.CONFIRMED, "order.confirmed", "confirmed_at", {}),
    (S.PREPARING, "order.preparing", "preparing_at", {}),
    (S.READY, "order.ready", "ready_at", {}),
    (S.IN_DELIVERY, "order.departed", "departed_at", {"proof": "source"}),
    (S.DELIVERED, "order.delivered", "delivered_at", {}),
    (S.COMPLETED, "order.completed", "completed_at", {}),
)


def history_of(rows: OrderRows) -> list[Fact]:
    """Facts in the order of the story; a step without a time stands at the last time known and says so."""
    order, facts, last = rows.order, [], rows.order.placed_at
    for kind, at, data in _story(rows):
        last, said = (at, data) if at else (last, {**data, "time_known": False})
        facts.append(Fact(kind, order.shop_id, (SUBJECT, order.id), SOURCE, said, last))
    return facts


def _story(rows: OrderRows) -> Iterator[Step]:
    order = rows.order
    unpaid = order.status in (S.AWAITING_PAYMENT, S.EXPIRED)
    yield "order.awaiting_payment" if unpaid else "order.placed", order.placed_at, {}
    for payment in rows.payments:
        if payment.captured:
            data = {"payment": payment.id, "amount": payment.captured, "method": payment.method}
            yield "payment.captured", payment.captured_at, data
    for status, kind, column, data in _STEPS:
        at = getattr(order, column)
        if at or order.status == status:
            yield kind, at, data
    yield from _stopped(order)


def _stopped(order: Order) -> Iterator[Step]:
    if order.status == S.CANCELLED:
        data: dict[str, Any] = {"reason": order.cancel_reason, "rejected": False, "notify": False}
        yield "order.cancelled", order.cancelled_at, data
    if order.status == S.EXPIRED:
        yield "order.expired", order.expired_at, {}
    if order.status == S.ON_HOLD:
        yield "order.held", None, {"reason": HoldReason.OTHER.value, "held_from": order.held_from}
