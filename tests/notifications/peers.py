"""A real SMTP server that misbehaves on demand, and messages to send to it."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.notifications.models import DeliveryClass, Message, MessageChannel
from orderdesk.notifications.services.write import new_header_id
from tests.builders import make_shop

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def cut(server: SMTP) -> None:
    """The line goes dead in the middle of a word."""
    transport: Any = server.transport
    transport.abort()


class Handler:
    """Answers as `mode` says; keeps what was fully received."""

    def __init__(self) -> None:
        self.mode = "good"
        self.received: Counter[str] = Counter()
        self.contents: list[bytes] = []

    async def handle_MAIL(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return {"mail 4xx": "451 later", "mail 5xx": "550 no", "mail auth": "530 log in first"}.get(
            self.mode, "250 ok"
        )

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mode == "cut at rcpt":
            cut(server)
        envelope.rcpt_tos.append(address)
        return {"rcpt 4xx": "450 full", "rcpt 5xx": "550 5.1.1 nobody"}.get(self.mode, "250 ok")

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self.mode in {"data 4xx", "data 5xx", "data 421"}:
            return {"data 4xx": "451 greylisted", "data 5xx": "554 spam", "data 421": "421 closing"}[
                self.mode
            ]
        self.contents.append(content)
        for line in content.split(b"\r\n"):
            if line.startswith(b"X-Orderdesk-Message: "):
                self.received[line.split(b": ")[1].decode()] += 1
        if self.mode == "cut after content":
            cut(server)
        if self.mode == "slow":
            await asyncio.sleep(0.8)
        return "250 taken" if self.mode != "garbage" else "hello there"


@contextmanager
def smtp_server(handler: Handler | None = None) -> Iterator[Handler]:
    """A server on a free port that the settings point at."""
    handler = handler or Handler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controller.start()
    try:
        yield handler
    finally:
        controller.stop(no_assert=True)


def make_message(shop: Shop | None = None, **values: Any) -> Message:
    """A queued mail, at least once unless told otherwise."""
    defaults: dict[str, Any] = {
        "shop": shop or make_shop(),
        "subject_kind": "shop",
        "subject_id": 0,
        "kind": "order.received",
        "channel": MessageChannel.EMAIL,
        "recipient": "buyer@example.com",
        "language": "ko",
        "delivery_class": DeliveryClass.AT_LEAST_ONCE,
        "subject_line": "주문을 받았어요",
        "body_text": "주문을 잘 받았어요.\n.점으로 시작하는 줄\n",
        "body_html": "<p>주문을 잘 받았어요.</p>",
        "due_at": clock.now(),
        "header_id": new_header_id(),
    }
    return Message.objects.create(**defaults | values)
