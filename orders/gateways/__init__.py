"""The port to payment companies: give money back, ask what became of it, ask a customer to pay.

One file per company holds a `GATEWAY`; settings.GATEWAYS names them by dotted path. See docs/adding-a-gateway.md.
The rule that everything here rests on: an answer that cannot be read for certain is UNKNOWN, never FAILED. Money that
was called failed and was paid all the same is money paid twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.encryption import decrypt
from orderdesk.errors import DomainError
from orders.models.gateway import GatewayAccount

# Who pays out by hand: payments that no payment company of ours took (`manual`, `olist`, nothing).
MANUAL = "bank"


class Outcome(StrEnum):
    """What an answer proves. Only the first two are final."""

    SUCCEEDED = "succeeded"  # the money moves or has moved
    FAILED = "failed"  # certainly nothing moved, and will not
    UNKNOWN = "unknown"  # no readable answer: it may have moved
    PENDING = "pending"  # taken and under way; the company will tell, or is asked again
    NOT_FOUND = "not_found"  # a query's: the company knows no refund under our reference


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where money goes that its payment cannot take back; `bank` is a Korean bank's code or name."""

    bank: str
    number: str = field(repr=False)
    holder: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefundCall:
    """One refund of one payment, in minor units of `currency`.

    `key`: the idempotency key, the same at every try. `our_ref`: what we find the refund by when we ask. `captured` and
    `already_refunded`: what the payment holds by our books, for companies that compare it.
    """

    key: str
    our_ref: str
    payment_ref: str
    amount: int
    currency: str
    captured: int = 0
    already_refunded: int = 0
    reason: str = ""
    account: BankAccount | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the company said. `amount` in minor units where it names one; `detail` is a code or a few words, no person's data."""

    outcome: Outcome
    gateway_ref: str = ""
    amount: int | None = None
    http_status: int | None = None
    body_hash: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a company can do.

    `key_life`: how long it remembers an idempotency key (None: for ever). `same_amount_block`: for how long it refuses
    a second refund of the same amount. `window`: how long after payment it gives back at all. `manual`: people pay.
    """

    idempotent: bool
    key_life: timedelta | None = None
    partial: bool = True
    same_amount_block: timedelta | None = None
    query: bool = True
    window: timedelta | None = None
    manual: bool = False
    asks_payment: bool = False


@dataclass(frozen=True, slots=True)
class Credentials:
    """A shop's secrets at one company; never shown, not even by repr(). `channel`: PortOne's channel key, no secret."""

    secret: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    base_url: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class PaymentAsk:
    """Ask a customer to pay `amount` minor units of `currency`; `method` is a PaymentMethod.

    `return_url`: where the customer lands after paying. `bank`: the bank that a virtual account should be at.
    """

    key: str
    our_ref: str
    title: str
    amount: int
    currency: str
    method: str
    return_url: str
    due_at: datetime | None = None
    customer_name: str = field(default="", repr=False)
    bank: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOffer:
    """How the customer can pay: a link, or an account; `ok` off when the company gave neither, `detail` says why."""

    ok: bool
    gateway_ref: str = ""
    url: str = ""
    bank: str = ""
    account: str = ""
    holder: str = ""
    due_at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SeenRefund:
    """One refund as the company lists it; `our_ref` is empty when it was not made by us."""

    ref: str
    our_ref: str
    amount: int
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SeenPayment:
    """A payment as the company knows it now. `captured`: minor units that came in, before any refund; 0 while unpaid.

    `order_ref`: what we called it when we asked for it. `secret`: what its notices must bear (Toss).
    """

    ref: str
    order_ref: str
    captured: int
    currency: str
    method: str
    at: datetime | None = None
    refunds: tuple[SeenRefund, ...] = ()
    secret: str = field(default="", repr=False)

    def find(self, our_ref: str) -> SeenRefund | None:
        """The refund that bears our reference: one that counts before one that failed."""
        mine = [each for each in self.refunds if our_ref and each.our_ref == our_ref]
        counting = [each for each in mine if each.outcome != Outcome.FAILED]
        return next(iter(counting or mine), None)


class Gateway(Protocol):
    """What refunds need to know of a payment company. None of the calls raises for what the network does."""

    name: str
    abilities: Abilities

    def needs_account(self, method: str) -> bool:
        """Whether money of this PaymentMethod can only go back to a bank account that the customer names."""

    def refund(self, call: RefundCall, credentials: Credentials) -> RefundAnswer:
        """Give the money back; safe to repeat with the same key within `abilities.key_life`."""

    def query(self, call: RefundCall, credentials: Credentials) -> RefundAnswer:
        """What became of the refund with our reference; moves nothing."""

    def look(self, payment_ref: str, credentials: Credentials) -> SeenPayment | None:
        """The payment as it is now; None when it cannot be read for certain."""

    def request_payment(self, ask: PaymentAsk, credentials: Credentials) -> PaymentOffer:
        """A pay link or an account to transfer to, where `abilities.asks_payment`."""


@cache
def _load(path: str) -> Gateway:
    found: Gateway = import_string(path)
    return found


def gateways() -> dict[str, Gateway]:
    """Every registered payment company by name, in the order of settings."""
    return {name: _load(path) for name, path in settings.GATEWAYS.items()}


def gateway_of(name: str) -> Gateway:
    """The company that took a payment; a name that is not registered is paid back by hand."""
    return _load(settings.GATEWAYS.get(name, settings.GATEWAYS[MANUAL]))


def credentials_for(shop_id: int, gateway: str) -> Credentials:
    """The shop's secrets at this company, decrypted; empty ones where people pay by hand.

    DomainError `no_gateway_account` when the shop has no active contract: nothing may be sent.
    """
    base_url = getattr(settings, f"{gateway.upper()}_API_URL", "")
    row = GatewayAccount.objects.filter(shop_id=shop_id, gateway=gateway, is_active=True).first()
    if row is None:
        if gateway_of(gateway).abilities.manual:
            return Credentials()
        raise DomainError(
            "no_gateway_account", _("The shop has no contract with this payment company."), gateway=gateway
        )
    return Credentials(
        _plain(row.secret_encrypted), _plain(row.webhook_secret_encrypted), base_url, row.channel
    )


def _plain(encrypted: str) -> str:
    return decrypt(encrypted) if encrypted else ""
