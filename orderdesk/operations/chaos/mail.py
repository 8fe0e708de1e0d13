"""Mail workers killed at random against a real SMTP server that counts what arrived."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connections
from django.test.utils import override_settings

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.notifications.models import DeliveryClass, Message, MessageChannel, MessageState
from orderdesk.notifications.services.send import drain_messages
from orderdesk.notifications.services.write import new_header_id
from orderdesk.operations.chaos.killer import Killer
from orderdesk.operations.chaos.sink import Sink

S = MessageState
WORKERS = 2
PER_REFILL = 6
# Enough that no worker is ever idle, little enough that the end does not wait for a backlog.
WAITING = 24
SETTLE_SECONDS = 120
OPEN = (S.QUEUED, S.CLAIMED, S.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class MailReport:
    """What became of the mails: every count that must be nought is nought when `findings` is."""

    kills: int
    messages: int
    received: int
    duplicates: int
    flagged: int
    unknown: int
    lost: int
    unflagged_duplicates: int
    at_most_once_duplicates: int
    contradictions: int
    unsettled: int
    seconds: float

    @property
    def findings(self) -> int:
        """How many promises were broken."""
        return (
            self.lost
            + self.unflagged_duplicates
            + self.at_most_once_duplicates
            + self.contradictions
            + self.unsettled
        )


def run_mail(kills: int, *, seed: int = 1) -> MailReport:
    """Kill mail workers `kills` times in the present database, which must hold nothing else that is due."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        sink = Sink(Path(folder) / "received", slow=0.01)
        connections.close_all()
        sink.start()
        try:
            with _mail_to(sink.port):
                shop = _shop()
                killer = Killer(_work, workers=WORKERS, pause=0.2, seed=seed)
                done = killer.run(kills, lambda: _refill(shop))
                _settle(shop)
                counts = _counts(shop, sink.received())
        finally:
            sink.stop()
    return MailReport(kills=done, **counts, seconds=round(time.monotonic() - started, 1))


@contextmanager
def _mail_to(port: int) -> Iterator[None]:
    """Short leases, so that what a dead worker held is soon free: it is certainly dead."""
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
        MESSAGES_CHANGED="",
        MESSAGE_CLAIM_SECONDS=2.0,
        MESSAGE_REPLY_SECONDS=1.0,
        MESSAGE_RETRY_SECONDS=0.1,
    ):
        yield


def _shop() -> Shop:
    name = f"chaos-{time.time_ns()}"
    return Shop.objects.create(name=name, slug=name, sender_email="shop@example.com")


def _refill(shop: Shop) -> None:
    if Message.objects.filter(shop=shop, state__in=OPEN).count() < WAITING:
        _write(shop, PER_REFILL)


def _write(shop: Shop, number: int) -> None:
    Message.objects.bulk_create(
        Message(
            shop=shop,
            subject_kind="chaos",
            subject_id=0,
            kind="order.received",
            channel=MessageChannel.EMAIL,
            recipient="buyer@example.com",
            language="ko",
            delivery_class=DeliveryClass.AT_LEAST_ONCE if n % 2 else DeliveryClass.AT_MOST_ONCE,
            subject_line="주문을 받았어요",
            body_text="주문을 잘 받았어요.",
            due_at=clock.now(),
            header_id=new_header_id(),
        )
        for n in range(number)
    )


def _work() -> None:
    while True:
        if not drain_messages():
            time.sleep(0.01)


def _settle(shop: Shop) -> None:
    """Let one worker that nobody kills finish, until nothing is open."""
    end = time.monotonic() + SETTLE_SECONDS
    still_open = Message.objects.filter(shop=shop, state__in=OPEN)
    while still_open.exists() and time.monotonic() < end:
        if not drain_messages():
            time.sleep(0.05)


def _counts(shop: Shop, received: Counter[str]) -> dict[str, int]:
    rows = list(Message.objects.filter(shop=shop))
    extra = {row.header_id: max(received[row.header_id] - 1, 0) for row in rows}
    sure = [row for row in rows if row.delivery_class == DeliveryClass.AT_LEAST_ONCE]
    once = [row for row in rows if row.delivery_class == DeliveryClass.AT_MOST_ONCE]
    return {
        "messages": len(rows),
        "received": sum(received.values()),
        "duplicates": sum(extra.values()),
        "flagged": sum(row.possible_duplicates > 0 for row in rows),
        "unknown": sum(row.state == S.UNKNOWN for row in rows),
        "lost": sum(not received[row.header_id] and row.state not in (S.UNKNOWN, *OPEN) for row in sure),
        "unflagged_duplicates": sum(extra[row.header_id] > row.possible_duplicates for row in sure),
        "at_most_once_duplicates": sum(extra[row.header_id] for row in once),
        "contradictions": sum(row.state == S.ACCEPTED and not received[row.header_id] for row in rows)
        + sum(row.state == S.REJECTED for row in rows),
        "unsettled": sum(row.state in OPEN for row in rows),
    }


def as_dict(report: MailReport) -> dict[str, float]:
    """The report as the command prints it."""
    return {**asdict(report), "findings": report.findings}
