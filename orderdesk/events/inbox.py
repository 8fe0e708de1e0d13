"""Calls from other systems: stored once, answered at once, done by the drain; repeated calls change nothing."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from orderdesk import clock
from orderdesk.events.dispatch import worker_name
from orderdesk.events.models import InboundCall, InboundState
from orderdesk.events.nudge import nudge_after_commit

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
BATCH = 100
# A parcel may be scanned before its waybill is typed in.
EARLY_FOR, EARLY_AGAIN = timedelta(days=7), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class InboundOutcome:
    """What became of a call: `done`, or ignored with the reason in `note` (codes only, no person's data).

    `early`: what it speaks of is not known yet and may be soon; it is asked again for EARLY_FOR before it is ignored.
    """

    done: bool
    note: str = ""
    early: bool = False


Handler = Callable[[Mapping[str, Any]], InboundOutcome]


def digest_of(parts: list[str]) -> str:
    """A dedupe key from the parts that make two calls the same."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def store_call(vendor: str, dedupe_key: str, body: Mapping[str, Any]) -> bool:
    """Keep a verified call and wake the drain; False when the same call was stored before."""
    moment = clock.now()
    row = InboundCall(
        vendor=vendor, dedupe_key=dedupe_key, body=dict(body), received_at=moment, due_at=moment
    )
    with transaction.atomic():
        # The unique index decides between calls of the same moment; no look-up first, no error to catch.
        InboundCall.objects.bulk_create([row], ignore_conflicts=True)
        mine = InboundCall.objects.filter(vendor=vendor, dedupe_key=dedupe_key, received_at=moment).exists()
        if mine:
            nudge_after_commit()
    return mine


def drain_inbound(limit: int = 1000) -> int:
    """Do up to `limit` stored calls; returns how many. Any number of drains may work at once."""
    owner, ran = worker_name(), 0
    while ran < limit:
        due = list(
            InboundCall.objects.filter(_open_and_due())
            .order_by("due_at", "id")
            .values_list("id", "attempts")[:BATCH]
        )
        claimed = [(pk, attempts + 1) for pk, attempts in due if _claim(pk, attempts, owner)]
        for pk, attempt in claimed:
            _run(pk, attempt, owner)
        ran += len(claimed)
        if len(due) < BATCH:
            break
    return ran


def _open_and_due() -> Q:
    return Q(state__in=[InboundState.PENDING, InboundState.RUNNING], due_at__lte=clock.now())


def _claim(pk: int, attempts: int, owner: str) -> bool:
    rows = InboundCall.objects.filter(_open_and_due(), pk=pk, attempts=attempts)
    lease = clock.now() + LEASE
    return rows.update(state=InboundState.RUNNING, owner=owner, attempts=F("attempts") + 1, due_at=lease) == 1


def _run(pk: int, attempt: int, owner: str) -> None:
    call = InboundCall.objects.get(pk=pk)
    try:
        handler: Handler = import_string(settings.INBOUND_HANDLERS[call.vendor])
        outcome = handler(call.body)
    except Exception as error:
        log.warning("inbound call %s of %s failed", pk, call.vendor, exc_info=True)
        state = InboundState.GIVEN_UP if attempt >= MAX_ATTEMPTS else InboundState.PENDING
        wait = timedelta(seconds=min(10 * 3 ** (attempt - 1), 3600))
        note = f"{type(error).__name__}: {error}"[:300]
        _finish(pk, attempt, owner, state=state, due_at=clock.now() + wait, outcome=note)
    else:
        if outcome.early and clock.now() - call.received_at < EARLY_FOR:
            later = clock.now() + EARLY_AGAIN
            _finish(pk, attempt, owner, state=InboundState.PENDING, due_at=later, outcome=outcome.note[:300])
            return
        state = InboundState.DONE if outcome.done else InboundState.IGNORED
        _finish(pk, attempt, owner, state=state, done_at=clock.now(), outcome=outcome.note[:300])


def _finish(pk: int, attempt: int, owner: str, **outcome: object) -> None:
    # Fencing: only the claim that ran may write.
    InboundCall.objects.filter(pk=pk, owner=owner, attempts=attempt, state=InboundState.RUNNING).update(
        **outcome
    )
