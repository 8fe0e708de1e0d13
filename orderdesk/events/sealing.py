"""The hash chain over events: one sealer writes each event's position and digest; an auditor recomputes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction

from orderdesk import clock
from orderdesk.events.models import Event

GENESIS = "0" * 64
BATCH = 1000
# An event older than this without a seal means that no sealer runs.
SEAL_WITHIN = timedelta(minutes=10)
_SEALER_LOCK = 7_304_511


def digest(previous: str, event: Event) -> str:
    """SHA-256 over the previous digest and the canonical row."""
    row = [
        event.pk,
        event.at.isoformat(),
        event.kind,
        event.shop_id,
        event.subject_kind,
        event.subject_id,
        event.actor_kind,
        event.actor_id,
        event.data,
    ]
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


def seal(limit: int = 20_000) -> int:
    """Seal up to `limit` committed events in the order they are found; returns how many."""
    sealed = 0
    while sealed < limit:
        count = _seal_batch()
        sealed += count
        if count < BATCH:
            break
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    if not _only_sealer():
        return 0
    last = Event.objects.filter(position__isnull=False).order_by("-position").first()
    position, previous = (last.position or 0, last.digest or "") if last else (0, GENESIS)
    batch = list(Event.objects.filter(digest__isnull=True).order_by("id")[:BATCH])
    for event in batch:
        position += 1
        previous = digest(previous, event)
        event.position, event.digest = position, previous
    Event.objects.bulk_update(batch, ["position", "digest"], batch_size=200)
    return len(batch)


def _only_sealer() -> bool:
    # SQLite's immediate transactions already admit one writer.
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_SEALER_LOCK])
        return bool(cursor.fetchone()[0])


def audit() -> Iterator[dict[str, object]]:
    """Recompute the chain; yields one finding per broken, missing or overdue seal."""
    position, previous = 0, GENESIS
    for event in Event.objects.filter(position__isnull=False).order_by("position").iterator(2000):
        position += 1
        if event.position != position:
            yield {"finding": "gap", "event": event.pk, "position": event.position, "expected": position}
            position = event.position or position
        if event.digest != digest(previous, event):
            yield {"finding": "changed", "event": event.pk, "position": event.position}
        previous = event.digest or ""
    overdue = Event.objects.filter(digest__isnull=True, at__lt=clock.now() - SEAL_WITHIN)
    yield from ({"finding": "unsealed", "event": pk} for pk in overdue.values_list("pk", flat=True)[:100])
