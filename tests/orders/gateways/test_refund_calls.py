"""What is sent and what its answer means, at each company."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from orders.gateways import Outcome, portone
from orders.gateways.wire import from_wire, key_of, reason_of, ref_in, to_wire
from tests.orders.gateways.answers import (
    ACCOUNT,
    COMPANIES,
    PORTONE,
    STRIPE,
    TOSS,
    Company,
    portone_cancellation,
    portone_payment,
    stripe_refund,
    toss_cancel,
    toss_payment,
)
from tests.orders.gateways.wires import DOCUMENTS, FACTS, bare, document, misfits, strangers

each = pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)


def answered(company: Company, body: Any, status: int = 200) -> respx.Route:
    return respx.route(host=httpx.URL(company.url).host).mock(httpx.Response(status, json=body))


def sent(route: respx.Route) -> dict[str, Any]:
    return json.loads(route.calls[0].request.content)  # type: ignore[no-any-return]


@each
@respx.mock
def test_a_refund_that_worked_names_its_number_and_amount(company: Company) -> None:
    call = company.call()
    answered(company, company.done(call))
    answer = company.gateway.refund(call, company.credentials)
    assert (answer.outcome, answer.amount, answer.http_status) == (Outcome.SUCCEEDED, 4_000, 200)
    assert answer.gateway_ref
    assert len(answer.body_hash) == 64


@each
@respx.mock
def test_the_key_is_the_same_at_every_try_and_has_letters_that_all_companies_take(company: Company) -> None:
    call = company.call()
    route = answered(company, company.done(call))
    company.gateway.refund(call, company.credentials)
    company.gateway.refund(call, company.credentials)
    keys = {each.request.headers["Idempotency-Key"] for each in route.calls}
    assert keys == {key_of("cancel:12/34")}
    assert all(letter.isalnum() or letter == "-" for letter in keys.pop())


@each
@respx.mock
def test_an_amount_that_is_not_ours_is_reported_as_theirs(company: Company) -> None:
    call = company.call()
    answered(company, company.done(company.call(amount=4_001)))
    assert company.gateway.refund(call, company.credentials).amount == 4_001


@each
@respx.mock
@pytest.mark.parametrize("done", [True, False])
def test_a_query_finds_our_refund_by_our_reference_or_says_that_there_is_none(
    company: Company, done: bool
) -> None:
    call = company.call()
    answered(company, company.listed(call, done=done))
    answer = company.gateway.query(call, company.credentials)
    assert answer.outcome == (Outcome.SUCCEEDED if done else Outcome.NOT_FOUND)


@each
@respx.mock
def test_a_refund_with_a_reference_that_only_begins_like_ours_is_not_ours(company: Company) -> None:
    answered(company, company.listed(company.call(our_ref="cancel:12/345"), done=True))
    assert company.gateway.query(company.call(), company.credentials).outcome == Outcome.NOT_FOUND


@each
def test_without_a_secret_nothing_is_sent(company: Company) -> None:
    empty = type(company.credentials)("", "", company.url)
    assert company.gateway.refund(company.call(), empty).outcome == Outcome.FAILED


@pytest.mark.parametrize(
    ("company", "code"),
    [(TOSS, "REFUND_REJECTED"), (PORTONE, "PAYMENT_NOT_PAID"), (STRIPE, "resource_missing")],
)
@respx.mock
def test_a_refusal_that_touched_no_money_has_failed(company: Company, code: str) -> None:
    answered(company, company.refusal(code), 400)
    answer = company.gateway.refund(company.call(), company.credentials)
    assert (answer.outcome, answer.detail) == (Outcome.FAILED, code)


MAYBE = [
    (TOSS, "ALREADY_CANCELED_PAYMENT"),
    (TOSS, "NOT_CANCELABLE_AMOUNT"),
    (PORTONE, "PAYMENT_ALREADY_CANCELLED"),
    (PORTONE, "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN"),
    (STRIPE, "charge_already_refunded"),
]


@pytest.mark.parametrize(("company", "code"), MAYBE)
@pytest.mark.parametrize("done", [True, False])
@respx.mock
def test_a_refusal_that_may_mean_done_already_is_asked_about(company: Company, code: str, done: bool) -> None:
    call, host = company.call(), httpx.URL(company.url).host
    respx.post(host=host).mock(httpx.Response(409 if company is PORTONE else 400, json=company.refusal(code)))
    respx.get(host=host).mock(httpx.Response(200, json=company.listed(call, done=done)))
    answer = company.gateway.refund(call, company.credentials)
    assert answer.outcome == (Outcome.SUCCEEDED if done else Outcome.FAILED)


@pytest.mark.parametrize(("company", "code"), MAYBE)
@respx.mock
def test_when_the_question_has_no_answer_either_the_result_is_unknown(company: Company, code: str) -> None:
    host = httpx.URL(company.url).host
    respx.post(host=host).mock(httpx.Response(400, json=company.refusal(code)))
    respx.get(host=host).mock(side_effect=httpx.ReadTimeout)
    assert company.gateway.refund(company.call(), company.credentials).outcome == Outcome.UNKNOWN


UNDER_WAY = [
    (TOSS, lambda call: toss_payment(call, toss_cancel(call, cancelStatus="IN_PROGRESS"))),
    (TOSS, lambda call: toss_payment(call, toss_cancel(call), virtualAccount={"refundStatus": "PENDING"})),
    (PORTONE, lambda call: {"cancellation": portone_cancellation(call, status="REQUESTED")}),
    (STRIPE, lambda call: stripe_refund(call, status="pending")),
]


@pytest.mark.parametrize(("company", "body"), UNDER_WAY)
@respx.mock
def test_what_is_under_way_is_pending(company: Company, body: Any) -> None:
    call = company.call()
    answered(company, body(call))
    assert company.gateway.refund(call, company.credentials).outcome == Outcome.PENDING


ENDED = [
    (TOSS, lambda call: toss_payment(call, toss_cancel(call, cancelStatus="ABORTED"))),
    (PORTONE, lambda call: portone_payment(call, portone_cancellation(call, status="FAILED"))),
    (STRIPE, lambda call: {"has_more": False, "data": [stripe_refund(call, status="failed")]}),
]


@pytest.mark.parametrize(("company", "body"), ENDED)
@respx.mock
def test_a_query_tells_of_a_refund_that_failed_later(company: Company, body: Any) -> None:
    call = company.call()
    answered(company, body(call))
    assert company.gateway.query(call, company.credentials).outcome == Outcome.FAILED


@pytest.mark.parametrize(("company", "body"), ENDED)
@respx.mock
def test_a_refund_that_worked_counts_before_one_that_failed_under_the_same_name(
    company: Company, body: Any
) -> None:
    call = company.call()
    both, done = body(call), company.listed(call, done=True)
    for name in ("cancels", "cancellations", "data"):
        if name in both:
            both[name] += done[name]
    answered(company, both)
    assert company.gateway.query(call, company.credentials).outcome == Outcome.SUCCEEDED


@respx.mock
def test_stripes_list_is_read_page_by_page() -> None:
    call = STRIPE.call()
    others = [stripe_refund(call, id=f"re_{n}", metadata={}) for n in range(100)]
    pages = [
        httpx.Response(200, json={"has_more": True, "data": others}),
        httpx.Response(200, json={"has_more": False, "data": [stripe_refund(call)]}),
    ]
    route = respx.get("https://stripe.test/v1/refunds").mock(side_effect=pages)
    assert STRIPE.gateway.query(call, STRIPE.credentials).outcome == Outcome.SUCCEEDED
    assert route.calls[1].request.url.params["starting_after"] == "re_99"


# ── the vendors' own schemas ──
@respx.mock
def test_toss_is_sent_what_its_document_asks_for() -> None:
    call = TOSS.call(account=ACCOUNT)
    route = answered(TOSS, TOSS.done(call))
    TOSS.gateway.refund(call, TOSS.credentials)
    body = sent(route)
    assert misfits("toss", "ITossPaymentCancel.ICreate", body) == []
    assert strangers("toss", "ITossPaymentCancel.ICreate", body) == []
    assert body["refundReceiveAccount"] == {
        "bank": "88",
        "accountNumber": "110123456789",
        "holderName": "홍길동",
    }
    assert route.calls[0].request.url.path == "/v1/payments/pay_key/cancel"
    assert route.calls[0].request.headers["Authorization"] == "Basic c2tfdGVzdDo="


@respx.mock
def test_portone_is_sent_what_its_document_asks_for() -> None:
    call = PORTONE.call(account=ACCOUNT, already_refunded=1_000)
    route = answered(PORTONE, PORTONE.done(call))
    PORTONE.gateway.refund(call, PORTONE.credentials)
    body = sent(route)
    assert misfits("portone", "CancelPaymentBody", body) == []
    assert strangers("portone", "CancelPaymentBody", body) == []
    assert body["currentCancellableAmount"] == 14_000
    assert body["refundAccount"]["bank"] == "SHINHAN"
    assert route.calls[0].request.headers["Authorization"] == "PortOne sk_test"


@respx.mock
def test_stripe_is_sent_what_its_document_asks_for() -> None:
    call = STRIPE.call(currency="USD", amount=1_050)
    route = answered(STRIPE, STRIPE.done(call))
    STRIPE.gateway.refund(call, STRIPE.credentials)
    form = {name: value[0] for name, value in parse_qs(route.calls[0].request.content.decode()).items()}
    assert form == {
        "payment_intent": "pi_1",
        "amount": "1050",
        "reason": "requested_by_customer",
        "metadata[orderdesk_ref]": "cancel:12/34",
    }
    assert strangers("stripe", "refund_request", {name.partition("[")[0]: 1 for name in form}) == []


@respx.mock
def test_a_charge_is_named_as_a_charge() -> None:
    call = STRIPE.call(payment_ref="ch_9")
    route = answered(STRIPE, STRIPE.done(call))
    STRIPE.gateway.refund(call, STRIPE.credentials)
    assert b"charge=ch_9" in route.calls[0].request.content


def test_the_answers_of_these_tests_are_the_vendors() -> None:
    call = TOSS.call()
    card: dict[str, Any] = {"card": {}, "discount": None, "easyPay": None, "cashReceipt": None}
    facts = {**toss_payment(call, toss_cancel(call)), **card}
    assert misfits("toss", "ITossPaymentCancel", toss_cancel(call)) == []
    assert misfits("toss", "ITossCardPayment", facts) == []
    assert misfits("portone", "CancelPaymentResponse", PORTONE.done(PORTONE.call())) == []
    assert misfits("portone", "PaidPayment", portone_payment(PORTONE.call())) == []
    assert misfits("portone", "PartialCancelledPayment", PORTONE.listed(PORTONE.call(), done=True)) == []
    assert strangers("stripe", "refund", stripe_refund(STRIPE.call())) == []


@pytest.mark.parametrize("vendor", DOCUMENTS)
def test_the_kept_schemas_are_the_vendors(vendor: str) -> None:
    there = document(vendor) if DOCUMENTS[vendor].exists() else FACTS[vendor]
    assert {name: bare(there[name]) for name in FACTS[vendor]} == FACTS[vendor]


def test_every_refusal_that_we_call_final_is_in_portones_list() -> None:
    known = set(FACTS["portone"]["CancelPaymentError"]["discriminator"]["mapping"])
    assert known >= portone.REFUSED | portone.MAYBE_DONE


# ── amounts and reasons ──
@pytest.mark.parametrize(
    ("minor", "currency", "wire"),
    [(15_000, "KRW", 15_000), (1_050, "USD", 10.5), (1, "USD", 0.01), (1_234, "KWD", 1.234)],
)
def test_amounts_go_to_the_wire_and_come_back(minor: int, currency: str, wire: float) -> None:
    assert to_wire(minor, currency) == wire
    assert from_wire(wire, currency) == minor


@pytest.mark.parametrize("odd", [None, True, "x", 10.5, "1e999999", [], float("nan"), float("inf")])
def test_an_amount_that_is_none_is_not_read(odd: object) -> None:
    assert from_wire(odd, "KRW") is None


def test_a_long_reason_keeps_our_reference() -> None:
    reason = reason_of(TOSS.call(reason="고객 변심\n" * 100))
    assert len(reason) <= 200
    assert ref_in(reason) == "cancel:12/34"
    assert ref_in("고객 변심") == ""
