"""Thousands of attempts at the same change, fifty at a time: one wins each order, and only winners leave events."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection

from orderdesk.events.models import Event
from orders.models import Order
from orders.services.steps import confirm_order
from orders.services.stop import cancel_order, hold_order, reject_order
from orders.terms import CancelReason, HoldReason
from tests.builders import STAFF, make_order, make_shop
from tests.orders.test_races import AT_ONCE, race

pytestmark = pytest.mark.django_db(transaction=True)
# All four are allowed from the same version, so that exactly one of fifty can win.
MOVED = ("order.confirmed", "order.held", "order.cancelled")


def attempts(order: Order) -> list[Callable[[], object]]:
    """Fifty forms of different people, all opened at the same version of the order."""
    pk, version = order.pk, order.version
    verbs: list[Callable[[], object]] = [
        lambda: confirm_order(pk, actor=STAFF, version=version),
        lambda: hold_order(pk, actor=STAFF, reason=HoldReason.OTHER, version=version),
        lambda: cancel_order(pk, actor=STAFF, reason=CancelReason.OTHER, version=version),
        lambda: reject_order(pk, actor=STAFF, reason=CancelReason.OTHER, version=version),
    ]
    return random.Random(pk).choices(verbs, k=AT_ONCE)


def raced(orders: int) -> list[str]:
    """What went wrong in `orders` races: more or fewer than one winner, or events that do not match."""
    shop = make_shop()
    faults = []
    for _n in range(orders):
        order = make_order(shop)
        outcomes = race(attempts(order))
        kinds = Event.objects.filter(subject_kind="order", subject_id=order.pk, kind__in=MOVED)
        if outcomes["won"] != 1 or kinds.count() != 1 or _unclean(outcomes):
            faults.append(f"{order.pk}: {dict(outcomes)}")
    return faults


def _unclean(outcomes: Counter[str]) -> bool:
    return sum(outcomes.values()) != AT_ONCE


@pytest.mark.chaos
def test_two_thousand_attempts_leave_one_winner_each() -> None:
    assert raced(40 if connection.vendor == "postgresql" else 6) == []


@pytest.mark.soak
def test_ten_thousand_attempts_leave_one_winner_each() -> None:
    assert raced(10_000 // AT_ONCE) == []
