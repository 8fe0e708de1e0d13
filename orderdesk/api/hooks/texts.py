"""Solapi's delivery reports of texts and AlimTalk.

A report is a POST of a JSON array of messages, each with `messageId`, `statusCode`, `statusMessage` and the `customFields`
that we sent along; some accounts get each message wrapped as `{"eventDataId", "data", "retryCount"}`. The caller shows
`X-Solapi-Secret`: the hex SHA-1 of the secret that was typed in at its console, and `X-Solapi-Event-Name`
(SINGLE-REPORT; GROUP-REPORT speaks of groups and has no message in it). Codes: Solapi's "메시지 상태 코드"
(github.com/solapi/documents, api-reference/message-status-codes.md). The headers are not in those documents; they are
as receivers in production read them.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from orderdesk.api.hooks import signatures
from orderdesk.api.hooks.bodies import BadBody, read_bytes
from orderdesk.notifications.models import MessageState
from orderdesk.notifications.services.settle import Report, settle

S = MessageState
HEADER = "X-Solapi-Secret"
# 4000: the handset has it. 2000 and 3000: taken, on its way to the carrier. Every other code names a failure.
_DELIVERED, _UNDER_WAY = "4000", ("2000", "3000")


class SolapiHook(APIView):
    """POST /hooks/solapi/: delivery reports; the header bears the secret's hash, or the secret itself."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "hooks"

    def post(self, request: Request) -> Response:
        """200 with how many were settled, 400 unreadable, 403 not theirs, 413 too large."""
        if not _theirs(request.headers.get(HEADER, "")):
            return Response(status=403)
        try:
            reports = _reports(read_bytes(request))
        except BadBody as bad:
            return Response({"message": bad.message}, status=bad.status)
        return Response({"settled": sum(settle(report) for report in reports)})


def _theirs(given: str) -> bool:
    secret = settings.SOLAPI_WEBHOOK_SECRET
    if not secret:
        return False
    # SHA-1 is Solapi's choice. It guards no content here, it only keeps the secret itself off the wire.
    hashed = hashlib.sha1(secret.encode(), usedforsecurity=False).hexdigest()
    return signatures.same(hashed, given.lower()) or signatures.same(secret, given)


def _reports(raw: bytes) -> list[Report]:
    """What the body says of messages; BadBody 400. What names no message and no code says nothing to us."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadBody(400, "not JSON") from error
    found = body.get("messages", [body]) if isinstance(body, dict) else body
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadBody(400, "not a list of messages")
    said = [_unwrapped(each) for each in found]
    return [_report(each) for each in said if each.get("statusCode")]


def _unwrapped(item: dict[str, Any]) -> dict[str, Any]:
    inner = item.get("data")
    return inner if isinstance(inner, dict) else item


def _report(said: dict[str, Any]) -> Report:
    code = str(said.get("statusCode", ""))
    state = S.DELIVERED if code == _DELIVERED else S.ACCEPTED if code in _UNDER_WAY else S.REJECTED
    fields = said.get("customFields")
    return Report(
        state=state,
        header_id=str(fields.get("orderdesk", "")) if isinstance(fields, dict) else "",
        provider_id=str(said.get("messageId", "")),
        reason=f"{code} {said.get('statusMessage', '')}".strip(),
        for_good=False,
    )
