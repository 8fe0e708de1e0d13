from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy

from orderdesk import triggers
from orderdesk.events.guards import EVENT_TRIGGERS


def _install(using: str, **_: Any) -> None:
    triggers.install_all(connections[using])


def _step_aside(using: str, **_: Any) -> None:
    """SQLite refuses to rename a table that a trigger of another one reads, and remakes tables by renaming."""
    if connections[using].vendor == "sqlite":
        triggers.drop_all(connections[using])


@checks.register(checks.Tags.database)
def triggers_present(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Every guard exists in every database that is checked (`manage.py check --database default`)."""
    # A warning: `migrate` runs this check first, and an error would keep it from mending what is missing.
    return [
        checks.Warning(
            f"trigger {name} is missing in {alias}", hint="run manage.py migrate", id="orderdesk.W001"
        )
        for alias in databases or []
        for name in triggers.missing(connections[alias])
    ]


class EventsConfig(AppConfig):
    name = "orderdesk.events"
    label = "events"
    verbose_name = gettext_lazy("Settings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        triggers.register(*EVENT_TRIGGERS)
        # Infrastructure, not business: Django's SQLite table remake drops triggers.
        pre_migrate.connect(_step_aside, dispatch_uid="orderdesk.triggers.before")
        post_migrate.connect(_install, dispatch_uid="orderdesk.triggers")
