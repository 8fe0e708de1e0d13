"""What the doors of payment companies share: read, verify with the shop's own secret, keep three fields, answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from orderdesk.api.hooks.bodies import BadBody, nested, read_bytes
from orderdesk.api.hooks.signatures import TOLERANCE_SECONDS
from orderdesk.errors import DomainError
from orderdesk.events.inbox import digest_of, store_call
from orders.gateways import Credentials, credentials_for
from orders.services.refunds.finding import Found, find_payment


@dataclass(frozen=True, slots=True)
class Notice:
    """What a body claims, before anybody believes it. `once`: what makes two calls the same."""

    kind: str
    payments: tuple[str, ...]
    orders: tuple[str, ...]
    once: tuple[str, ...]
    secret: str = ""
    refunds: tuple[str, ...] = ()

    def find(self, vendor: str) -> Found | None:
        """Our order that it is about."""
        return find_payment(vendor, self.payments, self.orders, self.refunds)


class PaymentHook(APIView):
    """One vendor a class: `read` and `theirs`."""

    vendor: ClassVar[str]
    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "hooks"

    @abstractmethod
    def read(self, body: Mapping[str, Any], request: Request) -> Notice | None:
        """What the body claims; None when it is about no payment."""

    @abstractmethod
    def theirs(self, request: Request, raw: bytes, credentials: Credentials) -> bool:
        """Whether the vendor sent these bytes to this shop."""

    def keep(self, _notice: Notice) -> dict[str, str]:
        """More fields to store."""
        return {}

    def post(self, request: Request) -> Response:
        """200 stored (or known already), 403 not proved theirs, 413 too large to look at."""
        try:
            raw = read_bytes(request)
            notice = self.read(nested(raw), request)
        except BadBody as bad:
            # What cannot be read names no shop, so nothing can prove it: the same answer as for a forged call.
            return Response(status=413 if bad.status == 413 else 403)
        # The shop is found first: its secret is the only thing that can prove the call.
        found = notice.find(self.vendor) if notice else None
        if notice is None or found is None or not self._proved(request, raw, found):
            return Response(status=403)
        body = {
            "kind": notice.kind[:60],
            "payment": found.reference or _first(notice.payments),
            "order": _first(notice.orders),
        }
        store_call(self.vendor, digest_of(list(notice.once)), body | self.keep(notice))
        return Response({"stored": True})

    def _proved(self, request: Request, raw: bytes, found: Found) -> bool:
        try:
            credentials = credentials_for(found.shop_id, self.vendor)
        except DomainError:
            return False
        return self.theirs(request, raw, credentials)


def _first(names: tuple[str, ...]) -> str:
    return next((name[:120] for name in names if name), "")


def text(value: object) -> str:
    """A text of the body, or nothing; never a NUL, never long."""
    return value.replace("\x00", "")[:200] if isinstance(value, str) else ""


def stripe_signed(secret: str, header: str, raw: bytes) -> bool:
    """`Stripe-Signature: t=…,v1=…[,v1=…]` over `t.body`; several v1 while a secret is being changed."""
    parts = [part.strip().partition("=")[::2] for part in header.split(",")[:20]]
    stamp = next((value for name, value in parts if name == "t"), "")
    if not secret or not _fresh(stamp):
        return False
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(mac.encode(), value.encode()) for name, value in parts if name == "v1")


def standard_signed(secret: str, headers: Mapping[str, str], raw: bytes) -> bool:
    """Standard Webhooks (standardwebhooks.com): `webhook-signature: v1,<base64> …` over `id.timestamp.body`."""
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        return False
    if not key or not name or not _fresh(stamp):
        return False
    mac = hmac.new(key, f"{name}.{stamp}.".encode() + raw, hashlib.sha256).digest()
    expected = f"v1,{base64.b64encode(mac).decode()}".encode()
    given = headers.get("webhook-signature", "").split(" ")[:20]
    return any(hmac.compare_digest(expected, each.encode()) for each in given)


def _fresh(stamp: str) -> bool:
    """Within TOLERANCE_SECONDS of now, before or after."""
    if not (stamp.isascii() and stamp.isdigit()) or len(stamp) > 12:
        return False
    return abs(time.time() - int(stamp)) <= TOLERANCE_SECONDS
