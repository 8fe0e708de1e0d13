"""Toss tells us of a payment, a deposit or a cancel. Toss signs none of these: nothing that they say is believed.

A payment of ours must be named (by paymentKey, or by the orderId that we gave); the drain then asks Toss about it. A
deposit's `secret` is compared with the payment's own when it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from orderdesk.api.hooks.payments import Notice, PaymentHook, text
from orders.gateways import Credentials
from orders.services.refunds.finding import hash_of


class TossHook(PaymentHook):
    """POST /hooks/toss/: PAYMENT_STATUS_CHANGED, CANCEL_STATUS_CHANGED with a payment, and deposit callbacks."""

    vendor = "toss"

    def read(self, body: Mapping[str, Any], _request: Request) -> Notice | None:
        inner = body.get("data")
        data: Mapping[str, Any] = inner if isinstance(inner, dict) else body
        payment, order = text(data.get("paymentKey")), text(data.get("orderId"))
        kind = text(body.get("eventType")) or "DEPOSIT_CALLBACK"
        # A cancel's own notice names nothing but the cancel.
        cancel = text(data.get("transactionKey")) if kind == "CANCEL_STATUS_CHANGED" else ""
        if not payment and not order and not cancel:
            return None
        once = (
            kind,
            payment,
            order,
            text(data.get("status") or data.get("cancelStatus")),
            text(data.get("transactionKey") or data.get("lastTransactionKey")),
            text(body.get("createdAt")),
        )
        return Notice(kind, (payment,), (order,), once, text(body.get("secret")), (cancel,))

    def theirs(self, _request: Request, _raw: bytes, credentials: Credentials) -> bool:
        """Toss can be asked under this shop's key; without one nothing could be believed."""
        return bool(credentials.secret)

    def keep(self, notice: Notice) -> dict[str, str]:
        # A deposit callback without its secret proves as little as one with a wrong secret.
        deposit = notice.kind == "DEPOSIT_CALLBACK"
        return {"secret_hash": hash_of(notice.secret)} if deposit or notice.secret else {}
