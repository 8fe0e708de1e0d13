"""Toss Payments (docs.tosspayments.com, API v1): cancel, query, virtual accounts.

A cancel bears our reference at the end of its reason: Toss lists reasons with the cancels, and nothing else of ours.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from orderdesk import clock
from orders.gateways import (
    Abilities,
    Credentials,
    Outcome,
    PaymentAsk,
    PaymentOffer,
    RefundAnswer,
    RefundCall,
    SeenPayment,
    SeenRefund,
)
from orders.gateways.banks import bank_of
from orders.gateways.wire import (
    Reply,
    call,
    from_wire,
    inner,
    items,
    key_of,
    moment,
    reason_of,
    ref_in,
    to_wire,
)
from orders.terms import PaymentMethod

# What Toss says of a request that it refused before touching any money. Every other refusal is asked about.
REFUSED = frozenset(
    {
        "INVALID_REQUEST",
        "INVALID_REFUND_ACCOUNT_INFO",
        "INVALID_REFUND_ACCOUNT_NUMBER",
        "INVALID_BANK",
        "INVALID_API_KEY",
        "INVALID_IDEMPOTENCY_KEY",
        "NOT_AVAILABLE_BANK",
        "UNAUTHORIZED_KEY",
        "INCORRECT_BASIC_AUTH_FORMAT",
        "FORBIDDEN_REQUEST",
        "FORBIDDEN_BANK_REFUND_REQUEST",
        "REFUND_REJECTED",
        "NOT_ALLOWED_PARTIAL_REFUND",
        "NOT_ALLOWED_PARTIAL_REFUND_WAITING_DEPOSIT",
        "EXCEED_CANCEL_AMOUNT_DISCOUNT_AMOUNT",
        "EXCEED_MAX_REFUND_DUE",
    }
)
# Refusals that may mean "done already": whether our refund is among the cancels decides.
MAYBE_DONE = frozenset(
    {
        "ALREADY_CANCELED_PAYMENT",
        "ALREADY_REFUND_PAYMENT",
        "NOT_CANCELABLE_AMOUNT",
        "NOT_CANCELABLE_PAYMENT",
        "NOT_MATCHES_REFUNDABLE_AMOUNT",
    }
)
_METHODS = {
    "카드": PaymentMethod.CARD,
    "가상계좌": PaymentMethod.VIRTUAL_ACCOUNT,
    "virtual-account": PaymentMethod.VIRTUAL_ACCOUNT,
    "계좌이체": PaymentMethod.BANK_TRANSFER,
    "간편결제": PaymentMethod.EASY_PAY,
    "휴대폰": PaymentMethod.MOBILE,
    "mobile-phone": PaymentMethod.MOBILE,
    "transfer": PaymentMethod.BANK_TRANSFER,
    "card": PaymentMethod.CARD,
}
_PAID = ("DONE", "CANCELED", "PARTIAL_CANCELED")
_CANCEL = {"DONE": Outcome.SUCCEEDED, "IN_PROGRESS": Outcome.PENDING, "ABORTED": Outcome.FAILED}
# Into a virtual account nothing can be sent back: Toss transfers, and says how far it is.
_TRANSFER = {"PENDING": Outcome.PENDING, "FAILED": Outcome.UNKNOWN, "PARTIAL_FAILED": Outcome.UNKNOWN}


class Toss:
    """`idempotent` off is for tests of what happens where keys are not honoured."""

    name = "toss"

    def __init__(self, *, idempotent: bool = True) -> None:
        self.abilities = Abilities(
            idempotent=idempotent, key_life=timedelta(days=15) if idempotent else None, asks_payment=True
        )

    def needs_account(self, method: str) -> bool:
        """A virtual account is only for paying in."""
        return method == PaymentMethod.VIRTUAL_ACCOUNT

    def refund(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """POST /v1/payments/{paymentKey}/cancel."""
        if not credentials.secret:
            return RefundAnswer(Outcome.FAILED, detail="no_secret")
        headers = {"Idempotency-Key": key_of(refund.key)}
        reply = _call(
            "POST", _path(refund.payment_ref, "/cancel"), credentials, json=_body(refund), headers=headers
        )
        if reply.good:
            seen = _payment(reply.body)
            return _answer(reply, seen, refund) or reply.answer(
                Outcome.UNKNOWN, "no cancel with our reference"
            )
        code = str(reply.body.get("code", ""))
        if reply.refused and code in REFUSED:
            return reply.answer(Outcome.FAILED, code)
        if reply.refused and code in MAYBE_DONE:
            found = self.query(refund, credentials)
            # The company was asked after its refusal and lists no refund of ours: it did not happen.
            return reply.answer(Outcome.FAILED, code) if found.outcome == Outcome.NOT_FOUND else found
        return reply.answer(Outcome.UNKNOWN, code)

    def query(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """GET /v1/payments/{paymentKey}, our reference among its cancels."""
        reply = _call("GET", _path(refund.payment_ref), credentials)
        seen = _payment(reply.body) if reply.good else None
        if seen is None or seen.ref != refund.payment_ref:
            return reply.answer(Outcome.UNKNOWN, str(reply.body.get("code", "")))
        return _answer(reply, seen, refund) or reply.answer(Outcome.NOT_FOUND)

    def look(self, payment_ref: str, credentials: Credentials) -> SeenPayment | None:
        """By paymentKey; by our order's name with `order:` before it."""
        kind, _colon, order = payment_ref.partition("order:")
        path = f"/v1/payments/orders/{quote(order, safe='')}" if not kind and order else _path(payment_ref)
        reply = _call("GET", path, credentials)
        return _payment(reply.body) if reply.good else None

    def request_payment(self, ask: PaymentAsk, credentials: Credentials) -> PaymentOffer:
        """POST /v1/virtual-accounts; other methods need Toss's window in a shop's own page."""
        bank = bank_of(ask.bank)
        if ask.method != PaymentMethod.VIRTUAL_ACCOUNT or not credentials.secret or bank is None:
            return PaymentOffer(ok=False, detail="only_virtual_account")
        body: dict[str, Any] = {
            "method": "virtual-account",
            "amount": to_wire(ask.amount, ask.currency),
            "orderId": ask.our_ref,
            "orderName": ask.title[:100],
            "customerName": ask.customer_name[:100],
            "bank": bank.toss,
        }
        if ask.due_at is not None:
            body["validHours"] = _hours_until(ask.due_at)
        headers = {"Idempotency-Key": key_of(ask.key)}
        reply = _call("POST", "/v1/virtual-accounts", credentials, json=body, headers=headers)
        account = inner(reply.body.get("virtualAccount"))
        if not reply.good or not account.get("accountNumber"):
            return PaymentOffer(ok=False, detail=str(reply.body.get("code") or reply.detail)[:120])
        return PaymentOffer(
            ok=True,
            gateway_ref=str(reply.body.get("paymentKey", "")),
            bank=ask.bank,
            account=str(account["accountNumber"]),
            holder=str(account.get("customerName", "")),
            due_at=ask.due_at,
        )


