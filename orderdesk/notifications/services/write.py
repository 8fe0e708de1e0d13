"""Writing a message into the outbox, once for each event, kind, channel and recipient."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from orderdesk import clock
from orderdesk.accounts.models import Customer, Shop
from orderdesk.accounts.phones import phone_digits
from orderdesk.events.models import Event
from orderdesk.notifications.content import Content
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, MessageChannel, MessageState, Suppression, TemplateText
from orderdesk.notifications.rendering import own_wording, render_with

S = MessageState


@dataclass(frozen=True, slots=True)
class Letter:
    """What to write to whom: `subject` is the timeline's pair, `link_for` names the private link ("order:42")."""

    kind: str
    channel: str
    shop: Shop
    subject: tuple[str, int]
    customer: Customer | None
    recipient: str
    language: str
    content: Content
    link_for: str = ""
    useful_for: timedelta | None = None


def write_message(letter: Letter, event: Event | None, *, own: TemplateText | None = None) -> Message | None:
    """Render and queue one message, in the shop's published wording or in `own`; None when this event already wrote it.

    Without a usable address, or with one that bounced or complained, the row is written as suppressed with the reason.
    """
    recipient = _normal(letter.channel, letter.recipient)
    if event is not None and _written(letter, event, recipient):
        return None
    message = _row(letter, event, recipient, own)
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        # Another run of the same reaction was faster.
        if event is not None and _written(letter, event, recipient):
            return None
        raise
    return message


def _written(letter: Letter, event: Event, recipient: str) -> bool:
    rows = Message.objects.filter(event=event, kind=letter.kind, channel=letter.channel, recipient=recipient)
    return bool(rows.exists())


def _normal(channel: str, address: str) -> str:
    return address.strip().lower() if channel == MessageChannel.EMAIL else phone_digits(address)


def _row(letter: Letter, event: Event | None, recipient: str, own: TemplateText | None) -> Message:
    kind, now = KINDS[letter.kind], clock.now()
    wording = own or own_wording(letter.shop.pk, letter.kind, letter.channel, letter.language)
    copy = render_with(wording, letter.kind, letter.language, letter.shop, letter.content)
    reason = refusal(letter.shop.pk, letter.channel, recipient)
    useful = letter.useful_for or kind.useful_for
    return Message(
        shop=letter.shop,
        event=event,
        subject_kind=letter.subject[0],
        subject_id=letter.subject[1],
        customer=letter.customer,
        kind=kind.name,
        channel=letter.channel,
        recipient=recipient,
        language=letter.language,
        purpose=kind.purpose,
        delivery_class=kind.delivery_class,
        subject_line=copy.subject,
        body_text=copy.text,
        body_html=copy.html,
        link_for=letter.link_for,
        state=S.SUPPRESSED if reason else S.QUEUED,
        reason=reason,
        due_at=now,
        expires_at=now + useful if useful else None,
        header_id=new_header_id(),
    )


def new_header_id() -> str:
    """The left part of the Message-ID, the same on every attempt."""
    return f"{secrets.token_hex(12)}.orderdesk"


def refusal(shop_id: int, channel: str, recipient: str) -> str:
    """Why this address must not be written to: `no address`, `bad address`, or the suppression's reason; else empty."""
    if not recipient:
        return "no address"
    if channel == MessageChannel.EMAIL:
        try:
            validate_email(recipient)
        except ValidationError:
            return "bad address"
    rows = Suppression.objects.filter(shop_id=shop_id, channel=channel, address=recipient)
    return rows.values_list("reason", flat=True).first() or ""
