"""Solapi's delivery reports, in the shapes in which it sends them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.test import Client

from orderdesk.notifications.models import Message, MessageState
from tests.notifications.peers import make_message

pytestmark = pytest.mark.django_db
S = MessageState
SECRET = "s3cret"
HASHED = hashlib.sha1(SECRET.encode(), usedforsecurity=False).hexdigest()


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.SOLAPI_WEBHOOK_SECRET = SECRET


def text(**values: Any) -> Message:
    """A text that Solapi took, under its id M1."""
    defaults = {"channel": "sms", "recipient": "01012345678", "state": S.ACCEPTED, "provider_id": "M1"}
    return make_message(**defaults | values)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def message(code: str = "4000", **values: Any) -> dict[str, Any]:
    """One message of a report, with the fields that are always there."""
    return {
        "messageId": "M1",
        "groupId": "G1",
        "type": "SMS",
        "to": "01012345678",
        "from": "021234567",
        "statusCode": code,
        "statusMessage": "…",
        "dateProcessed": "2026-11-24T04:00:00.000Z",
        "dateReceived": "2026-11-24T04:00:01.000Z",
        "customFields": {},
    } | values


def post(body: Any, secret: str = HASHED, event: str = "SINGLE-REPORT") -> int:
    response = Client().post(
        "/hooks/solapi/",
        body if isinstance(body, str) else json.dumps(body),
        content_type="application/json",
        headers={"X-Solapi-Secret": secret, "X-Solapi-Event-Name": event},
    )
    return response.status_code


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("4000", S.DELIVERED),
        ("3000", S.ACCEPTED),
        ("2000", S.ACCEPTED),
        ("2230", S.REJECTED),
        ("3104", S.REJECTED),
        ("1030", S.REJECTED),
    ],
)
def test_a_carriers_code_settles_a_text(code: str, state: str) -> None:
    sent = text()
    assert (post([message(code)]), state_of(sent)) == (200, state)


def test_a_text_is_found_by_the_field_that_went_along() -> None:
    sent = text(provider_id="G1", state=S.UNKNOWN)
    assert post([message(customFields={"orderdesk": sent.header_id})]) == 200
    assert state_of(sent) == S.DELIVERED


def test_a_wrapped_report_says_the_same() -> None:
    sent = text()
    assert post([{"eventDataId": "E1", "retryCount": 0, "data": message()}]) == 200
    assert state_of(sent) == S.DELIVERED


def test_a_report_about_a_group_settles_no_text() -> None:
    sent = text()
    group = {"groupId": "G1", "status": "COMPLETE", "count": {"total": 1, "sentSuccess": 1}}
    assert post([group], event="GROUP-REPORT") == 200
    assert state_of(sent) == S.ACCEPTED


def test_the_same_report_twice_is_one_outcome() -> None:
    sent = text()
    assert [post([message("3104")]), post([message("3104")])] == [200, 200]
    assert (state_of(sent), sent.delivery_attempts.count()) == (S.REJECTED, 1)


@pytest.mark.parametrize(
    ("secret", "status"), [(HASHED, 200), (HASHED.upper(), 200), (SECRET, 200), ("", 403), ("0" * 40, 403)]
)
def test_only_who_knows_the_secret_is_heard(secret: str, status: int) -> None:
    sent = text()
    assert post([message()], secret) == status
    assert (state_of(sent) == S.DELIVERED) is (status == 200)


def test_a_secret_in_the_address_opens_nothing() -> None:
    # Addresses stand in the logs of every proxy on the way.
    response = Client().post(f"/hooks/solapi/?secret={SECRET}", "[]", content_type="application/json")
    assert response.status_code == 403


def test_without_a_secret_in_the_settings_nobody_is_heard(settings: Any) -> None:
    settings.SOLAPI_WEBHOOK_SECRET = ""
    empty = hashlib.sha1(b"", usedforsecurity=False).hexdigest()
    assert [post([message()], secret) for secret in ("", empty)] == [403, 403]


@pytest.mark.parametrize("body", ["", "[", "[1]", "7", '{"messages": 1}'])
def test_a_body_that_is_no_report_is_refused(body: str) -> None:
    assert post(body) == 400


def test_a_body_that_is_too_large_is_refused() -> None:
    assert post([message(statusMessage="x" * 300_000)]) == 413
