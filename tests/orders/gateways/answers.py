"""Answers as the three companies give them, and the calls that they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orderdesk.operations.chaos.gateway import new_cancel, new_payment
from orders.gateways import BankAccount, Credentials, Gateway, RefundCall, gateway_of
from orders.gateways.wire import reason_of

ACCOUNT = BankAccount("088", "110-123-456789", "홍길동")
AT = "2026-11-24T03:00:00Z"


def refund_call(ref: str, **changes: Any) -> RefundCall:
    values: dict[str, Any] = {
        "key": "cancel:12/34",
        "our_ref": "cancel:12/34",
        "payment_ref": ref,
        "amount": 4_000,
        "currency": "KRW",
        "captured": 15_000,
        "reason": "sold_out",
    }
    return RefundCall(**values | changes)


def toss_payment(call: RefundCall, *cancels: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return new_payment(call.payment_ref, "order-1", 15_000) | {"cancels": list(cancels)} | changes


def toss_cancel(call: RefundCall, **changes: Any) -> dict[str, Any]:
    return new_cancel(1, call.amount, reason_of(call), 11_000) | changes


def portone_cancellation(call: RefundCall, **changes: Any) -> dict[str, Any]:
    return {
        "status": "SUCCEEDED",
        "id": "cancellation-1",
        "totalAmount": call.amount,
        "taxFreeAmount": 0,
        "vatAmount": 364,
        "reason": reason_of(call),
        "cancelledAt": AT,
        "requestedAt": AT,
    } | changes


def portone_payment(call: RefundCall, *cancellations: dict[str, Any], **changes: Any) -> dict[str, Any]:
    amounts = ("total", "taxFree", "discount", "paid", "cancelled", "cancelledTaxFree")
    return {
        "status": "PARTIAL_CANCELLED" if cancellations else "PAID",
        "id": call.payment_ref,
        "transactionId": "tx-1",
        "merchantId": "merchant",
        "storeId": "store",
        "channel": {"type": "LIVE", "pgProvider": "TOSSPAYMENTS", "pgMerchantId": "m"},
        "version": "V2",
        "requestedAt": AT,
        "updatedAt": AT,
        "statusChangedAt": AT,
        "orderName": "면 셔츠",
        "amount": dict.fromkeys(amounts, 0) | {"total": 15_000, "paid": 15_000},
        "currency": "KRW",
        "customer": {},
        "method": {"type": "PaymentMethodCard"},
        "paidAt": AT,
        "disputes": [],
        "cancellations": list(cancellations),
        "cancelledAt": AT,
    } | changes


def stripe_refund(call: RefundCall, **changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": call.amount,
        "balance_transaction": None,
        "charge": "ch_1",
        "created": 1_764_000_000,
        "currency": call.currency.lower(),
        "metadata": {"orderdesk_ref": call.our_ref},
        "payment_intent": call.payment_ref,
        "reason": "requested_by_customer",
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded",
        "transfer_reversal": None,
    } | changes


@dataclass(frozen=True)
class Company:
    """How a test speaks with one company."""

    name: str
    url: str
    payment_ref: str

    @property
    def gateway(self) -> Gateway:
        return gateway_of(self.name)

    @property
    def credentials(self) -> Credentials:
        return Credentials("sk_test", "whsec", self.url, "channel-key-1")

    def call(self, **changes: Any) -> RefundCall:
        return refund_call(self.payment_ref, **changes)

    def done(self, call: RefundCall) -> dict[str, Any]:
        """The answer to a refund that worked."""
        if self.name == "toss":
            return toss_payment(call, toss_cancel(call))
        if self.name == "portone":
            return {"cancellation": portone_cancellation(call)}
        return stripe_refund(call)

    def listed(self, call: RefundCall, *, done: bool) -> dict[str, Any]:
        """The answer to a query, with our refund in it or without."""
        if self.name == "toss":
            return toss_payment(call, *([toss_cancel(call)] if done else []))
        if self.name == "portone":
            return portone_payment(call, *([portone_cancellation(call)] if done else []))
        return {"object": "list", "has_more": False, "data": [stripe_refund(call)] if done else []}

    def refusal(self, code: str) -> dict[str, Any]:
        if self.name == "toss":
            return {"code": code, "message": "거절"}
        if self.name == "portone":
            return {"type": code, "message": "거절"}
        return {"error": {"type": "invalid_request_error", "code": code}}


TOSS = Company("toss", "https://toss.test", "pay_key")
PORTONE = Company("portone", "https://portone.test", "order-77")
STRIPE = Company("stripe", "https://stripe.test", "pi_1")
COMPANIES = (TOSS, PORTONE, STRIPE)
