"""PortOne tells us of a transaction, signed as Standard Webhooks; the drain asks PortOne what is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from orderdesk.api.hooks.payments import Notice, PaymentHook, standard_signed, text
from orders.gateways import Credentials


class PortOneHook(PaymentHook):
    """POST /hooks/portone/: `{"type": "Transaction.Paid", "timestamp": …, "data": {"paymentId": …}}`."""

    vendor = "portone"

    def read(self, body: Mapping[str, Any], request: Request) -> Notice | None:
        data = body.get("data")
        payment = text(data.get("paymentId")) if isinstance(data, dict) else ""
        if not payment:
            return None
        once = (text(request.headers.get("webhook-id")), payment)
        return Notice(text(body.get("type")), (payment,), (payment,), once)

    def theirs(self, request: Request, raw: bytes, credentials: Credentials) -> bool:
        headers = {name.lower(): value for name, value in request.headers.items()}
        return standard_signed(credentials.webhook_secret, headers, raw)
