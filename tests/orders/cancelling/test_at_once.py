"""Staff and the customer cancel one order in the same moment, fifty times over: it is cancelled once, paid back once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orderdesk.events.actor import CUSTOMER, GATEWAY, Actor
from orderdesk.events.models import Event
from orders.gateways import Outcome, RefundAnswer
from orders.ledger_audit import audit
from orders.models import Cancellation, Order, Refund
from orders.quotes import Quote
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.cancelling.decide import approve_cancellation
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.refunds.settle import settle_refund
from orders.terms import CancellationStatus, OrderStatus
from tests.builders import make_user
from tests.orders.cancelling.rows import card_order, confirmed, opened
from tests.orders.test_races import AT_ONCE, race

pytestmark = pytest.mark.django_db(transaction=True)


def cancelled_by(order: Order, user_id: int) -> Callable[[], object]:
    return lambda: cancel_units(order.pk, StaffCancel("out_of_stock"), actor=Actor.staff(user_id))


def assert_cancelled_and_paid_back_once(order: Order, *, worth: int) -> None:
    """One cancellation, one set of refunds, and exactly `worth` minor units on their way."""
    order.refresh_from_db()
    row = Cancellation.objects.get(order=order)
    assert (row.status, order.status) == (CancellationStatus.COMPLETED, OrderStatus.CANCELLED)
    assert Event.objects.filter(kind="cancellation.completed", subject_id=order.pk).count() == 1
    refunds = list(Refund.objects.filter(order=order))
    assert {refund.cause for refund in refunds} == {f"cancel:{row.pk}"}
    assert len({refund.payment_id for refund in refunds}) == len(refunds)
    assert sum(refund.amount for refund in refunds) == order.to_give_back == worth
    for refund in refunds:
        settle_refund(
            refund.pk, RefundAnswer(Outcome.SUCCEEDED, f"gw-{refund.pk}", refund.amount), actor=GATEWAY
        )
    order.refresh_from_db()
    assert (order.refunded_total, order.balance) == (worth, 0)
    report = audit()
    assert report.ok, report.findings


def test_of_fifty_staff_and_customers_one_cancels() -> None:
    order = card_order(quantities=(2, 1))
    row = opened(order)
    digest, user = Quote.from_json(row.quote).digest(), make_user(order.shop)
    customers: list[Callable[[], object]] = [
        lambda: confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest=digest)
    ]
    outcomes = race([*customers, cancelled_by(order, user.pk)] * (AT_ONCE // 2))
    assert outcomes["won"] >= 1
    # Whoever comes too late is told so, or is noted beside the one who did it.
    assert set(outcomes) <= {"won", "busy", "too_late"}, outcomes
    assert_cancelled_and_paid_back_once(order, worth=30_000)


def test_of_fifty_who_approve_or_cancel_what_was_asked_for_one_does() -> None:
    order = card_order(status=OrderStatus.PREPARING, quantities=(2, 1))
    row, user = confirmed(opened(order)), make_user(order.shop)
    approvals: list[Callable[[], object]] = [lambda: approve_cancellation(row.pk, actor=Actor.staff(user.pk))]
    outcomes = race([*approvals, cancelled_by(order, user.pk)] * (AT_ONCE // 2))
    assert outcomes["won"] >= 1
    assert_cancelled_and_paid_back_once(order, worth=30_000)


def test_of_fifty_parts_no_unit_is_cancelled_twice() -> None:
    order = card_order(quantities=(3,), unit_price=3_333)
    line, user = order.lines.get(), make_user(order.shop)
    part = StaffCancel("out_of_stock", {line.pk: 1})
    outcomes = race([lambda: cancel_units(order.pk, part, actor=Actor.staff(user.pk))] * AT_ONCE)
    order.refresh_from_db()
    line.refresh_from_db()
    assert outcomes["won"] == line.cancelled_quantity == order.cancellations.count() <= 3
    assert sum(refund.amount for refund in order.refunds.all()) == order.to_give_back <= order.captured_total
    report = audit()
    assert report.ok, report.findings
