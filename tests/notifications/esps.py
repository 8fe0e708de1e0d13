"""A local server that answers as mail providers' APIs do, and the providers' shapes: requests, answers and reports.

The shapes are the providers' own, as anymail's documentation and tests give them (github.com/anymail/django-anymail).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from orderdesk.notifications.models import Message

# How long the client waits, and how much longer a silent server takes.
PATIENCE, SILENCE = 0.4, 1.0
KEY = "key-0123456789"
ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789"
MAILGUN_ID = "<20261124015544.116301.25145@example.com>"


@dataclass(frozen=True)
class Vendor:
    """One provider: where it is called, what it answers, and how it later tells of a bounce."""

    name: str
    settings: Callable[[str], dict[str, Any]]
    path: str
    taken: tuple[int, Any]
    refused: tuple[int, Any]
    provider_id: str
    bounce: Callable[[Message], Any]


def _postmark_bounce(message: Message) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "ID": 901542550,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": message.provider_id,
        "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.",
        "Email": message.recipient,
        "BouncedAt": "2026-11-24T16:28:50.3963933+09:00",
        "Inactive": True,
    }


def _mailgun_bounce(message: Message) -> dict[str, Any]:
    stamp, token = str(int(time.time())), "c" * 50
    signed = hmac.new(KEY.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": signed},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "suppress-bounce",
            "id": "pVqXGJWhTzysS9GpwF2hlQ",
            "timestamp": float(stamp),
            "recipient": message.recipient,
            "delivery-status": {"code": 550, "message": "5.1.1 nobody here", "description": "Not delivering"},
            "message": {"headers": {"message-id": MAILGUN_ID.strip("<>")}},
            "user-variables": {"orderdesk_message": message.header_id},
        },
    }


def _resend_bounce(message: Message) -> dict[str, Any]:
    return {
        "type": "email.bounced",
        "created_at": "2026-11-24T18:11:26.101Z",
        "data": {
            "bounce": {"message": "The recipient's email provider sent a hard bounce message."},
            "created_at": "2026-11-24T18:11:25.729Z",
            "email_id": message.provider_id,
            "to": [message.recipient],
        },
    }


def _sendgrid_bounce(message: Message) -> list[dict[str, Any]]:
    return [
        {
            "event": "bounce",
            "type": "bounce",
            "email": message.recipient,
            "timestamp": 1795500000,
            "status": "5.1.1",
            "reason": "550 5.1.1 no such mailbox",
            "sg_message_id": "xyz.filter0001",
            "anymail_id": message.provider_id,
            "orderdesk_message": message.header_id,
        }
    ]


def _brevo_bounce(message: Message) -> dict[str, Any]:
    return {
        "event": "hard_bounce",
        "email": message.recipient,
        "id": 1,
        "date": "2026-11-24 10:00:00",
        "ts_epoch": 1795500000000,
        "message-id": message.provider_id,
        "reason": "550 5.1.1 user unknown",
        "X-Mailin-custom": json.dumps({"orderdesk_message": message.header_id}),
    }


VENDORS: dict[str, Vendor] = {
    vendor.name: vendor
    for vendor in (
        Vendor(
            "postmark",
            lambda url: {"POSTMARK_SERVER_TOKEN": KEY, "POSTMARK_API_URL": url},
            "/email",
            (
                200,
                {"To": "buyer@example.com", "MessageID": ID, "ErrorCode": 0, "Message": "OK"},
            ),
            (
                422,
                {
                    "ErrorCode": 406,
                    "Message": "You tried to send to recipient(s) that have been marked as inactive.\n"
                    "Found inactive addresses: buyer@example.com.\nInactive recipients are ones that …",
                },
            ),
            ID,
            _postmark_bounce,
        ),
        Vendor(
            "mailgun",
            lambda url: {
                "MAILGUN_API_KEY": KEY,
                "MAILGUN_API_URL": f"{url}/v3",
                "MAILGUN_SENDER_DOMAIN": "example.com",
            },
            "/v3/example.com/messages",
            (200, {"id": MAILGUN_ID, "message": "Queued. Thank you."}),
            (400, {"message": "'to' parameter is not a valid address. please check documentation"}),
            MAILGUN_ID,
            _mailgun_bounce,
        ),
        Vendor(
            "resend",
            lambda url: {"RESEND_API_KEY": KEY, "RESEND_API_URL": url},
            "/emails",
            (200, {"id": ID}),
            (422, {"statusCode": 422, "name": "validation_error", "message": "Invalid `to` field."}),
            ID,
            _resend_bounce,
        ),
        Vendor(
            "sendgrid",
            lambda url: {"SENDGRID_API_KEY": KEY, "SENDGRID_API_URL": f"{url}/v3/"},
            "/v3/mail/send",
            (202, None),
            (
                400,
                {"errors": [{"message": "Does not contain a valid address.", "field": "personalizations"}]},
            ),
            "",
            _sendgrid_bounce,
        ),
        Vendor(
            "brevo",
            lambda url: {"BREVO_API_KEY": KEY, "BREVO_API_URL": f"{url}/v3/"},
            "/v3/smtp/email",
            (201, {"messageId": f"<{ID}@smtp-relay.mailin.fr>"}),
            (400, {"code": "invalid_parameter", "message": "email is not valid in to"}),
            f"<{ID}@smtp-relay.mailin.fr>",
            _brevo_bounce,
        ),
    )
}


class ProviderServer(ThreadingHTTPServer):
    """Answers as `mode` says; keeps what was sent to it."""

    daemon_threads = True
    vendor: Vendor
    mode = "taken"
    # What is answered in mode "says": a status and a body.
    says: tuple[int, Any] = (200, {})

    def __init__(self, vendor: Vendor) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.vendor = vendor
        self.calls: list[tuple[str, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: ProviderServer

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append((self.path, content))
        mode, vendor = self.server.mode, self.server.vendor
        if mode == "cut":
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if mode == "silent":
            time.sleep(SILENCE)
            return
        if mode == "garbage":
            self._answer(200, b"<html>Under construction</html>")
            return
        codes = {"wrong key": 401, "forbidden": 403, "too fast": 429, "broken": 500, "away": 503}
        shape = {"taken": vendor.taken, "refused": vendor.refused, "says": self.server.says}
        status, body = shape.get(mode) or (codes[mode], {"message": mode})
        self._answer(status, b"" if body is None else json.dumps(body).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Quiet."""


@contextmanager
def provider(vendor: Vendor, settings: Any) -> Iterator[ProviderServer]:
    """The vendor's server, and settings that send mail to it."""
    server = ProviderServer(vendor)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    settings.EMAIL_BACKEND = f"anymail.backends.{vendor.name}.EmailBackend"
    shared = {"WEBHOOK_SECRET": "hook:secret", "REQUESTS_TIMEOUT": PATIENCE}
    settings.ANYMAIL = {**shared, **vendor.settings(server.url)}
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
