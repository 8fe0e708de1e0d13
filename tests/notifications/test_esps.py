"""Mail through providers' APIs, over a real line: what each answer makes of the message, and the bounce that follows."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.test import Client

from orderdesk.notifications.models import DeliveryClass, Message, MessageState, Suppression
from orderdesk.notifications.services.send import drain_messages
from tests.notifications.esps import VENDORS, ProviderServer, provider
from tests.notifications.peers import make_message

pytestmark = pytest.mark.django_db
S = MessageState
AUTH = {"Authorization": "Basic " + base64.b64encode(b"hook:secret").decode()}


@pytest.fixture(params=VENDORS)
def esp(request: pytest.FixtureRequest, settings: Any) -> Iterator[ProviderServer]:
    """Each provider in turn."""
    with provider(VENDORS[request.param], settings) as server:
        yield server


@pytest.fixture
def postmark(settings: Any) -> Iterator[ProviderServer]:
    with provider(VENDORS["postmark"], settings) as server:
        yield server


def sent(**values: Any) -> Message:
    message = make_message(**{"delivery_class": DeliveryClass.AT_MOST_ONCE} | values)
    drain_messages()
    message.refresh_from_db()
    return message


def test_a_mail_that_was_taken_keeps_the_providers_id(esp: ProviderServer) -> None:
    message = sent()
    assert (message.state, [path for path, _ in esp.calls]) == (S.ACCEPTED, [esp.vendor.path])
    assert message.provider_id
    assert message.provider_id == (esp.vendor.provider_id or message.provider_id)


def test_the_call_bears_our_id_and_both_texts(esp: ProviderServer) -> None:
    message = sent(body_text="The text", body_html="<p>The page</p>")
    content = unquote_plus(esp.calls[0][1].decode(errors="replace"))
    assert [word for word in (message.header_id, "The text", "The page") if word not in content] == []


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("refused", S.REJECTED),
        ("wrong key", S.QUEUED),
        ("forbidden", S.QUEUED),
        ("too fast", S.QUEUED),
        ("broken", S.UNKNOWN),
        ("away", S.UNKNOWN),
        ("cut", S.UNKNOWN),
        ("silent", S.UNKNOWN),
    ],
)
def test_each_answer_has_its_true_outcome(esp: ProviderServer, mode: str, state: str) -> None:
    esp.mode = mode
    message = sent()
    assert (message.state, message.possible_duplicates) == (state, 0)
    # Whatever was answered, the mail was handed over once.
    assert len(esp.calls) == 1


def test_an_answer_that_says_nothing_is_unknown(postmark: ProviderServer) -> None:
    postmark.mode = "garbage"
    assert sent().state == S.UNKNOWN


@pytest.mark.parametrize(
    ("code", "text", "state"),
    [
        (405, "Your account has run out of credits.", S.QUEUED),
        (412, "Your account is pending approval: only addresses of your own domain.", S.QUEUED),
        (413, "Your account may not send.", S.QUEUED),
        (400, "The From address is not a Sender Signature of this account.", S.QUEUED),
        (401, "The Sender Signature is not confirmed.", S.QUEUED),
        (402, "Invalid JSON.", S.REJECTED),
    ],
)
def test_an_account_that_may_not_send_throws_no_mail_away(
    postmark: ProviderServer, code: int, text: str, state: str
) -> None:
    postmark.mode, postmark.says = "says", (422, {"ErrorCode": code, "Message": text})
    message = sent()
    assert (message.state, len(postmark.calls)) == (state, 1)


def test_a_provider_that_cannot_be_reached_gets_nothing_and_the_mail_waits(
    postmark: ProviderServer, settings: Any
) -> None:
    # Nothing listens on port 1.
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": "http://127.0.0.1:1/"}
    assert (sent().state, postmark.calls) == (S.QUEUED, [])


def test_a_mail_that_must_arrive_goes_again_after_a_lost_answer_and_says_so(
    esp: ProviderServer, settings: Any
) -> None:
    settings.MESSAGE_RETRY_SECONDS = 0
    esp.mode = "cut"
    message = make_message(delivery_class=DeliveryClass.AT_LEAST_ONCE)
    drain_messages(limit=1)
    esp.mode = "taken"
    drain_messages()
    message.refresh_from_db()
    assert (message.state, message.possible_duplicates, len(esp.calls)) == (S.ACCEPTED, 1, 2)


def test_the_providers_bounce_settles_the_mail_and_bars_the_address(esp: ProviderServer) -> None:
    message = sent()
    response = Client().post(
        f"/hooks/anymail/{esp.vendor.name}/tracking/",
        json.dumps(esp.vendor.bounce(message)),
        content_type="application/json",
        headers=AUTH,
    )
    message.refresh_from_db()
    assert (response.status_code, message.state) == (200, S.BOUNCED)
    assert Suppression.objects.get().address == message.recipient


def test_a_bounce_resolves_what_became_of_a_mail_whose_answer_was_lost(postmark: ProviderServer) -> None:
    postmark.mode = "silent"
    message = sent()
    # Without an answer there is no id of theirs: ours came along as metadata.
    report = postmark.vendor.bounce(message) | {
        "MessageID": "x",
        "Metadata": {"orderdesk_message": message.header_id},
    }
    Client().post(
        "/hooks/anymail/postmark/tracking/", json.dumps(report), content_type="application/json", headers=AUTH
    )
    message.refresh_from_db()
    assert message.state == S.BOUNCED
