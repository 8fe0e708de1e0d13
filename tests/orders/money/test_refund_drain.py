"""Sending refunds: committed before the call, the outcome after it, and no second payout for a lost answer."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import GATEWAY, Actor
from orderdesk.events.models import Event
from orders.gateways import Outcome, RefundAnswer, RefundCall
from orders.models import Order, Refund, RefundAttempt, Task
from orders.services.refunds.calls import claim_due
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.submit import drain_refunds
from orders.services.refunds.void import retry_refund, void_unknown
from orders.terms import PaymentState, RefundStatus, TaskKind
from tests.builders import make_order, make_user
from tests.orders.money.fakes import FakeGateway, contract, fake_gateway, goodwill

pytestmark = pytest.mark.django_db
S = RefundStatus


def says(outcome: Outcome, **values: Any) -> Any:
    return lambda _call: RefundAnswer(outcome, **values)


def raises(error: BaseException) -> Any:
    def behave(_call: RefundCall) -> RefundAnswer:
        raise error

    return behave


@pytest.fixture
def gateway(settings: Any) -> Iterator[FakeGateway]:
    with fake_gateway(settings) as fake:
        yield fake


@pytest.fixture
def refund(gateway: FakeGateway) -> Refund:
    order = make_order()
    contract(order.shop)
    return goodwill(order, 3_000)[0]


def fresh(refund: Refund) -> Refund:
    return Refund.objects.select_related("order", "payment").get(pk=refund.pk)


def later(**delta: float) -> Any:
    return patch("orderdesk.clock.now", return_value=clock.now() + timedelta(**delta))


def test_a_refund_is_sent_once_and_booked(refund: Refund, gateway: FakeGateway) -> None:
    assert drain_refunds() == 1
    assert drain_refunds() == 0
    after = fresh(refund)
    assert (after.status, after.gateway_ref) == (S.SUCCEEDED, f"ref-{refund.key}")
    assert (after.payment.refunded, after.order.refunded_total) == (3_000, 3_000)
    assert gateway.calls == [refund.key]
    assert list(RefundAttempt.objects.values_list("number", "verb", "outcome")) == [
        (1, "refund", "succeeded")
    ]
    kinds = Event.objects.filter(kind__startswith="refund.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["refund.requested", "refund.submitted", "refund.succeeded"]


FAULTS: list[tuple[str, Any]] = [
    *(
        (f"http_{code}", says(Outcome.UNKNOWN, http_status=code))
        for code in (408, 409, 425, 429, *range(500, 512))
    ),
    ("empty_body", says(Outcome.UNKNOWN, http_status=200)),
    ("html_body", says(Outcome.UNKNOWN, http_status=200, detail="no JSON")),
    ("connect_timeout", raises(httpx.ConnectTimeout("slow"))),
    ("read_timeout", raises(httpx.ReadTimeout("slow"))),
    ("write_timeout", raises(httpx.WriteTimeout("slow"))),
    ("pool_timeout", raises(httpx.PoolTimeout("full"))),
    ("reset", raises(ConnectionResetError())),
    ("broken_pipe", raises(BrokenPipeError())),
    ("cut", raises(httpx.RemoteProtocolError("cut"))),
    ("read_error", raises(httpx.ReadError("cut"))),
    ("bad_encoding", raises(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))),
    ("bad_json", raises(ValueError("no JSON"))),
    ("missing_field", raises(KeyError("status"))),
    ("wrong_type", raises(TypeError("list"))),
    ("dns", raises(OSError("no such host"))),
    ("tls", raises(httpx.ConnectError("certificate"))),
    ("recursion", raises(RecursionError())),
    ("not_found", says(Outcome.NOT_FOUND)),
    ("nothing", raises(AttributeError("no answer"))),
]


@pytest.mark.parametrize("fault", [fault for _, fault in FAULTS], ids=[name for name, _ in FAULTS])
def test_what_cannot_be_read_is_unknown_and_keeps_the_money_reserved(
    refund: Refund, gateway: FakeGateway, fault: Any
) -> None:
    gateway.script = [fault]
    drain_refunds()
    after = fresh(refund)
    assert (after.status, after.payment.reserved, after.payment.refunded) == (S.UNKNOWN, 3_000, 0)
    assert Event.objects.filter(kind="refund.unknown").count() == 1


def test_the_table_of_faults_is_long_enough() -> None:
    assert len(FAULTS) >= 30


def test_unknown_is_repeated_with_the_same_key_while_it_lives(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [raises(TimeoutError())]
    drain_refunds()
    with later(minutes=5):
        drain_refunds()
    assert (gateway.calls, gateway.asked) == ([refund.key, refund.key], [])
    assert fresh(refund).status == S.SUCCEEDED


def test_an_old_key_is_only_asked_for(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [raises(TimeoutError())]
    gateway.answers = [says(Outcome.NOT_FOUND)]
    drain_refunds()
    with later(hours=25):
        drain_refunds()
    assert (gateway.calls, gateway.asked) == ([refund.key], [refund.key])
    assert fresh(refund).status == S.UNKNOWN
    with later(hours=30):
        drain_refunds()
    assert (len(gateway.calls), fresh(refund).status) == (1, S.SUCCEEDED)


def test_without_idempotency_nothing_is_sent_twice(settings: Any, refund: Refund) -> None:
    with fake_gateway(settings, idempotent=False) as gateway:
        gateway.script = [raises(TimeoutError())]
        gateway.answers = [says(Outcome.UNKNOWN), says(Outcome.NOT_FOUND)]
        for hours in (0, 1, 2, 3):
            with later(hours=hours):
                drain_refunds()
        assert (len(gateway.calls), fresh(refund).status) == (1, S.SUCCEEDED)


def test_without_idempotency_and_query_it_stays_unknown(settings: Any, refund: Refund) -> None:
    with fake_gateway(settings, idempotent=False, query=False) as gateway:
        gateway.script = [raises(TimeoutError())]
        for hours in (0, 1, 200):
            with later(hours=hours):
                drain_refunds()
        assert (len(gateway.calls), fresh(refund).status, fresh(refund).next_at) == (1, S.UNKNOWN, None)


def test_a_refusal_releases_the_money_and_calls_a_person(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [says(Outcome.FAILED, http_status=400, detail="NOT_CANCELABLE")]
    drain_refunds()
    after = fresh(refund)
    assert (after.status, after.payment.reserved) == (S.FAILED, 0)
    assert Task.objects.get().kind == TaskKind.REFUND
    again = retry_refund(refund.pk, actor=GATEWAY)[0]
    assert (again.key, again.amount) == (f"retry:{refund.pk}/{refund.payment_id}", 3_000)
    with pytest.raises(Conflict):
        retry_refund(again.pk, actor=GATEWAY)


def test_a_refusal_after_a_lost_answer_is_asked_for_first(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [raises(TimeoutError()), says(Outcome.FAILED, detail="ALREADY_CANCELED")]
    drain_refunds()
    with later(minutes=5):
        drain_refunds()
    assert fresh(refund).status == S.UNKNOWN
    with later(minutes=30):
        drain_refunds()
    assert (len(gateway.calls), gateway.asked, fresh(refund).status) == (2, [refund.key], S.SUCCEEDED)


def test_a_worker_that_died_leaves_an_unknown_result(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [raises(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        drain_refunds()
    assert fresh(refund).status == S.SUBMITTED
    assert drain_refunds() == 0, "it is held by the one that died"
    with later(minutes=10):
        drain_refunds()
    outcomes = RefundAttempt.objects.order_by("number").values_list("outcome", "detail")
    assert list(outcomes) == [("unknown", "worker_lost"), ("succeeded", "")]
    assert gateway.calls == [refund.key, refund.key]


def test_a_claim_that_was_taken_over_books_no_failure(refund: Refund, gateway: FakeGateway) -> None:
    def stalls(_call: RefundCall) -> RefundAnswer:
        Refund.objects.filter(pk=refund.pk).update(claimed_by="another")
        return RefundAnswer(Outcome.FAILED)

    gateway.script = [stalls]
    drain_refunds()
    assert (fresh(refund).status, fresh(refund).payment.reserved) == (S.SUBMITTED, 3_000)


def test_one_refund_is_claimed_by_one_worker(refund: Refund, gateway: FakeGateway) -> None:
    assert len(claim_due("one", 10)) == 1
    assert claim_due("two", 10) == []


def test_a_webhook_before_our_own_answer_is_one_refund(refund: Refund, gateway: FakeGateway) -> None:
    """features.md §12 row 13."""

    def webhook_first(call: RefundCall) -> RefundAnswer:
        answer = RefundAnswer(Outcome.SUCCEEDED, "re_1", call.amount)
        settle_refund(refund.pk, answer, actor=GATEWAY)
        settle_refund(refund.pk, answer, actor=GATEWAY)
        return answer

    gateway.script = [webhook_first]
    drain_refunds()
    after = fresh(refund)
    assert (after.status, after.order.refunded_total, after.payment.refunded) == (S.SUCCEEDED, 3_000, 3_000)
    assert Event.objects.filter(kind="refund.succeeded").count() == 1
    assert not Task.objects.exists()


def test_another_amount_is_not_believed(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [says(Outcome.SUCCEEDED, gateway_ref="re_1", amount=2_999)]
    drain_refunds()
    after = fresh(refund)
    assert (after.status, after.order.refunded_total, after.next_at) == (S.UNKNOWN, 0, None)
    assert Task.objects.get().detail == "amount_differs:2999"


def test_a_number_of_another_refund_is_not_believed(refund: Refund, gateway: FakeGateway) -> None:
    second = goodwill(refund.order, 1_000, "goodwill:2")[0]
    settle_refund(refund.pk, RefundAnswer(Outcome.SUCCEEDED, "re_1", 3_000), actor=GATEWAY)
    settle_refund(second.pk, RefundAnswer(Outcome.SUCCEEDED, "re_1", 1_000), actor=GATEWAY)
    assert (fresh(second).status, fresh(second).order.refunded_total) == (S.UNKNOWN, 3_000)


def test_what_contradicts_an_ended_refund_calls_a_person(refund: Refund, gateway: FakeGateway) -> None:
    drain_refunds()
    settle_refund(refund.pk, RefundAnswer(Outcome.FAILED), actor=GATEWAY)
    assert (fresh(refund).status, Task.objects.get().detail) == (S.SUCCEEDED, "refund_failed_later")


def test_pending_is_asked_for_later(refund: Refund, gateway: FakeGateway) -> None:
    gateway.script = [says(Outcome.PENDING)]
    drain_refunds()
    assert fresh(refund).status == S.SUBMITTED
    with later(minutes=10):
        drain_refunds()
    assert (len(gateway.calls), gateway.asked, fresh(refund).status) == (1, [refund.key], S.SUCCEEDED)


def test_without_a_contract_nothing_is_sent(gateway: FakeGateway) -> None:
    refund = goodwill(make_order(), 1_000)[0]
    drain_refunds()
    after = fresh(refund)
    assert (gateway.calls, after.status, after.detail) == ([], S.RESERVED, "no_gateway_account")


def test_unknown_is_ended_only_after_the_company_was_asked(settings: Any, refund: Refund) -> None:
    person = Actor.staff(make_user(refund.order.shop).pk)
    with fake_gateway(settings, idempotent=False) as gateway:
        gateway.script = [raises(TimeoutError())]
        gateway.answers = [says(Outcome.NOT_FOUND)]
        drain_refunds()
        with pytest.raises(DomainError) as refusal:
            void_unknown(refund.pk, actor=person, note="asked")
        assert refusal.value.code == "ask_first"
        with later(minutes=10):
            drain_refunds()
        void_unknown(refund.pk, actor=person, note="asked")
    assert (fresh(refund).status, fresh(refund).payment.reserved) == (S.VOIDED, 0)
    assert Order.objects.get().payment_state == PaymentState.PAID
