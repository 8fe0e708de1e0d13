"""The messages that the demo's past sent: a plain copy of each, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db.models import F, OuterRef, Subquery

from orderdesk.accounts.models import Customer
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.registry import subscribers
from orderdesk.money import Money
from orderdesk.notifications.models import (
    DeliveryAttempt,
    DeliveryClass,
    Message,
    MessageChannel,
    MessageState,
    Suppression,
)
from orderdesk.operations.demo.story import Story
from orderdesk.operations.demo.writing import Told
from orders.reasons import label_of
from orders.services.locking import SUBJECT

S = MessageState
_BATCH = 500
_LINK = "[[link]]"
# Ends the error of the one reaction that the demo lets fail, so that `manage.py doctor` knows it.
PLANTED = "(planted by the demo)"
# event → (kind of message, subject, sentence) in Korean and English
_KO: dict[str, tuple[str, str, str]] = {
    "order.awaiting_payment": (
        "order.awaiting_payment",
        "입금을 기다리고 있어요",
        "{total}을 입금해 주시면 바로 준비를 시작할게요.",
    ),
    "order.placed": (
        "order.received",
        "주문을 받았어요",
        "{items} 주문을 받았어요. 확인되면 다시 알려드릴게요.",
    ),
    "order.confirmed": (
        "order.confirmed",
        "주문을 확인했어요",
        "{items} 주문을 확인했어요. 준비를 시작하면 알려드릴게요.",
    ),
    "order.preparing": ("order.preparing", "준비하고 있어요", "{items}을(를) 준비하고 있어요."),
    "order.departed": (
        "order.departed",
        "출발했어요",
        "{items}이(가) 출발했어요. 아래에서 어디까지 왔는지 볼 수 있어요.",
    ),
    "order.delivered": (
        "order.delivered",
        "도착했어요",
        "{items}이(가) 도착했어요. 못 받으셨다면 알려주세요.",
    ),
    "order.cancelled": ("order.cancelled", "주문이 취소됐어요", "{reason} 결제하신 금액은 돌려드릴게요."),
    "order.expired": ("order.expired", "주문이 마감됐어요", "입금이 확인되지 않아 주문을 마감했어요."),
    "order.held": ("order.held", "잠시 멈췄어요", "확인할 것이 있어 잠시 멈췄어요. 곧 다시 알려드릴게요."),
    "order.released": ("order.released", "다시 준비해요", "확인이 끝나 다시 준비해요."),
}
_EN: dict[str, tuple[str, str]] = {
    "order.awaiting_payment": (
        "We are waiting for your payment",
        "Once {total} has arrived we start at once.",
    ),
    "order.placed": (
        "We have your order",
        "We received your order of {items}. We write again once it is confirmed.",
    ),
    "order.confirmed": ("Your order is confirmed", "{items} is confirmed. We write again when it leaves."),
    "order.preparing": ("Being prepared", "We are preparing {items}."),
    "order.departed": ("On its way", "{items} has left. See below where it is."),
    "order.delivered": ("It has arrived", "{items} has arrived. If you do not have it, tell us."),
    "order.cancelled": ("Your order was cancelled", "{reason} We give back what you paid."),
    "order.expired": ("Your order has expired", "No payment arrived, so the order was closed."),
    "order.held": ("On hold for a moment", "We have to check something and write again soon."),
    "order.released": ("Going on again", "The check is done and your order goes on."),
}
_BY_SMS = frozenset({"order.departed", "order.delivered", "order.cancelled"})
_CHATTER = frozenset({"order.preparing", "order.delayed"})
_SMS_DAYS = timedelta(days=10)


class PostOffice:
    """Writes the past's messages with their outcome, attempts and the reactions that wrote them."""

    def __init__(self, rng: Random, moment: datetime) -> None:
        self.rng, self.moment = rng, moment
        self.messages: list[Message] = []
        self.bounced: dict[int, datetime] = {}  # customer → when their address came back
        self.to_bounce: set[int] = set()

    def deliver(self, told: Sequence[Told]) -> None:
        """Everything that the told steps made the house write, in the order in which it happened."""
        wrong = sorted({t.story.buyer.customer.pk for t in told if t.event.kind == "order.delivered"})
        self.to_bounce = set(self.rng.sample(wrong, 3))
        for one in told:
            if one.event.kind in _KO:
                self._mail(one.story, one.event)
        Message.objects.bulk_create(self.messages, _BATCH)
        # auto_now_add has written today's time.
        Message.objects.update(created_at=F("due_at"))
        self._attempts()
        self._suppressions(told)
        self._reactions([one.event for one in told])

    def _mail(self, story: Story, event: Event) -> None:
        message = self._message(story, event, MessageChannel.EMAIL, story.buyer.customer.email)
        self._outcome(message, story.buyer.customer, event.at)
        if event.kind in _BY_SMS and self.moment - event.at < _SMS_DAYS:
            text = self._message(story, event, MessageChannel.SMS, story.buyer.customer.phone)
            self._settle(text, S.DELIVERED, event.at)

    def _message(self, story: Story, event: Event, channel: str, recipient: str) -> Message:
        subject, text = _copy(story, event)
        order = story.order
        message = Message(
            shop_id=order.shop_id,
            event=event,
            subject_kind=SUBJECT,
            subject_id=order.pk,
            customer=story.buyer.customer,
            kind=_KO[event.kind][0],
            channel=channel,
            recipient=recipient,
            language=order.language,
            delivery_class=_class(event.kind),
            subject_line=subject if channel == MessageChannel.EMAIL else "",
            body_text=text,
            link_for=f"order:{order.pk}",
            due_at=event.at + timedelta(seconds=1),
            header_id=f"{self.rng.getrandbits(96):024x}.orderdesk",
        )
        self.messages.append(message)
        return message

    def _outcome(self, message: Message, customer: Customer, at: datetime) -> None:
        if customer.pk in self.bounced:
            self._settle(message, S.SUPPRESSED, at, "bounced")
        elif customer.pk in self.to_bounce and message.kind == "order.departed":
            self.bounced[customer.pk] = at
            self._settle(message, S.BOUNCED, at, "550 5.1.1 user unknown")
        elif self.rng.random() < 0.004:
            self._settle(message, S.UNKNOWN, at, "connection lost after DATA")
        elif self.rng.random() < 0.003:
            self._settle(message, S.REJECTED, at, "552 mailbox full")
        else:
            self._settle(message, S.DELIVERED if self.rng.random() < 0.8 else S.ACCEPTED, at)

    def _settle(self, message: Message, state: MessageState, at: datetime, reason: str = "") -> None:
        message.state, message.reason = state, reason
        if state == S.SUPPRESSED:
            return
        message.attempts = 1
        message.handed_over_at = at + timedelta(seconds=2)
        if state in (S.ACCEPTED, S.DELIVERED, S.BOUNCED):
            message.accepted_at = at + timedelta(seconds=3)
        if state == S.DELIVERED:
            message.delivered_at = at + timedelta(seconds=self.rng.randint(4, 90))

    def _attempts(self) -> None:
        sent = [message for message in self.messages if message.attempts]
        rows = [
            DeliveryAttempt(
                message=message,
                number=1,
                outcome=_handed(message.state),
                answer=message.reason or "250 2.0.0 OK",
            )
            for message in sent
        ]
        DeliveryAttempt.objects.bulk_create(rows, _BATCH)
        handed = Message.objects.filter(pk=OuterRef("message")).values("handed_over_at")
        DeliveryAttempt.objects.update(at=Subquery(handed))

    def _suppressions(self, told: Sequence[Told]) -> None:
        people = {one.story.buyer.customer.pk: one.story.buyer.customer for one in told}
        for pk, at in self.bounced.items():
            customer = people[pk]
            row = Suppression.objects.create(
                shop_id=customer.shop_id,
                channel=MessageChannel.EMAIL,
                address=customer.email,
                reason="bounced",
            )
            Suppression.objects.filter(pk=row.pk).update(at=at)

    def _reactions(self, events: Iterable[Event]) -> None:
        rows = [
            Reaction(
                event=event,
                name=subscriber.name,
                state=ReactionState.DONE,
                attempts=1,
                due_at=event.at,
                done_at=event.at + timedelta(seconds=1),
            )
            for event in events
            for subscriber in subscribers(event.kind)
        ]
        late = [row for row in rows if row.event.kind == "order.departed"]
        for row in late[-1:]:
            row.state, row.attempts, row.done_at = ReactionState.GIVEN_UP, 8, None
            row.last_error = f"ConnectionRefusedError: [Errno 111] Connection refused {PLANTED}"
        Reaction.objects.bulk_create(rows, _BATCH)


def _class(kind: str) -> str:
    return DeliveryClass.AT_MOST_ONCE if kind in _CHATTER else DeliveryClass.AT_LEAST_ONCE


def _handed(state: str) -> str:
    return state if state in (S.REJECTED, S.UNKNOWN) else S.ACCEPTED


def _copy(story: Story, event: Event) -> tuple[str, str]:
    order = story.order
    korean = order.language == "ko"
    head, sentence = _KO[event.kind][1:] if korean else _EN[event.kind]
    words = {
        "items": _items(story, korean=korean),
        "total": Money(order.total, order.currency).format(order.language),
        "reason": f"{label_of(order.cancel_reason, order.language)}." if order.cancel_reason else "",
    }
    greeting = f"{order.recipient_name} 고객님," if korean else f"Dear {order.recipient_name},"
    shop = order.shop.name
    return (
        f"[{shop}] {head}",
        f"{greeting}\n\n{sentence.format(**words)}\n\n{order.number}\n{_LINK}\n\n{shop}\n",
    )


def _items(story: Story, *, korean: bool) -> str:
    first, more = story.lines[0].name, len(story.lines) - 1
    if not more:
        return first
    return f"{first} 외 {more}건" if korean else f"{first} and {more} more"
