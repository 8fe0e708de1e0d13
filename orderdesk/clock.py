"""The one place that reads the wall clock, so that tests and replays can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_replayed: ContextVar[datetime | None] = ContextVar("replayed", default=None)


def now() -> datetime:
    """The current time, aware, in UTC; inside `at` the moment that is replayed."""
    return _replayed.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at `moment`: for a past that is told through the services."""
    token = _replayed.set(moment)
    try:
        yield
    finally:
        _replayed.reset(token)
