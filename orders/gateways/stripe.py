"""Stripe (docs.stripe.com/api): refunds, query, Checkout. Amounts are minor units; our reference travels as metadata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
from orders.gateways.wire import Reply, call, inner, items, key_of, whole
from orders.terms import PaymentMethod

OUR_REF = "orderdesk_ref"
_OUTCOMES = {
    "succeeded": Outcome.SUCCEEDED,
    "pending": Outcome.PENDING,
    "requires_action": Outcome.PENDING,
    "failed": Outcome.FAILED,
    "canceled": Outcome.FAILED,
}
# Types of errors that touch no money; `api_error` and `idempotency_error` prove nothing.
REFUSED = ("invalid_request_error", "authentication_error", "card_error")
# Codes that may mean "done already", whatever their type.
MAYBE_DONE = ("charge_already_refunded", "charge_disputed", "refund_disputed_payment", "amount_too_large")
NOT_NOW = ("lock_timeout", "rate_limit", "idempotency_key_in_use")
PAGES = 10


class Stripe:
    """Money goes back the way it came; no account is ever needed."""

    name = "stripe"
    abilities = Abilities(idempotent=True, key_life=timedelta(hours=24), asks_payment=True)

    def needs_account(self, _method: str) -> bool:
        return False

    def refund(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """POST /v1/refunds."""
        if not credentials.secret:
            return RefundAnswer(Outcome.FAILED, detail="no_secret")
        form = {
            _payment_field(refund.payment_ref): refund.payment_ref,
            "amount": str(refund.amount),
            "reason": "requested_by_customer",
            f"metadata[{OUR_REF}]": refund.our_ref,
        }
        headers = {"Idempotency-Key": key_of(refund.key)}
        reply = _call("POST", "/v1/refunds", credentials, data=form, headers=headers)
        if reply.good:
            said = _refund(reply.body)
            if said is None or said.our_ref != refund.our_ref:
                return reply.answer(Outcome.UNKNOWN, "no refund with our reference")
            return reply.told(said)
        error = inner(reply.body.get("error"))
        code, kind = str(error.get("code") or ""), str(error.get("type") or "")
        if not reply.refused or code in NOT_NOW or (kind not in REFUSED and code not in MAYBE_DONE):
            return reply.answer(Outcome.UNKNOWN, code or kind)
        if code in MAYBE_DONE:
            found = self.query(refund, credentials)
            return reply.answer(Outcome.FAILED, code) if found.outcome == Outcome.NOT_FOUND else found
        return reply.answer(Outcome.FAILED, code or kind)

    def query(self, refund: RefundCall, credentials: Credentials) -> RefundAnswer:
        """GET /v1/refunds of the payment, page by page, for our reference."""
        reply = Reply(None)
        failed: RefundAnswer | None = None
        for reply in _pages(refund.payment_ref, credentials):
            listed = _list(reply)
            if listed is None:
                return reply.answer(Outcome.UNKNOWN, str(inner(reply.body.get("error")).get("code") or ""))
            for mine in (each for each in listed if each.our_ref == refund.our_ref):
                answer = reply.told(mine)
                if mine.outcome != Outcome.FAILED:
                    return answer
                failed = answer
        if failed is not None:
            return failed
        ended = reply.readable and reply.body.get("has_more") is False
        return reply.answer(Outcome.NOT_FOUND if ended else Outcome.UNKNOWN)

    def look(self, payment_ref: str, credentials: Credentials) -> SeenPayment | None:
        """The charge or payment intent, and all its refunds."""
        kind = "charges" if payment_ref.startswith(("ch_", "py_")) else "payment_intents"
        reply = _call("GET", f"/v1/{kind}/{quote(payment_ref, safe='')}", credentials)
        if not reply.good or reply.body.get("id") != payment_ref:
            return None
        refunds: list[SeenRefund] = []
        for page in _pages(payment_ref, credentials):
            listed = _list(page)
            if listed is None:
                return None
            refunds += listed
        return _payment(reply.body, tuple(refunds))

    def request_payment(self, ask: PaymentAsk, credentials: Credentials) -> PaymentOffer:
        """POST /v1/checkout/sessions: a page of Stripe's where the customer pays."""
        if not credentials.secret:
            return PaymentOffer(ok=False, detail="no_secret")
        form = {
            "mode": "payment",
            "success_url": ask.return_url,
            "client_reference_id": ask.our_ref,
            "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": ask.currency.lower(),
            "line_items[0][price_data][unit_amount]": str(ask.amount),
            "line_items[0][price_data][product_data][name]": ask.title[:250],
            f"metadata[{OUR_REF}]": ask.our_ref,
            f"payment_intent_data[metadata][{OUR_REF}]": ask.our_ref,
        }
        if ask.due_at is not None:
            form["expires_at"] = str(_expiry(ask.due_at))
        headers = {"Idempotency-Key": key_of(ask.key)}
        reply = _call("POST", "/v1/checkout/sessions", credentials, data=form, headers=headers)
        url = reply.body.get("url")
        if not reply.good or not isinstance(url, str) or not url.startswith("https://"):
            error = inner(reply.body.get("error"))
            return PaymentOffer(ok=False, detail=str(error.get("code") or reply.detail)[:120])
        return PaymentOffer(ok=True, gateway_ref=str(reply.body.get("id", "")), url=url, due_at=ask.due_at)


