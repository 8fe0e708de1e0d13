"""Two hundred people at one order: cancelling, giving back, a part of it, taking the counter-offer. One legal end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import pytest
from django.db import connection

from orderdesk.errors import DomainError
from orderdesk.events.actor import CUSTOMER, GATEWAY, SYSTEM
from orders.gateways import Outcome, RefundAnswer
from orders.ledger_audit import audit
from orders.models import Cancellation, Order, Refund
from orders.services.cancelling.decide import accept_counter, approve_cancellation, counter_offer
from orders.services.cancelling.staff import StaffCancel, cancel_units, goodwill_refund
from orders.services.refunds.settle import settle_refund
from orders.terms import CancellationStatus, OrderStatus, RefundStatus
from tests.builders import STAFF
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE, CONNECTIONS, ORDERS = 200, 60, 5
C = CancellationStatus


def offered() -> tuple[Order, Cancellation]:
    """An order of 50,000 won on which the shop has offered 5,000 to keep it."""
    order = card_order(status=OrderStatus.PREPARING, quantities=(2, 3))
    row = confirmed(opened(order))
    return order, counter_offer(row.pk, actor=SYSTEM, amount=5_000)


def acts(order: Order, row: Cancellation) -> list[Callable[[int], object]]:
    line = order.lines.order_by("pk")[0].pk
    return [
        lambda _n: cancel_units(order.pk, StaffCancel("out_of_stock"), actor=STAFF),
        lambda _n: approve_cancellation(row.pk, actor=STAFF),
        lambda n: goodwill_refund(order.pk, actor=STAFF, amount=50_000, reason="late", token=f"all-{n % 20}"),
        lambda n: goodwill_refund(order.pk, actor=STAFF, amount=700, reason="late", token=f"part-{n}"),
        lambda _n: cancel_units(order.pk, StaffCancel("out_of_stock", {line: 1}), actor=STAFF),
        lambda _n: accept_counter(row.pk, actor=CUSTOMER),
    ]


def storm(order: Order, row: Cancellation, turn: int) -> Counter[str]:
    lines, what = BoundedSemaphore(CONNECTIONS), acts(order, row)

    def run(number: int) -> str:
        with lines:
            try:
                # Another act comes first on every order, so that each of them wins somewhere.
                what[(number + turn) % len(what)](number)
            except DomainError as refusal:
                return refusal.code
            else:
                return "done"
            finally:
                connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(run, range(AT_ONCE)))


def assert_one_legal_end(order: Order, row: Cancellation) -> None:
    order.refresh_from_db()
    row.refresh_from_db()
    assert order.status in (OrderStatus.PREPARING, OrderStatus.CANCELLED)
    assert row.status in (C.COMPLETED, C.SAVED)
    assert not Cancellation.objects.filter(order=order).open().exists()
    units = [line.quantity - line.cancelled_quantity for line in order.lines.all()]
    assert (order.status == OrderStatus.CANCELLED) == (sum(units) == 0)
    asked = sum(r.amount for r in order.refunds.all() if r.status == RefundStatus.RESERVED)
    assert asked == order.to_give_back <= order.captured_total
    assert (order.status == OrderStatus.CANCELLED) <= (asked == order.captured_total)


def assert_paid_back_to_the_last_won(order: Order) -> None:
    for refund in Refund.objects.filter(order=order, status=RefundStatus.RESERVED):
        settle_refund(
            refund.pk, RefundAnswer(Outcome.SUCCEEDED, f"gw-{refund.pk}", refund.amount), actor=GATEWAY
        )
    order.refresh_from_db()
    assert (order.to_give_back, order.balance) == (0, 0)
    report = audit()
    assert report.ok, report.findings


@pytest.mark.chaos
@pytest.mark.parametrize("turn", range(ORDERS))
def test_two_hundred_at_one_order_end_in_one_legal_state(turn: int) -> None:
    order, row = offered()
    outcomes = storm(order, row, turn)
    assert outcomes["done"] > 0
    assert_one_legal_end(order, row)
    assert_paid_back_to_the_last_won(order)
