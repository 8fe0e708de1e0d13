"""Every figure of the report, counted a second time from the events that really happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.events.actor import CUSTOMER, GATEWAY, SYSTEM
from orderdesk.events.models import Event
from orderdesk.policies.models import Policy
from orders import metrics
from orders.gateways import Outcome, RefundAnswer
from orders.metrics import Share, Span
from orders.models import CancelRule, Order, OrderLine, Refund
from orders.services.cancelling.decide import (
    approve_cancellation,
    reject_cancellation,
    withdraw_cancellation,
)
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.refunds.settle import settle_refund
from orders.services.steps import confirm_order
from orders.terms import CancelOutcome, OrderStatus, RefundStatus
from tests.builders import STAFF, make_order, make_shop
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """A shop with a life behind it: orders kept, cancelled whole, in part, by request, refused, withdrawn."""
    shop = make_shop()
    for _ in range(4):
        make_order(shop)
    staff_cancels(shop, "out_of_stock")
    staff_cancels(shop, "out_of_stock", confirm=True)
    staff_cancels(shop, "plans_changed", take=1)
    staff_cancels(shop, "late", fault={"seller": 50, "carrier": 50, "buyer": 0, "platform": 0})
    confirmed(opened(card_order(shop=shop)))
    make_order(shop, status=OrderStatus.EXPIRED, paid=False)
    policy = asking_policy(shop)
    approve_cancellation(request(shop, policy), actor=STAFF)
    approve_cancellation(request(shop, policy), actor=STAFF)
    reject_cancellation(request(shop, policy), actor=STAFF, code="other", text="죄송해요")
    withdraw_cancellation(request(shop, policy), actor=CUSTOMER)
    request(shop, policy)
    staff_cancels(make_shop(), "other")
    return shop


def staff_cancels(
    shop: Shop, reason: str, *, take: int | None = None, confirm: bool = False, **more: Any
) -> Order:
    order = card_order(shop=shop, quantities=(3, 2), unit_price=3_333)
    if confirm:
        confirm_order(order.pk, actor=STAFF)
    line = order.lines.order_by("position")[0]
    units = {line.pk: take} if take else None
    cancel_units(order.pk, StaffCancel(reason, units=units, **more), actor=STAFF)
    return order


def asking_policy(shop: Shop) -> Policy:
    policy = Policy.objects.create(shop=shop, kind="cancellation", version=1, status="draft")
    CancelRule.objects.create(policy=policy, name="ask", outcome=CancelOutcome.REQUEST)
    return policy


def request(shop: Shop, policy: Policy) -> int:
    order = card_order(shop=shop, cancel_policy=policy)
    return confirmed(opened(order)).pk


def span(shop: Shop) -> Span:
    now = clock.now()
    return Span(frozenset({shop.pk}), now - timedelta(days=1), now + timedelta(days=1))


def happened(shop: Shop, *kinds: str) -> Iterator[Event]:
    yield from Event.objects.filter(shop=shop, kind__in=kinds).order_by("pk")


def test_the_cancellation_rate_is_what_the_events_say(shop: Shop) -> None:
    cancelled = {event.subject_id for event in happened(shop, "order.cancelled")}
    placed = Order.objects.filter(shop=shop).count()
    assert metrics.cancellation_rate(span(shop)) == Share(len(cancelled), placed)
    assert len(cancelled) == 6


def taken(shop: Shop) -> Counter[int]:
    units: Counter[int] = Counter()
    for event in happened(shop, "order.cancelled", "order.units_cancelled"):
        units.update({int(pk): count for pk, count in event.data["units"].items()})
    return units


def worth(pk: int, units: int) -> int:
    line = OrderLine.objects.get(pk=pk)
    return (2 * line.paid * units + line.quantity) // (2 * line.quantity)


def test_units_and_their_value_are_what_the_events_say(shop: Shop) -> None:
    lines = OrderLine.objects.filter(order__shop=shop).exclude(order__status=OrderStatus.EXPIRED)
    units, value = metrics.units_and_value(span(shop), "KRW")
    gone = taken(shop)
    assert units == Share(sum(gone.values()), sum(line.quantity for line in lines))
    assert value == Share(sum(worth(*each) for each in gone.items()), sum(line.paid for line in lines))


def test_the_share_of_requests_that_cancel_is_what_the_events_say(shop: Shop) -> None:
    asked = {event.data["cancellation"] for event in happened(shop, "cancellation.submitted")}
    done = {event.data["cancellation"] for event in happened(shop, "cancellation.completed")}
    other = {
        event.data["cancellation"]
        for event in happened(shop, "cancellation.rejected", "cancellation.withdrawn")
    }
    assert metrics.requests_that_cancel(span(shop)) == Share(len(asked & done), len(asked & (done | other)))
    assert (len(asked), len(asked & done)) == (5, 2)


def test_refunds_in_time_are_what_the_events_say(shop: Shop) -> None:
    now = clock.now()
    refunds = list(Refund.objects.filter(order__shop=shop).order_by("pk"))
    for refund, hours in zip(refunds, (5, 5, -5, -5, -2, -1, 5), strict=False):
        Refund.objects.filter(pk=refund.pk).update(due_at=now + timedelta(hours=hours))
    for refund in refunds[:4]:
        answer = RefundAnswer(Outcome.SUCCEEDED, f"r{refund.pk}", refund.amount)
        settle_refund(refund.pk, answer, actor=GATEWAY)
    settle_refund(refunds[4].pk, RefundAnswer(Outcome.FAILED, detail="no"), actor=SYSTEM)
    paid = {event.data["refund"]: event.at for event in happened(shop, "refund.succeeded")}
    rows = Refund.objects.filter(order__shop=shop).values_list("pk", "due_at")
    due = {pk: at for pk, at in rows if at is not None}
    good = sum(at.astimezone(UTC) <= due[pk] for pk, at in paid.items())
    failed = {event.data["refund"] for event in happened(shop, "refund.failed")}
    late = [pk for pk, at in due.items() if at <= clock.now() and pk not in paid]
    assert metrics.refunds_in_time(span(shop)) == Share(good, len(paid) + len(late))
    assert (good, len(late), len(failed)) == (2, 2, 1)
    assert Refund.objects.filter(status=RefundStatus.FAILED).count() == 1


@pytest.mark.parametrize("dimension", list(metrics.DIMENSIONS))
def test_a_breakdown_sums_to_what_the_events_say(shop: Shop, dimension: str) -> None:
    rows = metrics.breakdown(span(shop), dimension, zone=UTC)
    done = {event.data["cancellation"] for event in happened(shop, "cancellation.completed")}
    gone = taken(shop)
    assert sum(row.units for row in rows) == sum(gone.values())
    assert sum(row.lost for row in rows) == sum(worth(*each) for each in gone.items())
    if dimension != "product":
        assert sum(row.cancellations for row in rows) == len(done)


def test_reasons_are_what_the_events_say(shop: Shop) -> None:
    said = Counter(event.data["reason"] for event in happened(shop, "cancellation.completed"))
    rows = metrics.breakdown(span(shop), "reason", zone=UTC)
    assert {row.key: row.cancellations for row in rows} == dict(said)


def test_who_asked_and_when_the_shop_had_accepted(shop: Shop) -> None:
    by = {row.key: row.cancellations for row in metrics.breakdown(span(shop), "actor", zone=UTC)}
    when = {row.key: row.cancellations for row in metrics.breakdown(span(shop), "acceptance", zone=UTC)}
    assert (by, when) == ({"staff": 4, "customer": 3}, {"before": 6, "after": 1})


def test_fault_is_divided_by_its_shares_and_sums_to_the_money_lost(shop: Shop) -> None:
    faults = {row.key: row.lost for row in metrics.by_fault(span(shop))}
    said: Counter[str] = Counter()
    for event in happened(shop, "order.cancelled", "order.units_cancelled"):
        lost = sum(worth(int(pk), count) for pk, count in event.data["units"].items())
        for side, share in event.data["fault"].items():
            said[side] += lost * share
    assert faults == {side: round(lost / 100) for side, lost in said.items() if lost}


def test_other_days_and_other_shops_are_not_in_it(shop: Shop) -> None:
    now = clock.now()
    before = Span(frozenset({shop.pk}), now - timedelta(days=9), now - timedelta(days=8))
    nobody = Span(frozenset(), now - timedelta(days=1), now + timedelta(days=1))
    for empty in (before, nobody):
        assert metrics.cancellation_rate(empty) == Share(0, 0)
        assert metrics.breakdown(empty, "reason", zone=UTC) == []
    assert Share(0, 0).percent is None
