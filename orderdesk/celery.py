"""The Celery application. It only wakes work whose due times are rows in the database."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderdesk.settings.dev")

app = Celery("orderdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def first_sign(**_kwargs: Any) -> None:
    """Beat's first sign at its start, not half a minute later: the home page knows at once that it lives."""
    app.send_task("orderdesk.operations.tasks.beat", expires=30)
