"""What can be wrong with an installation, one function each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from kombu.exceptions import OperationalError

from orderdesk import health, triggers
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.operations.demo.letters import PLANTED
from orders.ledger_audit import audit


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: a stable name, a sentence, and what mends it. A notice is worth knowing, but nothing is wrong."""

    name: str
    what: str
    mend: str
    notice: bool = False


def examine() -> list[Finding]:
    """All findings; looks no further than the database when that cannot be reached."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [
            Finding("database", f"The database does not answer: {error}", "start it, or correct DATABASE_URL")
        ]
    pending = health.pending_migrations()
    if pending:
        return [Finding("migrations", f"{len(pending)} migrations are not applied", "manage.py migrate")]
    return [finding for check in CHECKS for finding in check()]


def _guards() -> Iterator[Finding]:
    for name in triggers.missing(connection):
        yield Finding("trigger", f"The database guard {name} is missing", "manage.py migrate")


def _cache() -> Iterator[Finding]:
    try:
        cache.set("doctor", 1, 5)
    except DatabaseError:
        yield Finding("cache", "The cache table does not exist", "manage.py createcachetable")
    if settings.CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")):
        yield Finding("cache", "Rate limits are counted per process", "set CACHE_URL to Redis or dbcache://")


def _broker() -> Iterator[Finding]:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OSError, OperationalError) as error:
        yield Finding(
            "broker", f"The broker does not answer: {error}", "start it, or correct CELERY_BROKER_URL"
        )


def _background() -> Iterator[Finding]:
    state = health.background()
    if state["beat_stale"]:
        yield Finding(
            "beat", "Beat has not run for over 90 seconds", "start `celery -A orderdesk beat` and a worker"
        )
    yield from _given_up()
    for kind, seconds in state["oldest_due_seconds"].items():
        if seconds is not None and seconds > 300:
            yield Finding(
                kind, f"The oldest waiting {kind} are {seconds} s overdue", "manage.py drain --once"
            )


def _given_up() -> Iterator[Finding]:
    failed = Reaction.objects.filter(state=ReactionState.GIVEN_UP)
    planted = failed.filter(last_error__endswith=PLANTED).count()
    real = failed.count() - planted
    if real:
        yield Finding("reactions", f"{real} reactions were given up", "open them in the console and retry")
    if planted:
        yield Finding(
            "demo",
            f"{planted} reaction was given up on purpose: the demo shows what that looks like",
            "nothing to mend; try it again under Follow-up work in the console",
            notice=True,
        )


def _ledger() -> Iterator[Finding]:
    for check, found in audit().counts.items():
        if found:
            yield Finding(
                "ledger",
                f"The money does not add up: {check} ({found} rows)",
                "manage.py audit_ledger names them; see docs/operations.md, “When the money does not add up”",
            )


def _catalogues() -> Iterator[Finding]:
    for folder in settings.LOCALE_PATHS:
        for po in Path(folder).glob("*/LC_MESSAGES/*.po"):
            if not po.with_suffix(".mo").exists():
                yield Finding(
                    "catalogue", f"{po.parent.parent.name} is not compiled", "manage.py up --prepare-only"
                )


def _folders() -> Iterator[Finding]:
    for folder in (Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / ".doctor"
            probe.touch()
            probe.unlink()
        except OSError as error:
            yield Finding("folder", f"{folder} is not writable: {error}", "give its owner the right to write")


CHECKS: list[Callable[[], Iterator[Finding]]] = [
    *(_guards, _cache, _broker, _background),
    *(_ledger, _catalogues, _folders),
]
