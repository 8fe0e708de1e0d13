"""A virtual account or a pay link, asked for as each company's document says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import respx

from orderdesk import clock
from orders.gateways import PaymentAsk, gateways
from orders.terms import PaymentMethod
from tests.orders.gateways.answers import COMPANIES, PORTONE, STRIPE, TOSS, Company, portone_payment
from tests.orders.gateways.wires import misfits, strangers

TRANSFER, CARD = PaymentMethod.VIRTUAL_ACCOUNT, PaymentMethod.CARD


def ask(method: str, **changes: Any) -> PaymentAsk:
    values: dict[str, Any] = {
        "key": "ask:1",
        "our_ref": "od-0123456789abcdef0123-1",
        "title": "면 셔츠 외 2건",
        "amount": 3_000,
        "currency": "KRW",
        "method": method,
        "return_url": "https://shop.test/o/x",
        "due_at": clock.now() + timedelta(days=2),
        "customer_name": "홍길동",
        "bank": "088",
    }
    return PaymentAsk(**values | changes)


@respx.mock
def test_toss_gives_a_virtual_account() -> None:
    account = {"accountNumber": "X650293487", "bank": "신한", "customerName": "홍길동"}
    route = respx.post("https://toss.test/v1/virtual-accounts").respond(
        json={"paymentKey": "pk-1", "virtualAccount": account}
    )
    offer = TOSS.gateway.request_payment(ask(TRANSFER), TOSS.credentials)
    body = json.loads(route.calls[0].request.content)
    assert misfits("toss", "ITossVirtualAccountPayment.ICreate", body) == []
    assert (offer.ok, offer.account, offer.gateway_ref) == (True, "X650293487", "pk-1")
    assert body["validHours"] == 47


@respx.mock
def test_portone_gives_a_virtual_account() -> None:
    ours = ask(TRANSFER)
    method = {"type": "PaymentMethodVirtualAccount", "accountNumber": "110999", "remitteeName": "나무마켓"}
    route = respx.post(url__regex="https://portone.test/payments/.*/instant").respond(
        json={"payment": {"pgTxId": "t", "paidAt": "2026-11-24T03:00:00Z"}}
    )
    respx.get(f"https://portone.test/payments/{ours.our_ref}").respond(
        json=portone_payment(PORTONE.call(), method=method)
    )
    offer = PORTONE.gateway.request_payment(ours, PORTONE.credentials)
    body = json.loads(route.calls[0].request.content)
    assert misfits("portone", "InstantPaymentInput", body) == []
    assert strangers("portone", "InstantPaymentInput", body) == []
    assert misfits("portone", "PaymentMethodVirtualAccount", method) == []
    assert (offer.ok, offer.account, offer.holder) == (True, "110999", "나무마켓")


@respx.mock
def test_stripe_gives_a_link() -> None:
    url = "https://checkout.stripe.com/c/pay/cs_1"
    route = respx.post("https://stripe.test/v1/checkout/sessions").respond(json={"id": "cs_1", "url": url})
    offer = STRIPE.gateway.request_payment(ask(CARD), STRIPE.credentials)
    form = parse_qs(route.calls[0].request.content.decode())
    assert (offer.ok, offer.url) == (True, url)
    assert form["line_items[0][price_data][unit_amount]"] == ["3000"]
    assert form["payment_intent_data[metadata][orderdesk_ref]"] == ["od-0123456789abcdef0123-1"]


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)
@respx.mock
def test_a_fault_is_no_offer(company: Company) -> None:
    respx.route().respond(500, text="oops")
    method = CARD if company is STRIPE else TRANSFER
    assert not company.gateway.request_payment(ask(method), company.credentials).ok


@respx.mock
def test_a_link_to_somewhere_odd_is_no_offer() -> None:
    respx.route().respond(json={"id": "cs_1", "url": "javascript:alert(1)"})
    assert not STRIPE.gateway.request_payment(ask(CARD), STRIPE.credentials).ok


def test_every_company_says_whether_it_can_be_asked() -> None:
    can = {name: gateway.abilities.asks_payment for name, gateway in gateways().items()}
    assert can == {"toss": True, "portone": True, "stripe": True, "bank": False, "simulator": True}
