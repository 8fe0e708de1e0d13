"""A payment company inside the program, for the demo and tests: it keeps its promises and remembers nothing of people.

What the last three digits of an amount are decides what it does, so that every state can be shown on purpose:
…901 is refused, …902 gives no readable answer and is found when asked, …903 gives none and never happened, …904 is
under way until asked.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

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
from orders.terms import PaymentMethod

REFUSED, LOST, NEVER, SLOW = 901, 902, 903, 904


class Simulator:
    """Same key, same answer: its numbers are derived, so it needs no memory."""

    name = "simulator"
    abilities = Abilities(idempotent=True, key_life=timedelta(days=15), asks_payment=True)

    def needs_account(self, method: str) -> bool:
        """As real companies: a virtual account cannot take money back."""
        return method == PaymentMethod.VIRTUAL_ACCOUNT

    def refund(self, call: RefundCall, _credentials: Credentials) -> RefundAnswer:
        """By the amount's last digits, as the head of this file says."""
        last = call.amount % 1000
        if last == REFUSED:
            return RefundAnswer(Outcome.FAILED, http_status=400, detail="REFUSED_BY_ISSUER")
        if last in (LOST, NEVER):
            return RefundAnswer(Outcome.UNKNOWN, detail="timeout")
        if last == SLOW:
            return RefundAnswer(Outcome.PENDING, _number(call), call.amount, 200, detail="IN_PROGRESS")
        return _done(call)

    def query(self, call: RefundCall, _credentials: Credentials) -> RefundAnswer:
        """What `refund` did in truth."""
        last = call.amount % 1000
        if last in (REFUSED, NEVER):
            return RefundAnswer(Outcome.NOT_FOUND, http_status=200)
        return _done(call)

    def look(self, _payment_ref: str, _credentials: Credentials) -> SeenPayment | None:
        """None: it keeps no books and sends no notices."""
        return None

    def request_payment(self, ask: PaymentAsk, _credentials: Credentials) -> PaymentOffer:
        """A link back to where the customer came from, or a made-up account."""
        number = f"sim-{_digits(ask.key)}"
        if ask.method == PaymentMethod.VIRTUAL_ACCOUNT:
            return PaymentOffer(
                ok=True, gateway_ref=number, bank="088", account=_digits(ask.key), due_at=ask.due_at
            )
        return PaymentOffer(ok=True, gateway_ref=number, url=ask.return_url)


def _done(call: RefundCall) -> RefundAnswer:
    return RefundAnswer(Outcome.SUCCEEDED, _number(call), call.amount, 200, detail="DONE")


def _number(call: RefundCall) -> str:
    return f"sim-{_digits(call.key)}"


def _digits(key: str) -> str:
    return str(int(hashlib.sha256(key.encode()).hexdigest(), 16))[:12]


GATEWAY = Simulator()
