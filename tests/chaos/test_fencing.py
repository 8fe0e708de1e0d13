"""A worker that slept through its leases wakes up with nothing in its hands."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from orderdesk.notifications.models import DeliveryClass, Message, MessageState
from orderdesk.notifications.services.send import drain_messages
from tests.builders import make_shop
from tests.notifications.peers import SMTP_BACKEND, Handler, make_message, smtp_server
from tests.processes import running

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
S = MessageState
# Twice the leases in tests/chaos/settings.py, where the sleeper takes them from.
OVERSLEPT = 2.2
MAILS = 6


class Gate(Handler):
    """Keeps whoever comes first waiting for its answer to RCPT, right before the content, until `open`."""

    def __init__(self) -> None:
        super().__init__()
        self.first: Session | None = None
        self.recipients = 0
        self.reached, self.open = threading.Event(), threading.Event()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.first = self.first or session
        self.recipients += 1
        if session is self.first:
            self.reached.set()
            await asyncio.to_thread(self.open.wait, 60)
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.fixture
def gate(settings: Any) -> Iterator[Gate]:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", 0
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with smtp_server(Gate()) as server:
        assert isinstance(server, Gate)
        try:
            yield server
        finally:
            server.open.set()


@contextmanager
def sleeper(port: int) -> Iterator[int]:
    """`manage.py drain` on the test's database: its process group."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.chaos.settings", "CHAOS_SMTP_PORT": str(port)}
    # What it says when it finds itself overtaken is no news here.
    with running("python", "manage.py", "drain", LOG_LEVEL="CRITICAL", **env) as process:
        yield process.pid


@pytest.mark.parametrize("delivery_class", list(DeliveryClass))
def test_a_process_that_was_stopped_for_two_leases_sends_nothing_that_others_took_over(
    gate: Gate, settings: Any, delivery_class: DeliveryClass
) -> None:
    shop = make_shop()
    mails = [make_message(shop, delivery_class=delivery_class) for _n in range(MAILS)]
    with sleeper(settings.EMAIL_PORT) as group:
        assert gate.reached.wait(30), "the sleeper never came to its first mail"
        assert Message.objects.filter(state=S.CLAIMED).count() == MAILS
        os.killpg(group, signal.SIGSTOP)
        time.sleep(OVERSLEPT)
        # Each was recovered first, then sent by the one who was awake.
        assert drain_messages() == 2 * MAILS
        gate.open.set()
        os.killpg(group, signal.SIGCONT)
        wait_until_the_sleeper_has_tried_all(gate)
    assert dict(gate.received) == {mail.header_id: 1 for mail in mails}
    assert set(Message.objects.values_list("state", "possible_duplicates")) == {(S.ACCEPTED, 0)}


def wait_until_the_sleeper_has_tried_all(gate: Gate) -> None:
    """It goes through all that it had claimed; what it sent would be there a moment after its last RCPT."""
    end = time.monotonic() + 20
    while gate.recipients < 2 * MAILS and time.monotonic() < end:
        time.sleep(0.05)
    assert gate.recipients == 2 * MAILS
    time.sleep(0.5)
