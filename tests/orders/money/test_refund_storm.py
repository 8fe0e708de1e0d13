"""Thousands of refunds at once: never more goes back than came in, whoever asks and however often."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, Sum

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import GATEWAY, SYSTEM
from orders.gateways import Outcome, RefundAnswer
from orders.ledger_audit import audit
from orders.models import Order, Payment, Refund, RefundLine
from orders.quotes import goodwill_quote
from orders.services.refunds.request import RefundRequest, request_refund
from orders.services.refunds.settle import settle_refund
from orders.terms import RefundSource, RefundStatus
from tests.builders import make_order, make_shop

pytestmark = pytest.mark.django_db(transaction=True)
IN_FLIGHT, CONNECTIONS, ORDERS = 200, 60, 20


def by_service(order: Order, amount: int, cause: str) -> str:
    wanted = RefundRequest(cause, RefundSource.GOODWILL, goodwill_quote(order.currency, amount, "late"))
    request_refund(order.pk, wanted, actor=SYSTEM)
    return "accepted"


def by_row(order: Order, amount: int, cause: str) -> str:
    """Without the service and its lock: only triggers and CHECKs stand in the way."""
    payment = order.payments.get()
    with transaction.atomic():
        refund = Refund.objects.create(
            order=order,
            payment=payment,
            amount=amount,
            currency="KRW",
            source=RefundSource.GOODWILL,
            cause=cause,
            key=f"{cause}/{payment.pk}",
            request_hash="raw",
            created_at=clock.now(),
        )
        RefundLine.objects.create(refund=refund, component="goodwill", amount=amount, rule="raw")
    return "accepted"


def settle_some(order: Order, amount: int, _cause: str) -> str:
    """Gateways answer in between."""
    waiting = order.refunds.filter(status=RefundStatus.RESERVED).order_by("pk").first()
    if waiting is None:
        return "nothing"
    outcome = Outcome.SUCCEEDED if amount % 3 else Outcome.FAILED
    settle_refund(waiting.pk, RefundAnswer(outcome, f"gw-{waiting.pk}", waiting.amount), actor=GATEWAY)
    return "settled"


Act = Callable[[Order, int, str], str]


def storm(attempts: int, seed: int = 7) -> Counter[str]:
    shop = make_shop()
    orders = [make_order(shop, unit_price=100_000) for _ in range(ORDERS)]
    chance, lines = random.Random(seed), BoundedSemaphore(CONNECTIONS)

    def attempt(plan: tuple[Order, int, str, Act]) -> str:
        order, amount, cause, act = plan
        with lines:
            try:
                return act(order, amount, cause)
            except IntegrityError as error:
                return (
                    "cap" if "over_refund" in str(error) else "twice" if "key" in str(error) else str(error)
                )
            except DomainError as refusal:
                return refusal.code
            except DatabaseError as error:
                # Waiting longer than the lock time-out is "busy", as the services say it; a deadlock never is.
                waited = "database is locked" in str(error) or "lock timeout" in str(error)
                return "busy" if waited else f"surfaced: {error}"
            finally:
                connection.close()

    plans: list[tuple[Order, int, str, Act]] = []
    for number in range(attempts):
        act = chance.choices([by_service, by_row, settle_some], [45, 45, 10])[0]
        key = number - 1 if number and chance.random() < 0.1 else number
        plans.append((orders[key % ORDERS], chance.randint(1, 9_000), f"storm:{key}", act))
    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        return Counter(pool.map(attempt, plans))


def assert_no_over_refund(outcomes: Counter[str]) -> None:
    surfaced = {name: count for name, count in outcomes.items() if name.startswith("surfaced")}
    assert not surfaced
    assert set(outcomes) <= {
        *("accepted", "settled", "nothing", "cap", "twice", "over_refund", "key_reused", "busy"),
    }
    assert outcomes["accepted"] > ORDERS
    assert not Payment.objects.filter(captured__lt=F("reserved") + F("refunded")).exists()
    for payment in Payment.objects.all():
        paid = payment.refunds.filter(status=RefundStatus.SUCCEEDED).aggregate(sum=Sum("amount"))["sum"] or 0
        assert (payment.refunded, paid <= payment.captured) == (paid, True)
    report = audit()
    assert report.ok, report.findings


@pytest.mark.chaos
def test_two_thousand_refunds_at_once() -> None:
    assert_no_over_refund(storm(2_000))


@pytest.mark.soak
def test_ten_thousand_refunds_at_once() -> None:
    assert_no_over_refund(storm(10_000))


def test_two_hundred_of_one_cause_are_one_refund() -> None:
    order, lines = make_order(), BoundedSemaphore(CONNECTIONS)

    def press(_: int) -> str:
        with lines:
            try:
                return by_service(order, 3_000, "goodwill:1")
            except DomainError as refusal:
                return refusal.code
            finally:
                connection.close()

    with ThreadPoolExecutor(IN_FLIGHT) as pool:
        outcomes = Counter(pool.map(press, range(200)))
    assert set(outcomes) <= {"accepted", "busy"}
    assert (Refund.objects.count(), Payment.objects.get().reserved) == (1, 3_000)
