"""Sweet Tracker tells us of a scan: verified, stored, answered; the drain does the rest."""

from __future__ import annotations

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from orderdesk.api.hooks import signatures
from orderdesk.api.hooks.bodies import BadBody, read_bytes, read_flat
from orderdesk.events.inbox import digest_of, store_call
from orders.carriers.sweettracker import IDENTITY, without_persons

VENDOR = "sweettracker"


def answer(status: int, message: str) -> Response:
    """The shape that the service reads: it calls again unless `code` is true."""
    return Response({"code": status < 400, "message": message}, status=status)


class SweetTrackerHook(APIView):
    """POST /hooks/sweettracker/: their callback, as a form or as JSON."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "hooks"

    def post(self, request: Request) -> Response:
        """200 stored (or known already), 400 unreadable, 403 not theirs, 413 too large."""
        try:
            raw = read_bytes(request)
            body = read_flat(raw, request.content_type or "")
        except BadBody as bad:
            return answer(bad.status, bad.message)
        if not self._theirs(request, raw, body):
            return answer(403, "fail")
        key = digest_of([body.get(name, "") for name in IDENTITY])
        store_call(VENDOR, key, without_persons(body))
        return answer(200, "success")

    def _theirs(self, request: Request, raw: bytes, body: dict[str, str]) -> bool:
        secret = settings.SWEETTRACKER_SECRET
        if not secret:
            return False
        header = request.headers.get(signatures.HEADER, "")
        if header:
            return signatures.signed_by(secret, header, raw)
        return signatures.same(secret, body.get("secret_value", ""))
