"""Mails and orders for real processes to work on, and the count of what became of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connections
from django.db.models import F

from orderdesk.accounts.models import Shop
from orderdesk.events.dispatch import LEASE
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.registry import subscribers
from orderdesk.notifications.models import DeliveryClass, Message, MessageState
from orderdesk.operations.chaos.sink import Sink
from orders.services.place import NewLine, NewOrder, place_order
from orders.services.steps import confirm_order, start_preparing
from orders.terms import PaymentMethod
from tests.builders import STAFF, make_shop

S = MessageState
OPEN = (S.QUEUED, S.CLAIMED, S.HANDED_OVER)
# Of each order: received and confirmed must arrive, preparing at most once.
MESSAGES_EACH = 3


@dataclass(frozen=True)
class Outbox:
    """A shop whose orders make mails, and the server that counts them."""

    shop: Shop
    sink: Sink

    @property
    def environment(self) -> dict[str, str]:
        """What a child process must know to send to this server."""
        return {
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "CHAOS_SMTP_PORT": str(self.sink.port),
            "CHAOS_FOLDER": str(self.sink.log.parent),
        }

    def fill(self, orders: int) -> None:
        """Orders with three changes each: three events, their reactions, and from those three mails."""
        new = NewOrder(
            customer_name="홍길동",
            customer_email="buyer@example.com",
            lines=[NewLine("면 셔츠", 1, 10_000)],
            payment_method=PaymentMethod.CASH_ON_DELIVERY,
        )
        for _n in range(orders):
            order = place_order(self.shop, new, actor=STAFF)
            confirm_order(order.pk, actor=STAFF)
            start_preparing(order.pk, actor=STAFF)

    def keep_full(self) -> None:
        """Never let the processes run out of work."""
        if Reaction.objects.filter(state=ReactionState.PENDING).count() < 60:
            self.fill(20)

    def arrived(self) -> int:
        return sum(self.sink.received().values())

    def waiting(self) -> bool:
        """Whether anything is still to be done."""
        undone = Reaction.objects.exclude(state=ReactionState.DONE)
        return undone.exists() or Message.objects.filter(state__in=OPEN).exists()

    def settle(self, nudge: Callable[[], object], seconds: float = 60) -> None:
        """Wait until the processes have done all, as if the leases of the dead had run out."""
        end = time.monotonic() + seconds
        Reaction.objects.filter(state=ReactionState.RUNNING).update(due_at=F("due_at") - LEASE)
        while self.waiting() and time.monotonic() < end:
            nudge()
            time.sleep(0.2)

    def faults(self) -> list[str]:
        """Every promise that was broken, in words."""
        return [*self._unfinished(), *self._events(), *self._messages()]

    def _unfinished(self) -> Iterator[str]:
        for reaction in Reaction.objects.exclude(state=ReactionState.DONE):
            yield f"reaction {reaction.name} is {reaction.state}: {reaction.last_error}"
        for message in Message.objects.filter(state__in=OPEN):
            yield f"message {message.pk} is {message.state}"

    def _events(self) -> Iterator[str]:
        for event in Event.objects.prefetch_related("reactions"):
            names = sorted(reaction.name for reaction in event.reactions.all())
            if names != sorted(each.name for each in subscribers(event.kind)):
                yield f"event {event.pk} {event.kind} has {names}"
        orders = Event.objects.filter(shop=self.shop, kind="order.placed").count()
        mails = Message.objects.filter(shop=self.shop).count()
        if mails != orders * MESSAGES_EACH:
            yield f"{mails} messages of {orders} orders"

    def _messages(self) -> Iterator[str]:
        received = self.sink.received()
        for message in Message.objects.all():
            copies, state = received.pop(message.header_id, 0), message.state
            must_arrive = message.delivery_class == DeliveryClass.AT_LEAST_ONCE
            if copies - 1 > (message.possible_duplicates if must_arrive else 0):
                yield f"message {message.pk} ({message.delivery_class}) arrived {copies} times"
            if not copies and state != S.UNKNOWN:
                yield f"message {message.pk} is {state} and never arrived"
            if state not in (S.ACCEPTED, S.UNKNOWN):
                yield f"message {message.pk} is {state}: {message.reason}"
        if received:
            yield f"{len(received)} mails that nobody wrote"


@contextmanager
def outbox(folder: Path, *, slow: float = 0.02) -> Iterator[Outbox]:
    """A shop and a running mail server that takes up to `slow` seconds before and after it writes a mail down."""
    sink = Sink(folder / "received", slow=slow)
    connections.close_all()
    sink.start()
    try:
        yield Outbox(make_shop(), sink)
    finally:
        sink.stop()
