"""Waking a worker after commit. The database is the queue: a lost nudge only costs the wait for the next sweep."""

from __future__ import annotations

import logging
import time

from celery import current_app
from django.conf import settings
from django.db import transaction

log = logging.getLogger(__name__)

DRAIN_TASK = "orderdesk.drain"
# After a failed publish, stay quiet for this long: a dead broker must not slow every web request.
BROKER_REST_SECONDS = 30.0

_resting_until = 0.0


def nudge_after_commit() -> None:
    """Wake the drain once the surrounding transaction has committed; several calls in it wake it once."""
    connection = transaction.get_connection()
    if any(callback is nudge for _, callback, _ in connection.run_on_commit):
        return
    transaction.on_commit(nudge, robust=True)


def nudge() -> None:
    """Publish one wake-up; never raises."""
    global _resting_until
    if not settings.NUDGE_WORKERS or time.monotonic() < _resting_until:
        return
    try:
        current_app.send_task(DRAIN_TASK, retry=False, ignore_result=True, expires=60)
    except Exception:
        _resting_until = time.monotonic() + BROKER_REST_SECONDS
        log.warning("no broker: the sweep will pick up the work", exc_info=True)
