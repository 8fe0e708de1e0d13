"""A payment company without a network: it does what a test says and counts what it really paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from orderdesk.accounts.models import Shop
from orderdesk.events.actor import SYSTEM, Actor
from orders.gateways import (
    Abilities,
    Credentials,
    Outcome,
    PaymentAsk,
    PaymentOffer,
    RefundAnswer,
    RefundCall,
    SeenPayment,
)
from orders.models import GatewayAccount, Order, Refund
from orders.quotes import goodwill_quote
from orders.services.refunds.request import RefundRequest, request_refund
from orders.terms import RefundSource

Behaviour = Callable[[RefundCall], RefundAnswer]


def paid(call: RefundCall) -> RefundAnswer:
    return RefundAnswer(Outcome.SUCCEEDED, f"ref-{call.key}", call.amount, 200)


@dataclass
class FakeGateway:
    """`script`: one behaviour a call, then `paid`; `moved`: refunds that really happened, by our reference."""

    name: str = "fake"
    abilities: Abilities = field(
        default_factory=lambda: Abilities(idempotent=True, key_life=timedelta(hours=24))
    )
    script: list[Behaviour] = field(default_factory=list)
    answers: list[Behaviour] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def needs_account(self, method: str) -> bool:
        return False

    def refund(self, call: RefundCall, credentials: Credentials) -> RefundAnswer:
        self.calls.append(call.key)
        return (self.script.pop(0) if self.script else paid)(call)

    def query(self, call: RefundCall, credentials: Credentials) -> RefundAnswer:
        self.asked.append(call.our_ref)
        return (self.answers.pop(0) if self.answers else paid)(call)

    def look(self, payment_ref: str, credentials: Credentials) -> SeenPayment | None:
        return None

    def request_payment(self, ask: PaymentAsk, credentials: Credentials) -> PaymentOffer:
        return PaymentOffer(ok=False)


GATEWAY = FakeGateway()


@contextmanager
def fake_gateway(settings: Any, **abilities: Any) -> Iterator[FakeGateway]:
    """Registers the fake as `test`, the gateway of the builders' payments."""
    GATEWAY.script, GATEWAY.answers, GATEWAY.calls, GATEWAY.asked = [], [], [], []
    GATEWAY.abilities = replace(FakeGateway().abilities, **abilities)
    settings.GATEWAYS = {**settings.GATEWAYS, "test": "tests.orders.money.fakes.GATEWAY"}
    yield GATEWAY


def contract(shop: Shop) -> GatewayAccount:
    return GatewayAccount.objects.create(shop=shop, gateway="test")


def goodwill(
    order: Order, amount: int, cause: str = "goodwill:1", actor: Actor = SYSTEM, **more: Any
) -> list[Refund]:
    wanted = RefundRequest(
        cause, RefundSource.GOODWILL, goodwill_quote(order.currency, amount, "late"), **more
    )
    return request_refund(order.pk, wanted, actor=actor)
