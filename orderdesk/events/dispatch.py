"""Running reactions: claim by conditional update, run, mark done under the same claim; retry with back-off."""

from __future__ import annotations

import logging
import os
import socket
import uuid
from datetime import timedelta

from django.db.models import F, Q

from orderdesk import clock
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.registry import subscriber

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
BATCH = 100


def _open_and_due() -> Q:
    # A running row's due time is the end of its lease: one index and one condition find both kinds.
    return Q(state__in=[ReactionState.PENDING, ReactionState.RUNNING], due_at__lte=clock.now())


def worker_name() -> str:
    """A name for one drain run: host, process and a random part, so that no two claims look alike."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def drain_reactions(limit: int = 1000) -> int:
    """Run up to `limit` due reactions; returns how many were run. Any number of drains may work at once."""
    owner, ran = worker_name(), 0
    while ran < limit:
        due = list(
            Reaction.objects.filter(_open_and_due()).order_by("due_at").values_list("id", "attempts")[:BATCH]
        )
        claimed = [(pk, attempts + 1) for pk, attempts in due if _claim(pk, attempts, owner)]
        for pk, attempt in claimed:
            run_reaction(pk, attempt, owner)
        ran += len(claimed)
        if len(due) < BATCH:
            break
    return ran


def _claim(pk: int, attempts: int, owner: str) -> bool:
    updated = Reaction.objects.filter(_open_and_due(), pk=pk, attempts=attempts).update(
        state=ReactionState.RUNNING, owner=owner, attempts=F("attempts") + 1, due_at=clock.now() + LEASE
    )
    return updated == 1


def run_reaction(pk: int, attempt: int, owner: str) -> None:
    """Run one claimed reaction and write its outcome; a failure never touches the change or its sisters."""
    reaction = Reaction.objects.select_related("event").get(pk=pk)
    try:
        _run(reaction.name, reaction.event)
    except Exception as error:
        log.warning("reaction %s of event %s failed", reaction.name, reaction.event_id, exc_info=True)
        _finish(pk, attempt, owner, **_failure(attempt, error))
    else:
        _finish(pk, attempt, owner, state=ReactionState.DONE, done_at=clock.now(), last_error="")


def _run(name: str, event: Event) -> None:
    found = subscriber(name)
    if found is None:
        raise LookupError(f"no reaction is called {name}")
    found.run(event)


def _finish(pk: int, attempt: int, owner: str, **outcome: object) -> None:
    # Fencing: only the claim that ran may write; a stale worker finds another owner or attempt and changes nothing.
    Reaction.objects.filter(pk=pk, owner=owner, attempts=attempt, state=ReactionState.RUNNING).update(
        **outcome
    )


def _failure(attempt: int, error: Exception) -> dict[str, object]:
    state = ReactionState.GIVEN_UP if attempt >= MAX_ATTEMPTS else ReactionState.PENDING
    wait = timedelta(seconds=min(10 * 3 ** (attempt - 1), 3600))
    return {
        "state": state,
        "due_at": clock.now() + wait,
        "last_error": f"{type(error).__name__}: {error}"[:2000],
    }


def retry(reaction_id: int) -> bool:
    """Make a waiting or given-up reaction due now with a fresh count; False when it is running or done."""
    waiting = [ReactionState.PENDING, ReactionState.GIVEN_UP]
    rows = Reaction.objects.filter(pk=reaction_id, state__in=waiting)
    return rows.update(state=ReactionState.PENDING, attempts=0, due_at=clock.now()) == 1
