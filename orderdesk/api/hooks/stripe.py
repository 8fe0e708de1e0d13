"""Stripe tells us of a charge, a refund or a checkout, signed; the drain asks Stripe what is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.request import Request

from orderdesk.api.hooks.payments import Notice, PaymentHook, stripe_signed, text
from orders.gateways import Credentials
from orders.gateways.stripe import OUR_REF

_PAYMENTS = ("charge", "payment_intent")


class StripeHook(PaymentHook):
    """POST /hooks/stripe/: an Event whose object is a payment intent, charge, refund or checkout session."""

    vendor = "stripe"

    def read(self, body: Mapping[str, Any], _request: Request) -> Notice | None:
        data = body.get("data")
        thing = data.get("object") if isinstance(data, dict) else None
        if not isinstance(thing, dict):
            return None
        metadata = thing.get("metadata")
        own = text(thing.get("id")) if thing.get("object") in _PAYMENTS else ""
        # The intent before the charge: it is what a payment of ours is asked by.
        payments = (text(thing.get("payment_intent")), own, text(thing.get("charge")))
        ours = text(metadata.get(OUR_REF)) if isinstance(metadata, dict) else ""
        orders = (ours, text(thing.get("client_reference_id")))
        if not any(payments):
            return None
        return Notice(text(body.get("type")), payments, orders, (text(body.get("id")),))

    def theirs(self, request: Request, raw: bytes, credentials: Credentials) -> bool:
        return stripe_signed(credentials.webhook_secret, request.headers.get("Stripe-Signature", ""), raw)
