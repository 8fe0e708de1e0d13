"""Everything that is due, once or for ever. Safe to run none, one or ten times at once: each row is claimed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from threading import Event as Flag

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

Stage = Callable[[], int]
# Reactions write messages and messages may bounce into reactions: a few rounds settle a burst, the rest can wait.
ROUNDS = 50


def stages() -> dict[str, Stage]:
    """The drains of the rooms by name, in the order in which one feeds the next (settings.DRAIN_STAGES)."""
    return {name: import_string(path) for name, path in settings.DRAIN_STAGES.items()}


def drain_once(*, seconds: float = 3600.0) -> dict[str, int]:
    """Run every stage until nothing is due or the time is up; returns how many rows each stage handled."""
    done = dict.fromkeys(stages(), 0)
    end = time.monotonic() + seconds
    for _round in range(ROUNDS):
        handled = {name: _run(name, stage) for name, stage in stages().items() if time.monotonic() < end}
        for name, count in handled.items():
            done[name] += count
        if not any(handled.values()):
            break
    return done


def _run(name: str, stage: Stage) -> int:
    # One broken stage must not keep the mails of the others in the house.
    try:
        return stage()
    except DatabaseError:
        raise
    except Exception:
        log.exception("stage %s failed", name)
        return 0


def drain_until(stop: Flag, *, pause: float = 1.0) -> dict[str, int]:
    """Drain, rest for `pause` seconds when idle, until `stop` is set; a lost database is waited for."""
    total = dict.fromkeys(stages(), 0)
    while not stop.is_set():
        try:
            done = drain_once(seconds=30)
        except DatabaseError:
            log.exception("the database does not answer")
            close_old_connections()
            stop.wait(5)
            continue
        for name, count in done.items():
            total[name] += count
        if not any(done.values()):
            stop.wait(pause)
    return total
