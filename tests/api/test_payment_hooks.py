"""The doors of Toss, PortOne and Stripe: forged, repeated, early, out of order and true calls."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
import respx
from django.db import transaction
from django.test import Client

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.events.actor import SYSTEM
from orderdesk.events.inbox import drain_inbound
from orderdesk.events.models import InboundCall, InboundState
from orders.gateways import Outcome, RefundAnswer
from orders.models import Order, Payment, Refund, Task
from orders.quotes import goodwill_quote
from orders.services.gateway_accounts import Contract, save_contract
from orders.services.payments import Capture, record_payment
from orders.services.refunds.finding import order_ref
from orders.services.refunds.request import RefundRequest, request_refund
from orders.services.refunds.settle import settle_refund
from orders.terms import OrderStatus, PaymentMethod, RefundSource, RefundStatus
from tests.builders import make_order, make_shop
from tests.orders.gateways.answers import (
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

pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)
KEY = base64.b64encode(b"portone's own secret of the shop").decode()
SECRETS = {"toss": "", "portone": f"whsec_{KEY}", "stripe": "whsec_stripe"}


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> None:
    settings.TOSS_API_URL, settings.PORTONE_API_URL, settings.STRIPE_API_URL = (one.url for one in COMPANIES)
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"hooks": None}}


def contract(shop: Shop, company: Company) -> None:
    given = Contract(company.name, "sk_test", SECRETS[company.name])
    save_contract(shop.pk, given, actor=SYSTEM)


def paid_order(company: Company, *, shop: Shop | None = None) -> Order:
    """An order of 15,000 won that this company took the money for."""
    order = make_order(shop, status=OrderStatus.PLACED, paid=False, unit_price=15_000)
    contract(order.shop, company)
    capture = Capture(15_000, PaymentMethod.CARD, company.name, company.payment_ref)
    record_payment(order.pk, capture, actor=SYSTEM)
    order.refresh_from_db()
    return order


def refund_of(order: Order, amount: int = 4_000) -> Refund:
    wanted = RefundRequest("goodwill:1", RefundSource.GOODWILL, goodwill_quote("KRW", amount, "sorry"))
    refund = request_refund(order.pk, wanted, actor=SYSTEM)[0]
    refund.submit(clock.now())
    refund.save(update_fields=["status", "submitted_at"])
    return refund


def truth(company: Company, *refunds: Refund, stray: int = 0) -> None:
    """What the company answers when it is asked."""
    calls = [company.call(our_ref=refund.key, amount=refund.amount) for refund in refunds]
    calls += [company.call(our_ref="", amount=stray)] if stray else []
    call = company.call()
    if company is TOSS:
        cancels = [toss_cancel(one, transactionKey=f"t{n}") for n, one in enumerate(calls)]
        respx.get(f"{TOSS.url}/v1/payments/pay_key").respond(json=toss_payment(call, *cancels))
    elif company is PORTONE:
        said = [portone_cancellation(one, id=f"c{n}") for n, one in enumerate(calls)]
        respx.get(f"{PORTONE.url}/payments/order-77").respond(json=portone_payment(call, *said))
    else:
        intent = {"id": "pi_1", "object": "payment_intent", "amount_received": 15_000, "currency": "krw"}
        respx.get(f"{STRIPE.url}/v1/payment_intents/pi_1").respond(
            json=intent | {"created": 1, "metadata": {}}
        )
        data = [stripe_refund(one, id=f"re_{n}") for n, one in enumerate(calls)]
        respx.get(f"{STRIPE.url}/v1/refunds").respond(json={"has_more": False, "data": data})


def notice(company: Company, kind: str = "refunded", name: str = "n1") -> dict[str, Any]:
    if company is TOSS:
        status = {"paid": "DONE", "refunded": "PARTIAL_CANCELED"}.get(kind, "CANCELED")
        data = {"paymentKey": "pay_key", "orderId": "order-1", "status": status}
        return {"eventType": "PAYMENT_STATUS_CHANGED", "createdAt": name, "data": data}
    if company is PORTONE:
        kinds = {"paid": "Transaction.Paid", "refunded": "Transaction.PartialCancelled"}
        data = {"paymentId": "order-77", "transactionId": "tx-1", "storeId": "store"}
        return {
            "type": kinds.get(kind, "Transaction.Cancelled"),
            "timestamp": "2026-11-24T03:00:00Z",
            "data": data,
        }
    thing: dict[str, Any] = {"id": "re_0", "object": "refund", "payment_intent": "pi_1", "charge": "ch_1"}
    if kind == "paid":
        thing = {"id": "pi_1", "object": "payment_intent", "metadata": {}}
    return {"id": f"evt_{name}", "type": f"charge.{kind}", "object": "event", "data": {"object": thing}}


def signed(
    company: Company, raw: bytes, *, at: float | None = None, name: str = "n1", secret: str = ""
) -> dict[str, str]:
    stamp, secret = str(int(at or time.time())), secret or SECRETS[company.name]
    if company is STRIPE:
        mac = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        return {"Stripe-Signature": f"t={stamp},v1={mac}"}
    if company is PORTONE:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        mac = base64.b64encode(
            hmac.new(key, f"{name}.{stamp}.".encode() + raw, hashlib.sha256).digest()
        ).decode()
        return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": f"v1,{mac}"}
    return {}


def post(company: Company, body: dict[str, Any], **sign: Any) -> int:
    raw = json.dumps(body).encode()
    headers = signed(company, raw, **sign)
    return send(company, raw, headers)


def send(company: Company, raw: bytes, headers: dict[str, str]) -> int:
    client = Client(headers=headers)
    return client.post(f"/hooks/{company.name}/", raw, content_type="application/json").status_code


# ── true calls ──
@each
@respx.mock
def test_a_notice_settles_the_refund_whose_answer_was_lost(company: Company) -> None:
    refund = refund_of(paid_order(company))
    truth(company, refund)
    assert post(company, notice(company)) == 200
    drain_inbound()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert InboundCall.objects.get().state == InboundState.DONE


@each
@respx.mock
def test_a_notice_before_our_own_answer_is_booked_makes_one_refund(company: Company) -> None:
    refund = refund_of(paid_order(company))
    truth(company, refund)
    post(company, notice(company))
    drain_inbound()
    ref = Refund.objects.get().gateway_ref or ""
    settle_refund(refund.pk, RefundAnswer(Outcome.SUCCEEDED, ref, 4_000), actor=SYSTEM)
    order = Order.objects.get()
    assert (order.refunded_total, Payment.objects.get().refunded) == (4_000, 4_000)


@each
@respx.mock
def test_a_call_told_a_hundred_times_is_stored_once(company: Company) -> None:
    truth(company, refund_of(paid_order(company)))
    assert {post(company, notice(company)) for _ in range(100)} == {200}
    assert InboundCall.objects.count() == 1


@each
@respx.mock
def test_money_that_came_in_is_booked_from_what_the_company_says(company: Company) -> None:
    order = make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False, unit_price=15_000)
    contract(order.shop, company)
    ours = order_ref(order, 1)
    call = company.call()
    if company is TOSS:
        body = {"createdAt": "x", "secret": "ps_1", "status": "DONE", "orderId": ours, "transactionKey": "t"}
        said = toss_payment(call, orderId=ours, secret="ps_1")
        respx.get(f"{TOSS.url}/v1/payments/orders/{ours}").respond(json=said)
    elif company is PORTONE:
        body = notice(PORTONE, "paid") | {"data": {"paymentId": ours}}
        respx.get(f"{PORTONE.url}/payments/{ours}").respond(json=portone_payment(call, id=ours))
    else:
        thing = {"id": "pi_1", "object": "payment_intent", "metadata": {"orderdesk_ref": ours}}
        body = notice(STRIPE, "paid") | {"data": {"object": thing}}
        truth(STRIPE)
    assert post(company, body) == 200
    drain_inbound()
    order.refresh_from_db()
    assert (order.status, order.captured_total) == (OrderStatus.PLACED, 15_000)


@each
@respx.mock
def test_every_order_of_five_notices_ends_the_same(company: Company) -> None:
    order = paid_order(company)
    refund = refund_of(order)
    truth(company, refund)
    names = ["paid", "refunded", "cancelled", "refunded", "paid"]
    ends = set()
    for n, sequence in enumerate(sorted(set(itertools.permutations(names)))):
        with transaction.atomic():
            for turn, name in enumerate(sequence):
                # The first few notices come before the company itself has done it.
                truth(company, *([refund] if turn >= n % 5 else []))
                post(company, notice(company, name, f"{turn}"), name=f"{turn}")
                drain_inbound()
            now = Order.objects.get()
            money = (now.captured_total, now.refunded_total, Payment.objects.get().refunded)
            ends.add((now.status, Refund.objects.get().status, *money, Task.objects.count()))
            transaction.set_rollback(True)
    assert ends == {("placed", "succeeded", 15_000, 4_000, 4_000, 0)}


# ── what is not believed ──
def forgeries(company: Company, raw: bytes) -> list[Callable[[random.Random], tuple[bytes, dict[str, str]]]]:
    other = base64.b64encode(b"another secret").decode()

    def fresh(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw, signed(company, raw, secret=other)

    def old(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw, signed(company, raw, at=time.time() - 301 - dice.randrange(10_000))

    def future(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw, signed(company, raw, at=time.time() + 302 + dice.randrange(10_000))

    def changed(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw[:-1] + b" " * dice.randrange(1, 9) + raw[-1:], signed(company, raw)

    def unsigned(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw, {}

    def noise(dice: random.Random) -> tuple[bytes, dict[str, str]]:
        return raw, {name: dice.randbytes(20).hex() for name in signed(company, raw)}

    return [fresh, old, future, changed, unsigned, noise]


def test_of_two_thousand_forged_calls_none_is_stored() -> None:
    dice, codes = random.Random(1), set()
    for company in (PORTONE, STRIPE):
        paid_order(company)
        ways = forgeries(company, json.dumps(notice(company)).encode())
        for n in range(700):
            codes.add(send(company, *ways[n % len(ways)](dice)))
    paid_order(TOSS)
    for n in range(600):
        named = {"paymentKey": dice.randbytes(12).hex(), "orderId": f"od-{dice.randbytes(10).hex()}-1"}
        body = {
            "eventType": "PAYMENT_STATUS_CHANGED",
            "createdAt": str(n),
            "data": named | {"status": "CANCELED"},
        }
        codes.add(post(TOSS, body))
    # 429: more of them in one minute than one address may send.
    assert codes - {429} == {403}
    assert not InboundCall.objects.exists()


@respx.mock
def test_what_toss_is_said_to_say_changes_nothing_when_toss_says_otherwise() -> None:
    order = paid_order(TOSS)
    refund = refund_of(order)
    truth(TOSS)
    assert post(TOSS, notice(TOSS, "cancelled")) == 200
    drain_inbound()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUBMITTED


@respx.mock
@pytest.mark.parametrize("secret", ["ps_guess", ""])
def test_a_deposit_with_another_secret_is_not_believed(secret: str) -> None:
    order = make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False, unit_price=15_000)
    contract(order.shop, TOSS)
    ours = order_ref(order, 1)
    said = toss_payment(TOSS.call(), orderId=ours, secret="ps_true")
    respx.get(f"{TOSS.url}/v1/payments/orders/{ours}").respond(json=said)
    post(TOSS, {"createdAt": "x", "secret": secret, "status": "DONE", "orderId": ours})
    drain_inbound()
    assert InboundCall.objects.get().state == InboundState.IGNORED
    assert not Payment.objects.exists()


@each
def test_another_shops_secret_opens_nothing(company: Company) -> None:
    paid_order(company)
    other = make_shop()
    save_contract(
        other.pk, Contract(company.name, "sk", f"whsec_{base64.b64encode(b'other').decode()}"), actor=SYSTEM
    )
    if company is TOSS:
        assert post(TOSS, notice(TOSS) | {"data": {"paymentKey": "of-the-other"}}) == 403
    else:
        assert post(company, notice(company), secret=f"whsec_{base64.b64encode(b'other').decode()}") == 403


@each
@respx.mock
def test_another_amount_never_settles(company: Company) -> None:
    refund = refund_of(paid_order(company))
    lying = Refund(key=refund.key, amount=4_001)
    truth(company, lying)
    post(company, notice(company))
    drain_inbound()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.UNKNOWN
    assert Task.objects.count() == 1


@each
@respx.mock
def test_a_refund_that_our_books_lack_calls_a_person_once(company: Company) -> None:
    paid_order(company)
    truth(company, stray=1_000)
    for name in ("a", "b"):
        post(company, notice(company, "refunded", name), name=name)
        drain_inbound()
    assert "1000" in Task.objects.get().detail
    assert Order.objects.get().refunded_total == 0


@each
@respx.mock
def test_a_refund_paid_twice_under_one_name_calls_a_person(company: Company) -> None:
    refund = refund_of(paid_order(company))
    truth(company, refund, refund)
    post(company, notice(company))
    drain_inbound()
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SUCCEEDED
    assert Task.objects.filter(detail__contains="4000").count() == 1


@each
@respx.mock
def test_while_the_company_cannot_be_asked_the_call_waits(company: Company) -> None:
    refund_of(paid_order(company))
    respx.route().respond(503)
    post(company, notice(company))
    drain_inbound()
    assert InboundCall.objects.get().state == InboundState.PENDING


@each
@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"[" * 5000, b"\xff", b'{"data": ' * 30 + b"1" + b"}" * 30]
)
def test_what_cannot_be_read_proves_nothing(company: Company, raw: bytes) -> None:
    assert send(company, raw, {}) == 403


@each
@pytest.mark.parametrize(
    "odd",
    [{}, {"data": None}, {"data": []}, {"data": {"object": 1}}, {"data": {"paymentKey": {}, "paymentId": 5}}],
)
def test_what_is_about_no_payment_is_turned_away(company: Company, odd: dict[str, Any]) -> None:
    assert post(company, odd) == 403


@each
def test_a_big_body_is_not_read(company: Company) -> None:
    assert send(company, b"x" * (256 * 1024 + 1), {}) == 413


@each
def test_no_persons_data_and_no_secret_is_stored(company: Company) -> None:
    paid_order(company)
    body = notice(company)
    target = body["data"]["object"] if company is STRIPE else body["data"]
    target["customer"] = {"name": "홍길동", "phone": "010-1234-5678"}
    assert post(company, body) == 200
    assert set(InboundCall.objects.get().body) <= {"kind", "payment", "order", "secret_hash"}
