"""Whose message it is: claims with a fencing token, hand-over, outcomes, and the recovery of what a dead worker left.

Every statement names owner, attempt and state and looks at how many rows it changed: a worker that slept through its
lease finds other values and changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from orderdesk import clock
from orderdesk.events.actor import SYSTEM
from orderdesk.events.recording import Fact, record
from orderdesk.notifications.channels import Answer, Overtaken
from orderdesk.notifications.models import DeliveryAttempt, DeliveryClass, Message, MessageState
from orderdesk.notifications.services.statements import write_acceptance, write_hand_over

S = MessageState
# How often the outcome "unknown" leads to another copy of a message that must arrive.
MOST_DUPLICATES = 3
# After this long without anybody taking it, a message is given up.
PATIENCE = timedelta(days=3)
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's right to one attempt at one message."""

    message: Message
    owner: str

    def mine(self, *states: str) -> Any:
        """The row, if it is still as this claim left it."""
        return Message.objects.filter(
            pk=self.message.pk, owner=self.owner, attempts=self.message.attempts, state__in=states
        )


def claim_batch(owner: str, size: int, channels: Sequence[str]) -> list[Claim]:
    """Take up to `size` due messages, most urgent first. `owner` must be new for each call: it is the fencing token."""
    now = clock.now()
    due = Q(state=S.QUEUED, due_at__lte=now, channel__in=channels)
    ids = list(
        Message.objects.filter(due).order_by("priority", "due_at", "id").values_list("id", flat=True)[:size]
    )
    if not ids:
        return []
    taken = Message.objects.filter(due, pk__in=ids).update(
        state=S.CLAIMED, owner=owner, attempts=F("attempts") + 1, due_at=now + _lease()
    )
    if not taken:
        return []
    rows = Message.objects.filter(pk__in=ids, owner=owner, state=S.CLAIMED).select_related("shop")
    return [Claim(message, owner) for message in rows.order_by("priority", "id")]


def _lease() -> timedelta:
    return timedelta(seconds=settings.MESSAGE_CLAIM_SECONDS)


def hand_over(claim: Claim) -> None:
    """Commit `handed_over` right before the step that cannot be taken back; Overtaken when the claim is lost."""
    now = clock.now()
    until = now + timedelta(seconds=settings.MESSAGE_REPLY_SECONDS)
    if not write_hand_over(claim.message, claim.owner, now, until):
        raise Overtaken


def accept(claim: Claim, answer: Answer) -> bool:
    """The other side took it; False when the row has moved on meanwhile."""
    return write_acceptance(claim.message, claim.owner, clock.now(), (answer.text, answer.provider_id))


def finish(claim: Claim, state: str, answer: str = "", **columns: Any) -> bool:
    """Write an attempt's outcome; False when the row has moved on meanwhile. The attempt itself is always kept.

    A worker that answers after its lease ran out still knows the truth about its own attempt: `unknown` gives way.
    """
    with transaction.atomic():
        _note(claim.message, state, answer)
        changed = claim.mine(S.CLAIMED, S.HANDED_OVER, S.UNKNOWN).update(
            state=state, owner="", reason=answer[:200], **columns
        )
        if changed and state == S.REJECTED:
            tell_of_failure(claim.message, "message.rejected", answer)
    return bool(changed)


def _note(message: Message, outcome: str, answer: str) -> None:
    DeliveryAttempt.objects.create(
        message=message, number=message.attempts, outcome=outcome, answer=answer[:500]
    )


def tell_of_failure(message: Message, kind: str, reason: str) -> None:
    """Record on the subject's timeline that a message did not arrive; in the caller's transaction.

    The provider's words may hold an address, so only their code goes into the event.
    """
    code = reason.split(" ", 1)[0][:20]
    data = {"message": message.pk, "message_kind": message.kind, "code": code}
    record(Fact(kind, message.shop_id, (message.subject_kind, message.subject_id), SYSTEM, data))


def put_back(claim: Claim, answer: str, *, certain: bool) -> None:
    """Queue again with back-off: `certain` when nothing was taken, else one more possible duplicate is flagged."""
    message = claim.message
    if certain and clock.now() - message.created_at > PATIENCE:
        finish(claim, S.REJECTED, f"given up: {answer}")
        return
    more = {} if certain else {"possible_duplicates": F("possible_duplicates") + 1}
    finish(claim, S.QUEUED, answer, due_at=clock.now() + _wait(message.attempts), **more)


def release(claims: Sequence[Claim], wait: timedelta) -> None:
    """Give untouched claims back, e.g. when the whole channel is down."""
    for claim in claims:
        # No attempt was made: the count goes back too, so that back-off speaks of real attempts only.
        claim.mine(S.CLAIMED).update(
            state=S.QUEUED, owner="", attempts=F("attempts") - 1, due_at=clock.now() + wait
        )


def _wait(attempts: int) -> timedelta:
    return timedelta(seconds=min(settings.MESSAGE_RETRY_SECONDS * 3 ** max(attempts - 1, 0), _LONGEST_WAIT))


def lost_after_hand_over(claim: Claim, answer: str) -> None:
    """The answer never came: a message that must arrive goes again, flagged; any other stays unknown."""
    if may_go_again(claim.message):
        put_back(claim, f"unknown: {answer}", certain=False)
    else:
        finish(claim, S.UNKNOWN, answer)


def may_go_again(message: Message) -> bool:
    """Whether an unknown outcome is followed by another copy."""
    return (
        message.delivery_class == DeliveryClass.AT_LEAST_ONCE
        and message.possible_duplicates < MOST_DUPLICATES
    )


def recover(limit: int = 500) -> int:
    """Settle claims whose lease ran out: untouched ones are queued again, handed-over ones are unknown."""
    now = clock.now()
    expired = Message.objects.filter(state__in=[S.CLAIMED, S.HANDED_OVER], due_at__lte=now)
    rows = list(expired.order_by("due_at")[:limit])
    for message in rows:
        _recover_one(Claim(message, message.owner), now)
    return len(rows)


def _recover_one(claim: Claim, now: datetime) -> None:
    message = claim.message
    if message.state == S.CLAIMED:
        claim.mine(S.CLAIMED).filter(due_at__lte=now).update(state=S.QUEUED, owner="", due_at=now)
        return
    again = may_go_again(message)
    # The owner stays on an unknown row: if its worker is alive after all, its answer still counts.
    columns: dict[str, Any] = (
        {"state": S.QUEUED, "owner": "", "due_at": now, "possible_duplicates": F("possible_duplicates") + 1}
        if again
        else {"state": S.UNKNOWN}
    )
    with transaction.atomic():
        if claim.mine(S.HANDED_OVER).filter(due_at__lte=now).update(**columns):
            _note(message, S.UNKNOWN, "no answer before the lease ran out")
