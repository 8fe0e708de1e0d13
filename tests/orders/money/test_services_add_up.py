"""Whatever is cancelled and given back, in whatever order: it sums to what was paid, and no line gives back more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import GATEWAY, SYSTEM
from orderdesk.policies.models import Policy, PolicyKind, PolicyStatus
from orders.gateways import Outcome, RefundAnswer
from orders.ledger_audit import audit
from orders.models import CancelTerms, Order, OrderLine, Payment, Refund
from orders.services.cancelling.staff import StaffCancel, cancel_units, goodwill_refund
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.void import retry_refund
from orders.terms import OrderStatus, PaymentMethod, RefundStatus
from tests.builders import make_order, make_shop

pytestmark = pytest.mark.django_db
DECIMALS = {"KRW": 0, "JPY": 0, "USD": 2, "KWD": 3}
Act = Callable[[Order, int], object]


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """An order and what happens to it: amounts that units do not divide, one or two payments, up to eight acts."""
    currency = draw(st.sampled_from(sorted(DECIMALS)))
    most = 10 ** (5 + DECIMALS[currency])
    lines = draw(st.lists(st.tuples(st.integers(1, most), st.integers(1, 5)), min_size=1, max_size=3))
    shipping = draw(st.integers(0, most // 10))
    total = sum(paid for paid, _ in lines) + shipping
    acts = st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 10_000))
    return {
        "currency": currency,
        "lines": lines,
        "shipping": shipping,
        "points": draw(st.integers(0, total - 1)),
        "free_over": draw(st.none() | st.integers(0, total)),
        "acts": draw(st.lists(acts, max_size=8)),
    }


def order_of(plan: dict[str, Any]) -> Order:
    shop = make_shop(currency=plan["currency"])
    goods = sum(paid for paid, _ in plan["lines"])
    total = goods + plan["shipping"]
    order = make_order(
        shop,
        status=OrderStatus.CONFIRMED,
        paid=False,
        quantities=tuple(quantity for _, quantity in plan["lines"]),
        goods_total=goods,
        shipping_total=plan["shipping"],
        total=total,
        captured_total=total,
        payment_state="paid",
        cancel_policy_id=policy_of(shop, plan["free_over"], plan["shipping"]),
    )
    lines = list(order.lines.order_by("pk"))
    for line, (paid, _quantity) in zip(lines, plan["lines"], strict=True):
        line.paid = paid
    OrderLine.objects.bulk_update(lines, ["paid"])
    pay(order, PaymentMethod.CARD, total - plan["points"])
    if plan["points"]:
        pay(order, PaymentMethod.POINTS, plan["points"])
    return order


def policy_of(shop: Shop, free_over: int | None, standard: int) -> int:
    policy = Policy.objects.create(
        shop=shop, kind=PolicyKind.CANCELLATION, version=1, status=PolicyStatus.PUBLISHED
    )
    CancelTerms.objects.create(policy=policy, free_shipping_over=free_over, standard_shipping=standard)
    return policy.pk


def pay(order: Order, method: str, amount: int) -> None:
    Payment.objects.create(
        order=order,
        method=method,
        currency=order.currency,
        authorised=amount,
        captured=amount,
        captured_at=order.placed_at,
        gateway="test",
        reference=f"{order.number}-{method}",
    )


def cancel_some(order: Order, number: int) -> None:
    left = [line for line in order.lines.order_by("pk") if line.to_ship]
    if left:
        line = left[number % len(left)]
        wanted = {line.pk: 1 + number % line.to_ship}
        reason = "mistake" if number % 2 else "out_of_stock"
        cancel_units(order.pk, StaffCancel(reason, wanted), actor=SYSTEM)


def give(order: Order, number: int) -> None:
    most = order.captured_total // 3 + 1
    goodwill_refund(order.pk, actor=SYSTEM, amount=1 + number % most, reason="late", token=f"{number}")


def answer(refund: Refund, outcome: Outcome) -> None:
    settle_refund(refund.pk, RefundAnswer(outcome, f"gw-{refund.pk}", refund.amount), actor=GATEWAY)


def settle_one(order: Order, number: int) -> None:
    waiting = list(order.refunds.filter(status=RefundStatus.RESERVED).order_by("pk"))
    if waiting:
        answer(waiting[number % len(waiting)], Outcome.SUCCEEDED)


def fail_and_retry(order: Order, number: int) -> None:
    waiting = list(order.refunds.filter(status=RefundStatus.RESERVED).order_by("pk"))
    if waiting:
        refund = waiting[number % len(waiting)]
        answer(refund, Outcome.FAILED)
        retry_refund(refund.pk, actor=SYSTEM)


ACTS: dict[str, Act] = {
    "cancel": cancel_some,
    "give": give,
    "settle": settle_one,
    "fail": fail_and_retry,
}


def assert_within_caps(order: Order) -> None:
    order.refresh_from_db()
    for line in order.lines.all():
        assert 0 <= line.refund_held <= line.paid
    for payment in order.payments.all():
        assert payment.reserved + payment.refunded <= payment.captured
    assert order.shipping_refund_held <= order.shipping_total
    # What is owed and not yet back is exactly what is under way.
    under_way = sum(r.amount for r in order.refunds.all() if r.status == RefundStatus.RESERVED)
    assert order.to_give_back == under_way


def refusal_of(act: Act, order: Order, number: int) -> str:
    try:
        act(order, number)
    except DomainError as refusal:
        return refusal.code
    return ""


def assert_all_comes_back(plan: dict[str, Any]) -> None:
    order = order_of(plan)
    for name, number in plan["acts"]:
        assert refusal_of(ACTS[name], order, number) in {"", "over_refund", "key_reused"}
        assert_within_caps(order)
    if order.status != OrderStatus.CANCELLED:
        cancel_units(order.pk, StaffCancel("out_of_stock"), actor=SYSTEM)
    for refund in order.refunds.filter(status=RefundStatus.RESERVED):
        answer(refund, Outcome.SUCCEEDED)
    assert_within_caps(order)
    assert order.refunded_total == order.captured_total
    assert sum(payment.refunded for payment in order.payments.all()) == order.total
    assert order.payment_state == "refunded"
    report = audit()
    assert report.ok, report.findings


@settings(max_examples=40)
@given(plans())
def test_any_sequence_of_cancels_and_refunds_gives_back_what_was_paid(plan: dict[str, Any]) -> None:
    with transaction.atomic():
        assert_all_comes_back(plan)
        transaction.set_rollback(True)