def _call(method: str, path: str, credentials: Credentials, **options: Any) -> Reply:
    headers = {"Authorization": f"Bearer {credentials.secret}"} | options.pop("headers", {})
    return call(method, credentials.base_url.rstrip("/") + path, headers=headers, **options)


def _payment_field(payment_ref: str) -> str:
    return "charge" if payment_ref.startswith(("ch_", "py_")) else "payment_intent"


def _expiry(due: datetime) -> int:
    """Stripe takes from half an hour to a day from now."""
    soonest = clock.now() + timedelta(minutes=31)
    latest = clock.now() + timedelta(hours=23, minutes=59)
    return int(min(max(due, soonest), latest).timestamp())


def _pages(payment_ref: str, credentials: Credentials) -> Iterator[Reply]:
    params = {_payment_field(payment_ref): payment_ref, "limit": "100"}
    for _page in range(PAGES):
        reply = _call("GET", "/v1/refunds", credentials, params=params)
        yield reply
        data = items(reply.body.get("data"))
        if not reply.good or not data or reply.body.get("has_more") is not True:
            return
        params["starting_after"] = str(data[-1].get("id", ""))


def _list(reply: Reply) -> list[SeenRefund] | None:
    """The refunds on a page; None when the page or one of them cannot be read."""
    if not reply.good or not isinstance(reply.body.get("data"), list):
        return None
    found = [_refund(each) for each in items(reply.body["data"])]
    return None if any(each is None for each in found) else [each for each in found if each is not None]


def _refund(said: Any) -> SeenRefund | None:
    ref, amount, status = said.get("id"), whole(said.get("amount")), str(said.get("status"))
    if said.get("object") != "refund" or not isinstance(ref, str) or not ref or amount is None:
        return None
    our_ref = str(inner(said.get("metadata")).get(OUR_REF) or "")
    outcome = _OUTCOMES.get(status, Outcome.UNKNOWN)
    return SeenRefund(ref, our_ref, amount, outcome, str(said.get("failure_reason") or status))


def _payment(body: dict[str, Any], refunds: tuple[SeenRefund, ...]) -> SeenPayment | None:
    field = "amount_captured" if body.get("object") == "charge" else "amount_received"
    captured, currency = whole(body.get(field)), body.get("currency")
    if captured is None or not isinstance(currency, str):
        return None
    made = whole(body.get("created"))
    return SeenPayment(
        ref=str(body["id"]),
        order_ref=str(inner(body.get("metadata")).get(OUR_REF) or ""),
        captured=captured,
        currency=currency.upper(),
        method=PaymentMethod.CARD,
        at=datetime.fromtimestamp(made, UTC) if made else None,
        refunds=refunds,
    )


GATEWAY = Stripe()
