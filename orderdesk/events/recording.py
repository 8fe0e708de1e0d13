"""Writing facts: one Event and one Reaction row per subscriber, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from orderdesk import clock
from orderdesk.copying import insert_rows, reserve_ids
from orderdesk.events.actor import Actor
from orderdesk.events.models import Event, Reaction
from orderdesk.events.nudge import nudge_after_commit
from orderdesk.events.registry import subscribers


@dataclass(frozen=True, slots=True)
class Fact:
    """What to record: kind, shop, subject (kind and id), actor, codes and amounts, and when (now if None)."""

    kind: str
    shop_id: int
    subject: tuple[str, int]
    actor: Actor
    data: dict[str, Any] = field(default_factory=dict)
    at: datetime | None = None


def record(fact: Fact) -> Event:
    """Write one fact and its reactions; RuntimeError outside a transaction."""
    return record_many([fact])[0]


def record_many(facts: Sequence[Fact], *, quiet: bool = False) -> list[Event]:
    """Write facts in two statements, however many. `quiet` (history, import) makes no reactions.

    RuntimeError outside a transaction: a fact without its change, or the other way round, must not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() needs the transaction of the change that it records")
    moment = clock.now()
    if quiet:
        return _record_history([_event(fact, moment) for fact in facts])
    events = Event.objects.bulk_create([_event(fact, moment) for fact in facts])
    reactions = [
        Reaction(event=event, name=s.name, due_at=moment) for event in events for s in subscribers(event.kind)
    ]
    if reactions:
        Reaction.objects.bulk_create(reactions)
        nudge_after_commit()
    return events


def _record_history(events: list[Event]) -> list[Event]:
    for event, key in zip(events, reserve_ids(Event, len(events)), strict=True):
        event.pk = key
    insert_rows(events)
    return events


def _event(fact: Fact, moment: datetime) -> Event:
    return Event(
        at=fact.at or moment,
        kind=fact.kind,
        shop_id=fact.shop_id,
        subject_kind=fact.subject[0],
        subject_id=fact.subject[1],
        actor_kind=fact.actor.kind,
        actor_id=fact.actor.user_id,
        data=fact.data,
    )
