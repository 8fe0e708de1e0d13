"""Sending again and calling off, by staff."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record
from orderdesk.notifications.models import Message, MessageState
from orderdesk.notifications.services.write import new_header_id, refusal

S = MessageState
# What may go again. An accepted mail is written anew, so that both copies stay on record.
RESENDABLE = (S.ACCEPTED, S.DELIVERED, S.UNKNOWN, S.REJECTED, S.SUPPRESSED, S.CANCELLED, S.BOUNCED)


def resend_message(message_id: int, *, actor: Actor, recipient: str = "") -> Message:
    """Write a copy of a settled message, to `recipient` if given, and queue it; DomainError when it may not go."""
    with transaction.atomic():
        old = Message.objects.select_for_update(of=("self",)).select_related("shop").get(pk=message_id)
        if old.state not in RESENDABLE:
            raise Conflict("under_way", _("This message is still under way."))
        address = recipient.strip().lower() or old.recipient
        if refusal(old.shop_id, old.channel, address):
            raise DomainError("barred", _("This address cannot be written to. Correct it first."))
        data = {"message": old.pk, "message_kind": old.kind}
        event = record(Fact("message.resent", old.shop_id, (old.subject_kind, old.subject_id), actor, data))
        return _copy(old, address, event.pk)


def _copy(old: Message, address: str, event_id: int) -> Message:
    kept = (
        *("shop", "subject_kind", "subject_id", "customer", "kind", "channel", "language", "purpose"),
        *("delivery_class", "subject_line", "body_text", "body_html", "link_for"),
    )
    return Message.objects.create(
        **{name: getattr(old, name) for name in kept},
        event_id=event_id,
        recipient=address,
        due_at=clock.now(),
        header_id=new_header_id(),
        possible_duplicates=old.possible_duplicates + (1 if old.state == S.UNKNOWN else 0),
    )


def cancel_message(message_id: int) -> bool:
    """Call off a message that nobody has begun to send; False when it is too late."""
    waiting = Message.objects.filter(pk=message_id, state=S.QUEUED)
    return waiting.update(state=S.CANCELLED, reason="by staff") == 1
