"""Asking, approving, refusing, paying by hand, and the law's clock."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderdesk import clock
from orderdesk.accounts.roles import Role
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import SYSTEM, Actor
from orderdesk.events.models import Event
from orderdesk.policies.models import Policy
from orders.models import CancelTerms, Order, OrderLine, Payment, Refund, RefundLine
from orders.quotes import Quote, QuoteItem, goodwill_quote
from orders.services.refunds.approve import approve_refund, refuse_refund
from orders.services.refunds.deadlines import run_refund_deadlines
from orders.services.refunds.limits import days_late, delay_interest, due_at
from orders.services.refunds.request import RefundRequest, pay_back_overpayment, request_refund
from orders.services.refunds.void import record_bank_refund
from orders.terms import PaymentMethod, PaymentState, RefundSource, RefundStatus
from tests.builders import make_order, make_user
from tests.orders.money.fakes import goodwill

pytestmark = pytest.mark.django_db
S = RefundStatus


def code_of(call: Any) -> str:
    with pytest.raises(DomainError) as refusal:
        call()
    assert str(refusal.value)
    return refusal.value.code


def limited(order: Order, agent: int | None = 5_000, lead: int | None = 50_000) -> Order:
    policy = Policy.objects.create(shop=order.shop, kind="cancellation", version=1, status="draft")
    CancelTerms.objects.create(policy=policy, agent_limit=agent, lead_limit=lead)
    order.cancel_policy = policy
    order.save(update_fields=["cancel_policy"])
    return order


def staff(order: Order, role: str = Role.AGENT) -> Actor:
    return Actor.staff(make_user(order.shop, role).pk)


def pay(order: Order, amount: int, method: str = PaymentMethod.CARD, **values: Any) -> Payment:
    defaults = {"gateway": "test", "captured_at": clock.now(), "reference": f"more-{amount}-{method}"}
    return Payment.objects.create(
        order=order,
        method=method,
        currency=order.currency,
        authorised=amount,
        captured=amount,
        **defaults | values,
    )


def test_the_same_cause_is_one_refund() -> None:
    order = make_order()
    first, second = goodwill(order, 3_000), goodwill(order, 3_000)
    assert [r.pk for r in first] == [r.pk for r in second]
    assert Payment.objects.get().reserved == 3_000
    assert Event.objects.filter(kind="refund.requested").count() == 1


def test_the_same_cause_with_another_amount_is_refused() -> None:
    order = make_order()
    goodwill(order, 3_000)
    assert code_of(lambda: goodwill(order, 3_001)) == "key_reused"
    assert Payment.objects.get().reserved == 3_000


def test_full_refund_after_a_partial_pays_what_is_left() -> None:
    """features.md §12 row 11."""
    order = make_order()
    goodwill(order, 3_000)
    with pytest.raises(DomainError) as refusal:
        goodwill(order, 10_000, "goodwill:2")
    assert (refusal.value.code, refusal.value.params["left_minor"]) == ("over_refund", 7_000)
    assert "7,000" in str(refusal.value)
    assert goodwill(order, 7_000, "goodwill:3")[0].amount == 7_000


def test_nothing_to_give_back_is_no_refund() -> None:
    assert goodwill(make_order(), 0) == []


def test_several_payments_go_back_in_order_and_sum() -> None:
    order = make_order(quantities=(2,), unit_price=10_000)
    order.payments.update(captured_at=clock.now() - timedelta(days=1))
    points = pay(order, 4_000, PaymentMethod.POINTS, captured_at=clock.now() - timedelta(days=9))
    second = pay(order, 5_000)
    line = order.lines.get()
    quote = Quote(
        "KRW",
        (
            QuoteItem("goods", 20_000, "paid_for_units", "", line.pk, 2),
            QuoteItem("goodwill", 8_000, "late"),
            QuoteItem("fee", -1_000, "cancellation_fee"),
        ),
    )
    refunds = request_refund(order.pk, RefundRequest("cancel:1", RefundSource.CANCEL, quote), actor=SYSTEM)
    assert [(r.payment_id, r.amount) for r in refunds][1:] == [(second.pk, 5_000), (points.pk, 2_000)]
    assert [r.amount for r in refunds] == [20_000, 5_000, 2_000]
    for refund in refunds:
        assert sum(item.amount for item in refund.lines.all()) == refund.amount
    assert RefundLine.objects.get(component="fee").refund == refunds[-1]
    assert OrderLine.objects.get().refund_held == 20_000


def test_a_statement_budget_for_asking() -> None:
    order = make_order()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        goodwill(order, 3_000)
    assert len(queries) <= 15, [q["sql"][:80] for q in queries]


def test_above_the_limit_a_second_person_approves() -> None:
    order = limited(make_order())
    agent, lead = staff(order), staff(order, Role.LEAD)
    refund = goodwill(order, 6_000, actor=agent)[0]
    assert (refund.status, Payment.objects.get().reserved) == (S.PENDING_APPROVAL, 6_000)
    assert code_of(lambda: approve_refund(refund.cause, actor=agent)) == "no_approver"
    approved = approve_refund(refund.cause, actor=lead)[0]
    assert (approved.status, approved.approved_by_id) == (S.RESERVED, lead.user_id)
    assert approve_refund(refund.cause, actor=lead)[0].status == S.RESERVED
    assert Event.objects.filter(kind="refund.approved").count() == 1


def test_nobody_approves_their_own() -> None:
    order = limited(make_order(), lead=5_000)
    lead, owner = staff(order, Role.LEAD), staff(order, Role.OWNER)
    refund = goodwill(order, 6_000, actor=lead)[0]
    assert code_of(lambda: approve_refund(refund.cause, actor=lead)) == "own_refund"
    assert code_of(lambda: approve_refund(refund.cause, actor=SYSTEM)) == "no_approver"
    assert code_of(lambda: approve_refund(refund.cause, actor=staff(order, Role.LEAD))) == "over_your_limit"
    stranger = Actor.staff(make_user(make_order().shop, Role.OWNER).pk)
    assert code_of(lambda: approve_refund(refund.cause, actor=stranger)) == "no_approver"
    assert approve_refund(refund.cause, actor=owner)[0].status == S.RESERVED


def test_small_refunds_of_one_person_add_up() -> None:
    order = limited(make_order())
    agent = staff(order)
    assert goodwill(order, 4_000, "goodwill:1", agent)[0].status == S.RESERVED
    assert goodwill(order, 4_000, "goodwill:2", agent)[0].status == S.PENDING_APPROVAL


def test_owner_customer_and_system_have_no_limit() -> None:
    order = limited(make_order())
    assert goodwill(order, 5_001, "goodwill:1", staff(order, Role.OWNER))[0].status == S.RESERVED
    assert goodwill(order, 4_999, "goodwill:2", SYSTEM)[0].status == S.RESERVED


def test_a_refused_refund_releases_the_money() -> None:
    order = limited(make_order())
    agent, lead = staff(order), staff(order, Role.LEAD)
    refund = goodwill(order, 6_000, actor=agent)[0]
    Order.objects.update(cancelled_total=6_000)
    assert code_of(lambda: refuse_refund(refund.cause, actor=lead, note=" ")) == "no_note"
    refuse_refund(refund.cause, actor=lead, note="not our fault")
    order.refresh_from_db()
    assert (Refund.objects.get().status, Payment.objects.get().reserved) == (S.VOIDED, 0)
    assert (order.cancelled_total, order.payment_state) == (0, PaymentState.PAID)
    with pytest.raises(Conflict):
        approve_refund(refund.cause, actor=lead)


def test_overpayment_goes_back_without_touching_the_total() -> None:
    """features.md §12 row 16."""
    order = make_order()
    pay(order, 2_500)
    Order.objects.update(captured_total=12_500)
    order.refresh_from_db()
    refund = pay_back_overpayment(order.pk, actor=SYSTEM, version=order.version)[0]
    assert (refund.amount, refund.source, Order.objects.get().total) == (2_500, "overpaid", 10_000)
    version = Order.objects.get().version
    assert code_of(lambda: pay_back_overpayment(order.pk, actor=SYSTEM, version=version)) == "nothing_due"


def test_a_bank_refund_needs_a_second_person_and_a_reference() -> None:
    order = make_order()
    Payment.objects.update(gateway="manual")
    asker, payer = staff(order), staff(order)
    refund = goodwill(order, 3_000, actor=asker)[0]
    assert refund.next_at is None, "no drain sends it"
    assert code_of(lambda: record_bank_refund(refund.pk, actor=payer, bank_reference=" ")) == "no_reference"
    assert code_of(lambda: record_bank_refund(refund.pk, actor=asker, bank_reference="b1")) == "own_refund"
    for _ in range(2):
        assert record_bank_refund(refund.pk, actor=payer, bank_reference="b1").status == S.SUCCEEDED
    assert Order.objects.get().refunded_total == 3_000
    with pytest.raises(Conflict):
        record_bank_refund(refund.pk, actor=payer, bank_reference="b2")


SEOUL = "Asia/Seoul"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        # Thursday noon: Friday, Monday, Tuesday; the last moment is the first one of Wednesday in Seoul.
        (datetime(2026, 11, 19, 3, tzinfo=UTC), datetime(2026, 11, 24, 15, tzinfo=UTC)),
        # Wednesday before the Chuseok holidays (Thu 24th to Sat 26th September 2026): Monday to Wednesday count.
        (datetime(2026, 9, 23, 3, tzinfo=UTC), datetime(2026, 9, 30, 15, tzinfo=UTC)),
        # 00:30 on Saturday in Seoul is still Friday in UTC.
        (datetime(2026, 11, 20, 15, 30, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC)),
    ],
)
def test_the_law_counts_korean_business_days(start: datetime, due: datetime) -> None:
    order = make_order(legal_regime="kr_goods")
    assert due_at(order, start) == due


def test_eu_counts_days_and_food_has_no_law() -> None:
    start = datetime(2026, 11, 19, 3, tzinfo=UTC)
    assert due_at(make_order(legal_regime="eu"), start) == datetime(2026, 12, 3, 15, tzinfo=UTC)
    assert due_at(make_order(legal_regime="kr_food"), start) is None
    assert due_at(make_order(legal_regime="none"), start) is None


def test_delay_interest_is_fifteen_per_cent_a_year() -> None:
    order = make_order(legal_regime="kr_goods")
    due = datetime(2026, 11, 24, 15, tzinfo=UTC)
    assert delay_interest(order, 1_000_000, due, due - timedelta(seconds=1)) == 0
    assert (days_late(order, due, due), delay_interest(order, 1_000_000, due, due)) == (1, 411)
    assert delay_interest(order, 1_000_000, due, due + timedelta(days=364)) == 150_000
    assert delay_interest(make_order(legal_regime="eu"), 1_000_000, due, due + timedelta(days=9)) == 0


def test_deadlines_are_told_once_a_day_before_and_at_breach() -> None:
    order = make_order(legal_regime="kr_goods")
    owed = RefundRequest("cancel:1", RefundSource.CANCEL, goodwill_quote(order.currency, 3_000, "late"))
    refund = request_refund(order.pk, owed, actor=SYSTEM)[0]
    assert run_refund_deadlines() == 0
    assert refund.due_at is not None
    for moment, told in (
        (timedelta(hours=-23), 1),
        (timedelta(hours=-1), 0),
        (timedelta(0), 1),
        (timedelta(days=1), 0),
    ):
        with patch("orderdesk.clock.now", return_value=refund.due_at + moment):
            assert run_refund_deadlines() == told
    kinds = Event.objects.filter(kind__in=["refund.due_soon", "refund.overdue"]).order_by("id")
    assert [event.kind for event in kinds] == ["refund.due_soon", "refund.overdue"]
