"""Units that a customer's open request is about: until it is answered they do not ship."""

from __future__ import annotations

from collections import Counter

from orders.models import Order
from orders.terms import OPEN_CANCELLATION


def asked_units(order: Order) -> Counter[int]:
    """Units by line id under an open request; one query unless the order's cancellations are prefetched."""
    asked: Counter[int] = Counter()
    for row in order.cancellations.all():
        if row.status in OPEN_CANCELLATION:
            asked.update({int(pk): quantity for pk, quantity in row.decision.get("units", {}).items()})
    return asked
