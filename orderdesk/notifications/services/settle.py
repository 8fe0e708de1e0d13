"""What a provider reports later: delivered, bounced, complained. The same report twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from orderdesk import clock
from orderdesk.notifications.models import Message, MessageState, Suppression
from orderdesk.notifications.services.claims import tell_of_failure

S = MessageState
# From which states a report moves a message. A queued row is one whose answer was lost and which would go again:
# a report that it arrived stops that.
_FROM: dict[str, tuple[str, ...]] = {
    S.ACCEPTED: (S.HANDED_OVER, S.UNKNOWN),
    S.DELIVERED: (S.QUEUED, S.HANDED_OVER, S.UNKNOWN, S.ACCEPTED),
    S.BOUNCED: (S.QUEUED, S.HANDED_OVER, S.UNKNOWN, S.ACCEPTED, S.DELIVERED),
    S.COMPLAINED: (S.QUEUED, S.HANDED_OVER, S.UNKNOWN, S.ACCEPTED, S.DELIVERED, S.BOUNCED),
    S.REJECTED: (S.QUEUED, S.HANDED_OVER, S.UNKNOWN, S.ACCEPTED),
}


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's word about one message: its new state, our id or the provider's, the reason, and when."""

    state: str
    header_id: str = ""
    provider_id: str = ""
    reason: str = ""
    at: datetime | None = None
    # A full mailbox is no reason never to write again; an unknown one is.
    for_good: bool = True


def settle(report: Report) -> bool:
    """Move the reported message; False when it is not ours or was settled already.

    A bounce or complaint also bars the address for the shop; a message that failed is recorded on its timeline.
    """
    with transaction.atomic():
        message = _find(report)
        if message is None or message.state not in _FROM[report.state]:
            return False
        was = message.state
        message.state, message.reason = report.state, report.reason[:200]
        fields = ["state", "reason", *_stamp(message, report)]
        message.save(update_fields=fields)
        _note(message, report, was)
        _consequences(message, report)
    if settings.MESSAGES_CHANGED:
        import_string(settings.MESSAGES_CHANGED)({(message.subject_kind, message.subject_id)})
    return True


def _find(report: Report) -> Message | None:
    wanted = Q(pk__in=[])
    if report.header_id:
        wanted |= Q(header_id=report.header_id.strip("<>").partition("@")[0][:80])
    if report.provider_id:
        wanted |= Q(provider_id=report.provider_id)
    rows: Any = Message.objects.select_for_update(of=("self",)).filter(wanted)
    return rows.order_by("id").first()  # type: ignore[no-any-return]


def _stamp(message: Message, report: Report) -> list[str]:
    when = report.at or clock.now()
    message.owner = ""
    if report.state == S.DELIVERED:
        message.delivered_at, message.reason = when, ""
        return ["owner", "delivered_at"]
    if report.state == S.ACCEPTED:
        message.accepted_at, message.reason = when, ""
        return ["owner", "accepted_at"]
    return ["owner"]


def _note(message: Message, report: Report, was: str) -> None:
    said = "resolved by provider event" if was in (S.UNKNOWN, S.QUEUED, S.HANDED_OVER) else "provider event"
    message.delivery_attempts.create(
        number=message.attempts, outcome=report.state, answer=f"{said}: {report.reason}"[:500]
    )


def _consequences(message: Message, report: Report) -> None:
    if report.state in (S.BOUNCED, S.COMPLAINED) and report.for_good:
        Suppression.objects.get_or_create(
            shop_id=message.shop_id,
            channel=message.channel,
            address=message.recipient,
            defaults={"reason": "bounced" if report.state == S.BOUNCED else "complained"},
        )
    if report.state in (S.BOUNCED, S.REJECTED):
        tell_of_failure(message, f"message.{report.state}", report.reason)
