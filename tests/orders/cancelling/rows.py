"""Orders whose money goes back by itself, and the two submits of a customer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderdesk import clock
from orderdesk.events.actor import CUSTOMER
from orders.models import Cancellation, Order
from orders.quotes import Quote
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.cancelling.open import open_cancellation
from orders.services.cancelling.wish import CancelWish
from tests.builders import make_order


def card_order(**values: Any) -> Order:
    """An order paid by a card that the simulator can charge back."""
    order = make_order(**values)
    order.payments.update(gateway="simulator")
    return order


def opened(
    order: Order, units: Mapping[int, int] | None = None, reason: str = "plans_changed"
) -> Cancellation:
    """The first submit."""
    return open_cancellation(order.pk, CancelWish(order.pk, units, reason), actor=CUSTOMER, at=clock.now())


def confirmed(row: Cancellation) -> Cancellation:
    """The second submit, with what the first has shown."""
    return confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest=Quote.from_json(row.quote).digest())
