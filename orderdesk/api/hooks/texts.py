"""Solapi's delivery reports of texts and AlimTalk: a list of messages with the carriers' status codes."""

from __future__ import annotations

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
_DELIVERED, _UNDER_WAY = "4000", ("2000", "2230", "3000")


class SolapiHook(APIView):
    """POST /hooks/solapi/: delivery reports, with the secret in a header or as ?secret=."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "hooks"

    def post(self, request: Request) -> Response:
        """200 with how many were settled, 400 unreadable, 403 not theirs, 413 too large."""
        given = request.headers.get(HEADER, "") or request.query_params.get("secret", "")
        if not settings.SOLAPI_WEBHOOK_SECRET or not signatures.same(settings.SOLAPI_WEBHOOK_SECRET, given):
            return Response(status=403)
        try:
            reports = _reports(read_bytes(request))
        except BadBody as bad:
            return Response({"message": bad.message}, status=bad.status)
        return Response({"settled": sum(settle(report) for report in reports)})


def _reports(raw: bytes) -> list[Report]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadBody(400, "not JSON") from error
    found = body.get("messages", [body]) if isinstance(body, dict) else body
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadBody(400, "not a list of messages")
    return [_report(each) for each in found]


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
