"""HTTP to payment companies: one call, one reply, never an exception; what cannot be read is said to be unreadable."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import httpx
from django.utils.dateparse import parse_datetime

from orderdesk.money import exponent
from orders.gateways import Outcome, RefundAnswer, RefundCall, SeenRefund

# Companies answer a refund in seconds, some ask the card company first: patience costs less than an unknown outcome.
TIMEOUT = httpx.Timeout(30.0, connect=5.0)
MAX_REASON = 200
# What a column of 64 bits holds, and more than any shop moves.
MOST = 2**62
# Statuses that refuse the moment, not the refund.
NOT_NOW = (408, 409, 423, 425, 429)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `body` is {} and `readable` off unless it was a JSON object of a usual size."""

    status: int | None
    body: dict[str, Any] = field(default_factory=dict)
    readable: bool = False
    digest: str = ""
    detail: str = ""

    @property
    def good(self) -> bool:
        return self.readable and self.status is not None and 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """A 4xx that was read: the company understood, and says no."""
        return (
            self.readable
            and self.status is not None
            and 400 <= self.status < 500
            and self.status not in NOT_NOW
        )

    def answer(
        self, outcome: Outcome, detail: str = "", ref: str = "", amount: int | None = None
    ) -> RefundAnswer:
        """The answer of the port with this reply's traces."""
        words = (detail or self.detail)[:255]
        return RefundAnswer(outcome, ref, amount, self.status, self.digest, words)

    def told(self, refund: SeenRefund) -> RefundAnswer:
        """The answer that is one of the refunds which the company lists."""
        return self.answer(refund.outcome, refund.detail, refund.ref, refund.amount)


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that certificates are checked against: reading them takes longer than most calls."""
    return httpx.create_ssl_context()


def call(method: str, url: str, **options: Any) -> Reply:
    """One request (httpx's options); redirects are not followed: a company's API does not redirect."""
    try:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, verify=_trusted()) as client:
            response = client.request(method, url, **options)
            content = response.content
    # Whatever happens on the way may have happened after the money moved.
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Reply(None, detail=type(error).__name__)
    digest = hashlib.sha256(content).hexdigest()
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return Reply(response.status_code, digest=digest, detail=f"HTTP {response.status_code}, unreadable")
    if not isinstance(body, dict):
        return Reply(response.status_code, digest=digest, detail="not an object")
    return Reply(
        response.status_code, body, readable=True, digest=digest, detail=f"HTTP {response.status_code}"
    )


def key_of(key: str) -> str:
    """Our idempotency key in letters that every company takes (16–256 of A–Z, a–z, 0–9, hyphen), the same each time."""
    return f"od-{hashlib.sha256(key.encode()).hexdigest()[:48]}"


def reason_of(refund: RefundCall) -> str:
    """The reason with our reference in brackets, by which the refund is found again; at most MAX_REASON letters."""
    mark = f"[{refund.our_ref}]"
    words = " ".join(refund.reason.split())[: MAX_REASON - len(mark) - 1]
    return f"{words} {mark}".strip()


def ref_in(reason: object) -> str:
    """Our reference out of a reason, or nothing."""
    text = str(reason or "").rstrip()
    return text[text.rindex("[") + 1 : -1] if text.endswith("]") and "[" in text else ""


def to_wire(minor: int, currency: str) -> int | float:
    """Minor units as companies write amounts in whole units: 15000 won, 10.5 dollars."""
    places = exponent(currency)
    return minor if places == 0 else float(Decimal(minor).scaleb(-places))


def from_wire(amount: object, currency: str) -> int | None:
    """Whole units to minor units; None for what is no exact amount of this currency."""
    if isinstance(amount, bool) or not isinstance(amount, int | float | str):
        return None
    try:
        scaled = Decimal(str(amount)).scaleb(exponent(currency))
        # Compared before it becomes an int: "1e999999" would fill the memory.
        minor = int(scaled) if abs(scaled) < MOST else None
    except (ArithmeticError, ValueError):
        return None
    return minor if minor == scaled else None


def whole(value: object) -> int | None:
    """A whole number of minor units as JSON gives it, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST else None


def moment(text: object) -> datetime | None:
    """A time with its zone as companies write it, or None."""
    try:
        found = parse_datetime(str(text))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def items(value: object) -> list[Mapping[str, Any]]:
    """The objects of a JSON list; what is none is left out."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def inner(value: object) -> Mapping[str, Any]:
    """A JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}
