"""What a load balancer and a person on call ask: is it alive, can it serve, is the background work moving."""

from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min, Q
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orderdesk import clock
from orderdesk.events.models import Heartbeat, Reaction, ReactionState
from orderdesk.notifications.models.message import OPEN_STATES, Message

# Three missed beats: one late beat is no alarm.
BEAT_IS_STALE_AFTER = 90


@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """503 only for the database or pending migrations; the background figures are reported, not judged."""
    try:
        report = readiness()
    except DatabaseError as error:
        return JsonResponse({"status": "error", "database": type(error).__name__}, status=503)
    return JsonResponse(report, status=200 if report["status"] == "ok" else 503)


def readiness() -> dict[str, Any]:
    """The body of /readyz; DatabaseError when the database cannot be read."""
    pending = pending_migrations()
    if pending:
        return {"status": "error", "database": "ok", "pending_migrations": pending}
    return {"status": "ok", "database": "ok", "pending_migrations": [], **background()}


def pending_migrations() -> list[str]:
    """Names of migrations that the code has and the database has not."""
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def background() -> dict[str, Any]:
    """How the background work stands: seconds that the oldest row is overdue, age of beat, reactions given up."""
    beat = beat_age()
    return {
        "oldest_due_seconds": {"reactions": _oldest_reaction(), "messages": _oldest_message()},
        "failed_reactions": Reaction.objects.filter(state=ReactionState.GIVEN_UP).count(),
        "beat_age_seconds": beat,
        "beat_stale": beat is None or beat > BEAT_IS_STALE_AFTER,
    }


def beat_age() -> int | None:
    """Seconds since beat last ran, None if it never did."""
    seen = Heartbeat.objects.filter(name="beat").values_list("seen_at", flat=True).first()
    return _age(seen)


def _oldest_reaction() -> int | None:
    open_states = Q(state__in=[ReactionState.PENDING, ReactionState.RUNNING])
    due = Reaction.objects.filter(open_states, due_at__lte=clock.now())
    return _age(due.aggregate(at=Min("due_at"))["at"])


def _oldest_message() -> int | None:
    due = Message.objects.filter(state__in=OPEN_STATES, due_at__lte=clock.now())
    return _age(due.aggregate(at=Min("due_at"))["at"])


def _age(moment: datetime | None) -> int | None:
    return None if moment is None else int((clock.now() - moment).total_seconds())