def _path(payment_ref: str, more: str = "") -> str:
    return f"/v1/payments/{quote(payment_ref, safe='')}{more}"


def _call(method: str, path: str, credentials: Credentials, **options: Any) -> Reply:
    # The secret key is the user's name, with an empty password.
    return call(method, credentials.base_url.rstrip("/") + path, auth=(credentials.secret, ""), **options)


def _hours_until(due: datetime) -> int:
    return max(1, min(720, int((due - clock.now()).total_seconds() // 3600)))


def _body(refund: RefundCall) -> dict[str, Any]:
    body: dict[str, Any] = {
        "paymentKey": refund.payment_ref,
        "cancelReason": reason_of(refund),
        "cancelAmount": to_wire(refund.amount, refund.currency),
    }
    if refund.account is not None:
        bank = bank_of(refund.account.bank)
        body["refundReceiveAccount"] = {
            "bank": bank.toss if bank else refund.account.bank,
            "accountNumber": "".join(filter(str.isdigit, refund.account.number))[:20],
            "holderName": refund.account.holder,
        }
    return body


def _payment(body: dict[str, Any]) -> SeenPayment | None:
    """Toss's Payment object; None when what money is counted by is missing or odd."""
    currency, key = body.get("currency"), body.get("paymentKey")
    if not isinstance(currency, str) or not isinstance(key, str) or not key:
        return None
    total = from_wire(body.get("totalAmount"), currency)
    cancels = [_cancel(each, currency, body) for each in items(body.get("cancels"))]
    if total is None or any(each is None for each in cancels):
        return None
    paid = body.get("status") in _PAID and bool(body.get("approvedAt"))
    return SeenPayment(
        ref=key,
        order_ref=str(body.get("orderId", "")),
        captured=total if paid else 0,
        currency=currency,
        method=_METHODS.get(str(body.get("method")), PaymentMethod.OTHER),
        at=moment(body.get("approvedAt")),
        refunds=tuple(each for each in cancels if each is not None),
        secret=str(body.get("secret") or ""),
    )


def _cancel(said: Any, currency: str, body: dict[str, Any]) -> SeenRefund | None:
    amount = from_wire(said.get("cancelAmount"), currency)
    if amount is None:
        return None
    # Older answers have neither a status nor a number of their own: what is listed, is done.
    status = str(said.get("cancelStatus") or "DONE")
    outcome = _CANCEL.get(status, Outcome.UNKNOWN)
    transfer = str(inner(body.get("virtualAccount")).get("refundStatus") or "")
    if outcome == Outcome.SUCCEEDED and transfer in _TRANSFER:
        outcome, status = _TRANSFER[transfer], f"refundStatus {transfer}"
    our_ref = ref_in(said.get("cancelReason"))
    ref = str(said.get("transactionKey") or our_ref or said.get("canceledAt", ""))
    return SeenRefund(ref, our_ref, amount, outcome, status)


def _answer(reply: Reply, seen: SeenPayment | None, refund: RefundCall) -> RefundAnswer | None:
    if seen is None or seen.ref != refund.payment_ref:
        return reply.answer(Outcome.UNKNOWN, "another payment")
    mine = seen.find(refund.our_ref)
    return reply.told(mine) if mine else None


GATEWAY = Toss()
