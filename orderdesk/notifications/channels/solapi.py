"""SMS, LMS and KakaoTalk AlimTalk in Solapi's wire format (api.solapi.com, messages/v4)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

import httpx
from django.conf import settings

from orderdesk import clock
from orderdesk.accounts.phones import phone_digits
from orderdesk.notifications.channels import Answer, Deferred, HandOver, Lost, Parcel, Refused
from orderdesk.notifications.models import MessageChannel

PATH = "/messages/v4/send-many/detail"
# An SMS holds 90 bytes, a Korean letter counts two; what is longer travels as an LMS.
SMS_BYTES = 90
# Signs that the carriers' character set (CP949) lacks, and what stands for them.
_PLAIN = str.maketrans({"₩": "￦", "–": "~", "—": "-", "·": "ㆍ", "\u00a0": " ", "\u202f": " "})
_NOT_NOW = (401, 402, 403, 408, 429)
# Codes of a message that was not taken for our account's sake (login, balance) or theirs: no message may be lost for it.
_NOT_ITS_FAULT = ("1020", "1024", "1030")


def carrier_text(text: str) -> str:
    """The text in the letters that Korean carriers can show."""
    return text.translate(_PLAIN).encode("cp949", "replace").decode("cp949")


def length_in_bytes(text: str) -> int:
    """Length as carriers count it."""
    return len(carrier_text(text).encode("cp949"))


def authorization(key: str, secret: str) -> str:
    """The header of one request: a signature over its time and a fresh salt."""
    date, salt = clock.now().isoformat(timespec="milliseconds"), secrets.token_hex(16)
    signature = hmac.new(secret.encode(), f"{date}{salt}".encode(), hashlib.sha256).hexdigest()
    return f"HMAC-SHA256 apiKey={key}, date={date}, salt={salt}, signature={signature}"


class SolapiChannel:
    """Texts through Solapi; as AlimTalk when the message says so and the kind has an approved template."""

    def __init__(self) -> None:
        # The answer may take its time: a quick time-out would make outcomes unknown that were not.
        self.client = httpx.Client(
            base_url=settings.SOLAPI_API_URL, timeout=httpx.Timeout(60.0, connect=10.0)
        )

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        body = {"messages": [_wire(parcel)], "showMessageList": True}
        headers = {"Authorization": authorization(settings.SOLAPI_API_KEY, settings.SOLAPI_API_SECRET)}
        hand_over()
        try:
            response = self.client.post(PATH, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Deferred(_words(error), whole_channel=True) from error
        except httpx.HTTPError as error:
            raise Lost(_words(error)) from error
        return _answer(response)

    def close(self) -> None:
        self.client.close()


def _wire(parcel: Parcel) -> dict[str, Any]:
    message, text = parcel.message, carrier_text(parcel.text.strip())
    sender = phone_digits(message.shop.sender_phone or settings.SOLAPI_SENDER)
    if not sender:
        raise Refused("the shop has no sender phone")
    wire: dict[str, Any] = {
        "to": message.recipient.lstrip("+"),
        "from": sender,
        "text": text,
        "customFields": {"orderdesk": message.header_id},
    }
    template = settings.SOLAPI_TEMPLATES.get(message.kind)
    if message.channel == MessageChannel.ALIMTALK and template:
        # The approved template's own words go along; without KakaoTalk the carrier's text arrives instead.
        options = {"pfId": settings.SOLAPI_PFID, "templateId": template, "disableSms": False}
        return wire | {"type": "ATA", "text": parcel.text.strip(), "kakaoOptions": options}
    if length_in_bytes(text) <= SMS_BYTES:
        return wire | {"type": "SMS"}
    return wire | {"type": "LMS", "subject": carrier_text(message.shop.name)[:20]}


def _answer(response: httpx.Response) -> Answer:
    if response.status_code >= 500:
        raise Lost(f"HTTP {response.status_code}")
    said = _json(response)
    if response.status_code >= 400:
        words = f"{said.get('errorCode', response.status_code)} {said.get('errorMessage', '')}".strip()
        if response.status_code in _NOT_NOW:
            raise Deferred(words, whole_channel=True)
        raise Refused(words)
    failed = said.get("failedMessageList") or []
    if failed:
        raise _not_taken(failed[0])
    listed = said.get("messageList") or []
    group = said.get("groupInfo")
    if not listed and not group:
        raise Lost("an answer that says nothing about the message")
    first = listed[0] if listed else {}
    return Answer(
        f"{first.get('statusCode', '2000')} {first.get('statusMessage', '')}".strip(),
        str(first.get("messageId") or (group or {}).get("groupId", "")),
    )


def _not_taken(said: dict[str, Any]) -> Exception:
    code = str(said.get("statusCode", ""))
    words = f"{code} {said.get('statusMessage', '')}".strip()
    return Deferred(words, whole_channel=True) if code in _NOT_ITS_FAULT else Refused(words)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        said = response.json()
    except ValueError as error:
        if response.status_code < 400:
            raise Lost("an answer that cannot be read") from error
        return {}
    return said if isinstance(said, dict) else {}


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
