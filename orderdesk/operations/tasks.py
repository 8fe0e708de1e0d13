from celery import shared_task

from orderdesk import clock
from orderdesk.operations.models import Heartbeat


@shared_task
def beat() -> None:
    Heartbeat.objects.update_or_create(name="beat", defaults={"seen_at": clock.now()})
