"""Fifty at once: one wins, the others are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.models import Order
from orders.services.payments import Capture, record_payment
from orders.services.steps import confirm_order
from orders.services.stop import cancel_order, hold_order
from orders.terms import CancelReason, HoldReason, OrderStatus
from tests.builders import STAFF, make_order

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 50


def race(calls: list[Callable[[], object]]) -> Counter[str]:
    """Run all calls at the same moment, each on a connection of its own; count outcomes by code."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> str:
        try:
            start.wait(timeout=30)
            call()
        except DomainError as refusal:
            return refusal.code
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(run, calls))


def test_of_fifty_who_confirm_one_wins() -> None:
    order = make_order()
    outcomes = race([lambda: confirm_order(order.pk, actor=STAFF)] * AT_ONCE)
    assert outcomes["won"] == 1
    assert set(outcomes) <= {"won", "not_placed", "busy"}
    assert Event.objects.filter(kind="order.confirmed").count() == 1


def test_of_fifty_forms_of_one_version_one_is_saved() -> None:
    order = make_order()
    calls: list[Callable[[], object]] = [
        lambda: hold_order(order.pk, actor=STAFF, reason=HoldReason.OTHER, version=order.version),
        lambda: cancel_order(order.pk, actor=STAFF, reason=CancelReason.OTHER, version=order.version),
    ] * (AT_ONCE // 2)
    outcomes = race(calls)
    assert outcomes["won"] == 1
    assert Order.objects.get().status in {OrderStatus.ON_HOLD, OrderStatus.CANCELLED}


def test_one_webhook_fifty_times_is_one_payment() -> None:
    order = make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False)
    money = Capture(amount=10_000, method="card", gateway="test", reference="tx")
    race([lambda: record_payment(order.pk, money, actor=STAFF)] * AT_ONCE)
    order.refresh_from_db()
    assert (order.captured_total, order.payments.count()) == (10_000, 1)
