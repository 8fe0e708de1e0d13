"""Writing facts: one Event and one Reaction row per subscriber, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from orderdesk import clock
from orderdesk.copying import draft, insert_rows
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
    _need_transaction()
    moment = clock.now()
    events = Event.objects.bulk_create([Event(**_columns(fact, moment)) for fact in facts])
    if quiet:
        return events
    reactions = [
        Reaction(event=event, name=s.name, due_at=moment) for event in events for s in subscribers(event.kind)
    ]
    if reactions:
        Reaction.objects.bulk_create(reactions)
        nudge_after_commit()
    return events


def record_past(facts: Sequence[Fact]) -> None:
    """Write facts of long ago by the thousand: no reactions, nothing returned. RuntimeError outside a transaction."""
    _need_transaction()
    moment = clock.now()
    insert_rows([draft(Event, **_columns(fact, moment)) for fact in facts])


def _need_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("record() needs the transaction of the change that it records")


def _columns(fact: Fact, moment: datetime) -> dict[str, Any]:
    return {
        "at": fact.at or moment,
        "kind": fact.kind,
        "shop_id": fact.shop_id,
        "subject_kind": fact.subject[0],
        "subject_id": fact.subject[1],
        "actor_kind": fact.actor.kind,
        "actor_id": fact.actor.user_id,
        "data": fact.data,
    }
