import hashlib
import hmac
import json
import re
from typing import Any

import httpx
import pytest
import respx

from orderdesk.notifications.channels.solapi import PATH, authorization, carrier_text, length_in_bytes
from orderdesk.notifications.models import DeliveryClass, Message, MessageState
from orderdesk.notifications.services.send import drain_messages
from tests.builders import make_shop
from tests.notifications.peers import make_message

S = MessageState
URL = "https://solapi.test"
TAKEN = {
    "failedMessageList": [],
    "groupInfo": {"groupId": "G1", "count": {"total": 1}},
    "messageList": [{"messageId": "M1", "statusCode": "2000", "statusMessage": "정상 접수"}],
}


@pytest.fixture(autouse=True)
def _solapi(settings: Any) -> None:
    settings.SOLAPI_API_URL, settings.SOLAPI_API_KEY, settings.SOLAPI_API_SECRET = URL, "KEY", "SECRET"
    channel = "orderdesk.notifications.channels.solapi.SolapiChannel"
    settings.CHANNELS = {"sms": channel, "alimtalk": channel}


def text(**values: Any) -> Message:
    shop = make_shop(name="나무마켓", sender_phone="02-123-4567")
    defaults = {
        "channel": "sms",
        "recipient": "01012345678",
        "body_text": "상품이 출발했어요",
        "body_html": "",
    }
    return make_message(shop, **defaults | values)


def sent(message: Message) -> Message:
    drain_messages()
    message.refresh_from_db()
    return message


def answer(status: int = 200, body: Any = None) -> respx.Route:
    return respx.post(URL + PATH).mock(
        return_value=httpx.Response(status, json=TAKEN if body is None else body)
    )


def wire(route: respx.Route) -> dict[str, Any]:
    return json.loads(route.calls.last.request.content)["messages"][0]  # type: ignore[no-any-return]


@respx.mock
@pytest.mark.django_db
def test_a_short_text_goes_as_sms_with_a_signed_header() -> None:
    route = answer()
    message = sent(text())
    assert (message.state, message.provider_id) == (S.ACCEPTED, "M1")
    assert wire(route)["type"] == "SMS"
    assert (wire(route)["to"], wire(route)["from"]) == ("01012345678", "021234567")
    assert route.calls.last.request.headers["Authorization"].startswith("HMAC-SHA256 apiKey=KEY, date=")


def test_the_signature_covers_time_and_salt() -> None:
    found = re.fullmatch(
        r"HMAC-SHA256 apiKey=K, date=(\S+), salt=(\w+), signature=(\w{64})", authorization("K", "S")
    )
    assert found is not None
    expected = hmac.new(b"S", (found[1] + found[2]).encode(), hashlib.sha256).hexdigest()
    assert hmac.compare_digest(expected, found[3])


@respx.mock
@pytest.mark.django_db
def test_a_long_text_goes_as_lms_with_the_shops_name() -> None:
    route = answer()
    sent(text(body_text="가" * 46))
    assert (wire(route)["type"], wire(route)["subject"]) == ("LMS", "나무마켓")


@respx.mock
@pytest.mark.django_db
def test_an_approved_template_goes_as_alimtalk_with_a_text_to_fall_back_on(settings: Any) -> None:
    settings.SOLAPI_PFID, settings.SOLAPI_TEMPLATES = "PF", {"order.received": "TP"}
    route = answer()
    sent(text(channel="alimtalk"))
    expected = {"pfId": "PF", "templateId": "TP", "disableSms": False}
    assert (wire(route)["type"], wire(route)["kakaoOptions"]) == ("ATA", expected)


def not_taken(code: str) -> dict[str, Any]:
    return {"failedMessageList": [{"statusCode": code, "statusMessage": "…"}], "groupInfo": {}}


@respx.mock
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (200, not_taken("1062"), S.REJECTED),
        (200, not_taken("1030"), S.QUEUED),
        (400, {"errorCode": "ValidationError", "errorMessage": "…"}, S.REJECTED),
        (401, {"errorCode": "Unauthorized"}, S.QUEUED),
        (402, {"errorCode": "NotEnoughBalance"}, S.QUEUED),
        (429, {}, S.QUEUED),
        (500, {}, S.UNKNOWN),
        (200, {}, S.UNKNOWN),
        (200, [], S.UNKNOWN),
    ],
)
def test_each_answer_has_its_true_outcome(status: int, body: Any, state: str) -> None:
    answer(status, body)
    assert sent(text(delivery_class=DeliveryClass.AT_MOST_ONCE)).state == state


@respx.mock
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "state"),
    [
        (httpx.ConnectError("refused"), S.QUEUED),
        (httpx.ConnectTimeout("slow"), S.QUEUED),
        (httpx.ReadTimeout("no answer"), S.UNKNOWN),
        (httpx.RemoteProtocolError("cut"), S.UNKNOWN),
    ],
)
def test_a_broken_line_is_unknown_only_after_the_hand_over(error: Exception, state: str) -> None:
    respx.post(URL + PATH).mock(side_effect=error)
    assert sent(text(delivery_class=DeliveryClass.AT_MOST_ONCE)).state == state


@pytest.mark.django_db
def test_a_shop_without_a_sender_number_cannot_text() -> None:
    message = make_message(make_shop(), channel="sms", recipient="01012345678")
    assert sent(message).state == S.REJECTED


def test_signs_that_carriers_lack_are_replaced() -> None:
    assert carrier_text("₩48,000 2:00–4:00 👍") == "￦48,000 2:00~4:00 ?"
    assert length_in_bytes("가a") == 3
