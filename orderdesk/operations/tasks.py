"""Celery entry points: each only wakes work whose due times are rows in the database."""

from celery import shared_task

from orderdesk import clock
from orderdesk.events.models import Heartbeat
from orderdesk.events.nudge import DRAIN_TASK
from orderdesk.operations.draining import drain_once

# Below CELERY_TASK_SOFT_TIME_LIMIT, and short enough for a runner that kills after five seconds of grace.
DRAIN_SECONDS = 20


@shared_task
def beat() -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"seen_at": clock.now()})


@shared_task(name=DRAIN_TASK)
def drain() -> None:
    drain_once(seconds=DRAIN_SECONDS)
