"""PortOne (developers.portone.io, REST API V2): cancel, query, virtual accounts. Amounts are minor units on the wire.

A cancellation bears our reference at the end of its reason, as at Toss.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

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
from orders.gateways.wire import Reply, call, inner, items, key_of, moment, reason_of, ref_in, whole
from orders.terms import PaymentMethod

# `type` of refusals that touch no money. Every other refusal is asked about.
REFUSED = frozenset(
    {
        "INVALID_REQUEST",
        "UNAUTHORIZED",
        "FORBIDDEN",
        "PAYMENT_NOT_PAID",
        "SUM_OF_PARTS_EXCEEDS_CANCEL_AMOUNT",
        "CANCEL_TAX_AMOUNT_EXCEEDS_CANCELLABLE_TAX_AMOUNT",
        "CANCEL_TAX_FREE_AMOUNT_EXCEEDS_CANCELLABLE_TAX_FREE_AMOUNT",
        "NEGATIVE_PROMOTION_ADJUSTED_CANCEL_AMOUNT",
        "PROMOTION_DISCOUNT_RETAIN_OPTION_SHOULD_NOT_BE_CHANGED",
    }
)
MAYBE_DONE = frozenset(
    {
        "PAYMENT_ALREADY_CANCELLED",
        "CANCEL_AMOUNT_EXCEEDS_CANCELLABLE_AMOUNT",
        "CANCELLABLE_AMOUNT_CONSISTENCY_BROKEN",
    }
)
_OUTCOMES = {"SUCCEEDED": Outcome.SUCCEEDED, "REQUESTED": Outcome.PENDING, "FAILED": Outcome.FAILED}
_METHODS = {
    "PaymentMethodCard": PaymentMethod.CARD,
    "PaymentMethodVirtualAccount": PaymentMethod.VIRTUAL_ACCOUNT,
    "PaymentMethodTransfer": PaymentMethod.BANK_TRANSFER,
    "PaymentMethodMobile": PaymentMethod.MOBILE,
    "PaymentMethodEasyPay": PaymentMethod.EASY_PAY,
}
_PAID = ("PAID", "PARTIAL_CANCELLED", "CANCELLED")


class PortOne:
    """PortOne does not say how long it keeps keys; an hour is short enough to be safe, after it we only ask."""

    name = "portone"
    abilities = Abilities(idempotent=True, key_life=timedelta(hours=1), asks_payment=True)

    def needs_account(self, method: str) -> bool:
        """Virtual accounts, and phone bills once the month is over."""
        return method == PaymentMethod.VIRTUAL_ACCOUNT

    def refund(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """POST /payments/{paymentId}/cancel."""
        if not credentials.secret:
            return RefundAnswer(Outcome.FAILED, detail="no_secret")
        headers = {"Idempotency-Key": key_of(refund.key)}
        path = _path(refund.payment_ref, "/cancel")
        reply = _call("POST", path, credentials, json=_body(refund), headers=headers)
        if reply.good:
            said = _cancellation(inner(reply.body.get("cancellation")))
            if said is None or said.our_ref != refund.our_ref:
                return reply.answer(Outcome.UNKNOWN, "no cancellation with our reference")
            return reply.told(said)
        code = str(reply.body.get("type", ""))
        # Not `refused`: PortOne says by 409 that a payment was cancelled already, and the code decides.
        understood = reply.readable and reply.status is not None and 400 <= reply.status < 500
        if understood and code in REFUSED:
            return reply.answer(Outcome.FAILED, code)
        if understood and code in MAYBE_DONE:
            found = self.query(refund, credentials)
            return reply.answer(Outcome.FAILED, code) if found.outcome == Outcome.NOT_FOUND else found
        return reply.answer(Outcome.UNKNOWN, code)

    def query(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """GET /payments/{paymentId}, our reference among its cancellations."""
        reply = _call("GET", _path(refund.payment_ref), credentials)
        seen = _payment(reply.body) if reply.good else None
        if seen is None or seen.ref != refund.payment_ref:
            return reply.answer(Outcome.UNKNOWN, str(reply.body.get("type", "")))
        mine = seen.find(refund.our_ref)
        return reply.told(mine) if mine else reply.answer(Outcome.NOT_FOUND)

    def look(self, payment_ref: str, credentials: Credentials) -> SeenPayment | None:
        """By paymentId, which the shop gives: it is our reference too."""
        reply = _call("GET", _path(payment_ref), credentials)
        return _payment(reply.body) if reply.good else None

    def request_payment(self, ask: PaymentAsk, credentials: Credentials) -> PaymentOffer:
        """POST /payments/{paymentId}/instant: a virtual account. Needs the channel key of the contract."""
        bank = bank_of(ask.bank)
        if ask.method != PaymentMethod.VIRTUAL_ACCOUNT or bank is None or ask.due_at is None:
            return PaymentOffer(ok=False, detail="only_virtual_account")
        if not credentials.secret or not credentials.channel:
            return PaymentOffer(ok=False, detail="no_channel")
        account = {
            "bank": bank.portone,
            "expiry": {"dueDate": ask.due_at.isoformat()},
            "option": {"type": "NORMAL"},
        }
        body: dict[str, Any] = {
            "channelKey": credentials.channel,
            "orderName": ask.title[:100],
            "amount": {"total": ask.amount},
            "currency": ask.currency,
            "method": {"virtualAccount": account},
            "customer": {"name": {"full": ask.customer_name}},
        }
        headers = {"Idempotency-Key": key_of(ask.key)}
        reply = _call("POST", _path(ask.our_ref, "/instant"), credentials, json=body, headers=headers)
        if not reply.good:
            return PaymentOffer(ok=False, detail=str(reply.body.get("type") or reply.detail)[:120])
        # The account stands on the payment itself, not in this answer.
        said = _call("GET", _path(ask.our_ref), credentials)
        given = inner(said.body.get("method"))
        return PaymentOffer(
            ok=bool(given.get("accountNumber")),
            gateway_ref=ask.our_ref,
            bank=ask.bank,
            account=str(given.get("accountNumber", "")),
            holder=str(given.get("remitteeName", "")),
            due_at=ask.due_at,
            detail="" if given.get("accountNumber") else "no account in the answer",
        )


def _path(payment_ref: str, more: str = "") -> str:
    return f"/payments/{quote(payment_ref, safe='')}{more}"


def _call(method: str, path: str, credentials: Credentials, **options: Any) -> Reply:
    headers = {"Authorization": f"PortOne {credentials.secret}"} | options.pop("headers", {})
    return call(method, credentials.base_url.rstrip("/") + path, headers=headers, **options)


def _body(refund: RefundCall) -> dict[str, Any]:
    body: dict[str, Any] = {"amount": refund.amount, "reason": reason_of(refund), "requester": "ADMIN"}
    if refund.captured:
        # A second payout of the same money fails on this figure, even where a key was forgotten.
        body["currentCancellableAmount"] = refund.captured - refund.already_refunded
    if refund.account is not None:
        bank = bank_of(refund.account.bank)
        body["refundAccount"] = {
            "bank": bank.portone if bank else refund.account.bank,
            "number": "".join(filter(str.isdigit, refund.account.number)),
            "holderName": refund.account.holder,
        }
    return body


def _payment(body: dict[str, Any]) -> SeenPayment | None:
    """PortOne's Payment; None when what money is counted by is missing or odd."""
    ref, currency = body.get("id"), body.get("currency")
    if not isinstance(ref, str) or not isinstance(currency, str) or not ref:
        return None
    total = whole(inner(body.get("amount")).get("total"))
    cancellations = [_cancellation(each) for each in items(body.get("cancellations"))]
    if total is None or any(each is None for each in cancellations):
        return None
    paid = body.get("status") in _PAID and bool(body.get("paidAt"))
    return SeenPayment(
        ref=ref,
        order_ref=ref,
        captured=total if paid else 0,
        currency=currency,
        method=_METHODS.get(str(inner(body.get("method")).get("type")), PaymentMethod.OTHER),
        at=moment(body.get("paidAt")),
        refunds=tuple(each for each in cancellations if each is not None),
    )


def _cancellation(said: Any) -> SeenRefund | None:
    ref, amount = said.get("id"), whole(said.get("totalAmount"))
    if not isinstance(ref, str) or not ref or amount is None:
        return None
    status = str(said.get("status"))
    return SeenRefund(ref, ref_in(said.get("reason")), amount, _OUTCOMES.get(status, Outcome.UNKNOWN), status)


GATEWAY = PortOne()
