"""Database triggers that guard append-only rows, whoever writes (a raw SQL statement too).

Django's SQLite table remake drops triggers, so they are installed again after every migrate and a system check
looks for each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Trigger:
    """One guard: `name`, its table and the statements that create it on each database; "" where it needs none."""

    name: str
    table: str
    postgresql: str
    sqlite: str

    def create(self, vendor: str) -> str:
        return self.postgresql if vendor == "postgresql" else self.sqlite

    def drop(self, vendor: str) -> str:
        """The statement that removes it; harmless when it is not there."""
        on_table = f" ON {self.table}" if vendor == "postgresql" else ""
        return f"DROP TRIGGER IF EXISTS {self.name}{on_table}"


_registered: dict[str, Trigger] = {}


def register(*triggers: Trigger) -> None:
    """Add guards; called from the `ready()` of the app that owns the table."""
    _registered.update({trigger.name: trigger for trigger in triggers})


def _wanted(connection: BaseDatabaseWrapper) -> list[Trigger]:
    return [trigger for trigger in _registered.values() if trigger.create(connection.vendor)]


def install_all(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Create every registered trigger whose table exists; safe to repeat."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in _wanted(connection):
            if trigger.table in tables:
                cursor.execute(trigger.drop(connection.vendor))
                cursor.execute(trigger.create(connection.vendor))


def drop_all(connection: BaseDatabaseWrapper) -> None:
    """Remove every registered trigger: only for test tear-down and for migrations that must rewrite old rows."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in _wanted(connection):
            if trigger.table in tables:
                cursor.execute(trigger.drop(connection.vendor))


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of registered triggers that the database lacks though it has their table."""
    tables = set(connection.introspection.table_names())
    catalogue = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        present = {row[0] for row in cursor.fetchall()}
    wanted = {trigger.name for trigger in _wanted(connection) if trigger.table in tables}
    return sorted(wanted - present)
