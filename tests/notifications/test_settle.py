import base64
import json
from typing import Any

import pytest
from django.test import Client

from orderdesk.events.dispatch import drain_reactions
from orderdesk.events.models import Event
from orderdesk.notifications.models import Message, MessageState, Suppression
from orderdesk.notifications.services.send import drain_messages
from orderdesk.notifications.services.settle import Report, settle
from orders.models import Task
from tests.builders import make_order, make_shop
from tests.notifications.peers import Handler, make_message

pytestmark = pytest.mark.django_db
S = MessageState
AUTH = {"Authorization": "Basic " + base64.b64encode(b"hook:secret").decode()}


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hook:secret"}
    settings.SOLAPI_WEBHOOK_SECRET = "s3cret"


def accepted(**values: Any) -> Message:
    return make_message(**{"state": S.ACCEPTED, "provider_id": "p-1"} | values)


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("before", [S.QUEUED, S.HANDED_OVER, S.UNKNOWN, S.ACCEPTED])
def test_a_delivery_report_resolves_every_open_outcome(before: str) -> None:
    message = accepted(state=before)
    assert settle(Report(S.DELIVERED, header_id=message.header_id)) is True
    assert (state_of(message), message.delivered_at is not None) == (S.DELIVERED, True)


def test_a_report_that_it_arrived_stops_the_flagged_copy(smtp: Handler) -> None:
    message = accepted(state=S.QUEUED, possible_duplicates=1)
    settle(Report(S.DELIVERED, provider_id="p-1"))
    drain_messages()
    assert (state_of(message), sum(smtp.received.values())) == (S.DELIVERED, 0)


def test_the_same_report_twice_changes_nothing() -> None:
    message = accepted()
    report = Report(S.BOUNCED, header_id=message.header_id, reason="550 5.1.1 nobody")
    assert [settle(report), settle(report)] == [True, False]
    assert (Event.objects.filter(kind="message.bounced").count(), Suppression.objects.count()) == (1, 1)


def test_a_late_delivery_report_does_not_whitewash_a_bounce() -> None:
    message = accepted(state=S.BOUNCED)
    assert settle(Report(S.DELIVERED, header_id=message.header_id)) is False
    assert state_of(message) == S.BOUNCED


def test_a_full_mailbox_does_not_bar_the_address() -> None:
    settle(Report(S.BOUNCED, header_id=accepted().header_id, for_good=False))
    assert not Suppression.objects.exists()


def test_a_bounce_opens_one_task_on_the_order() -> None:
    order = make_order()
    message = accepted(shop=order.shop, subject_kind="order", subject_id=order.pk)
    settle(Report(S.BOUNCED, header_id=message.header_id, reason="550 buyer@example.com unknown"))
    drain_reactions()
    assert Task.objects.get().kind == "bounced"
    assert "buyer" not in json.dumps(Event.objects.get(kind="message.bounced").data)


def test_reports_about_strangers_are_ignored() -> None:
    assert settle(Report(S.BOUNCED, header_id="nobody", provider_id="nothing")) is False


def post(esp: str, body: Any, headers: dict[str, str] | None = None) -> int:
    response = Client().post(
        f"/hooks/anymail/{esp}/tracking/", json.dumps(body), content_type="application/json", headers=headers
    )
    return response.status_code


def test_a_bounce_by_sendgrid_bars_the_address() -> None:
    message = accepted()
    event = {
        "event": "bounce",
        "email": message.recipient,
        "timestamp": 1700000000,
        "status": "5.1.1",
        "type": "bounce",
        "reason": "550 5.1.1 no such mailbox",
        "orderdesk_message": message.header_id,
    }
    assert post("sendgrid", [event], AUTH) == 200
    assert (state_of(message), Suppression.objects.get().reason) == (S.BOUNCED, "bounced")


def test_a_delivery_by_postmark_is_found_by_its_own_id() -> None:
    message = accepted(provider_id="7f3c")
    event = {
        "RecordType": "Delivery",
        "MessageID": "7f3c",
        "Recipient": message.recipient,
        "DeliveredAt": "2026-11-24T10:00:00Z",
        "Details": "250 ok",
    }
    assert post("postmark", event, AUTH) == 200
    assert state_of(message) == S.DELIVERED


def test_a_complaint_by_postmark_bars_the_address() -> None:
    message = accepted(provider_id="7f3d")
    event = {
        "RecordType": "SpamComplaint",
        "MessageID": "7f3d",
        "Email": message.recipient,
        "Type": "SpamComplaint",
    }
    assert post("postmark", event, AUTH) == 200
    assert (state_of(message), Suppression.objects.get().reason) == (S.COMPLAINED, "complained")


def test_a_hook_without_its_secret_is_shut(settings: Any) -> None:
    assert post("postmark", {}) == 403
    settings.ANYMAIL = {}
    assert post("postmark", {}, AUTH) == 403


def test_an_unknown_provider_has_no_hook() -> None:
    assert post("pigeon", {}, AUTH) == 404


@pytest.mark.parametrize("body", ["", "[", "[1]", '{"RecordType": 5}', "null", '[{"event": []}]'])
@pytest.mark.parametrize("esp", ["postmark", "sendgrid"])
def test_nonsense_is_answered_with_400_at_worst(esp: str, body: str) -> None:
    url = f"/hooks/anymail/{esp}/tracking/"
    response = Client(raise_request_exception=False).post(
        url, body, content_type="application/json", headers=AUTH
    )
    assert response.status_code in {200, 400}


def test_shops_of_others_are_not_barred() -> None:
    message, other = accepted(), make_shop()
    settle(Report(S.BOUNCED, header_id=message.header_id))
    assert not Suppression.objects.filter(shop=other).exists()
