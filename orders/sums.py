"""What an order costs now and what is to move, from its columns alone: for rows and for drafts of rows."""

from __future__ import annotations

from typing import Any, Protocol

from orders.terms import OrderStatus

DEAD = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)


class Sums(Protocol):
    """The columns of an order that its sums are made of, in minor units."""

    status: Any
    total: Any
    cancelled_total: Any
    kept_fee: Any
    captured_total: Any
    refunded_total: Any


def owed(order: Sums) -> int:
    """What the order costs now: less what was cancelled; a dead order costs its fee."""
    cost: int = order.kept_fee if order.status in DEAD else order.total - order.cancelled_total
    return cost


def balance(order: Sums) -> int:
    """Still to be paid; negative when too much was captured."""
    still: int = owed(order) - order.captured_total + order.refunded_total
    return still


def to_give_back(order: Sums) -> int:
    """Captured, not owed and not gone back yet."""
    return max(-balance(order), 0)
