"""Many new rows of one model in one go: COPY on PostgreSQL, a prepared INSERT on SQLite.

For history that was made elsewhere. Rows are written as their attributes stand: no save(), no default that only
save() fills in (auto_now), and no check of the model's beyond the database's own constraints.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

_PLAIN = (models.IntegerField, models.BooleanField, models.FloatField, models.ForeignKey)
Adapter = Callable[[Any], Any]


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys that no one else will be given; on SQLite only while the caller's transaction lasts."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sql, [table, count])
            return [row[0] for row in cursor.fetchall()]
        # The caller's immediate transaction holds the only write lock there is.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = row[0] if row else 0
    return list(range(last + 1, last + 1 + count))


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Write unsaved rows of one model; without primary keys the database gives them (and they stay unknown)."""
    if not rows:
        return
    meta = rows[0]._meta
    fields = [f for f in meta.concrete_fields if not (f.primary_key and rows[0].pk is None)]
    quote = connection.ops.quote_name
    table, columns = quote(meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    read = attrgetter(*(field.attname for field in fields))
    adapters = [(i, adapt) for i, field in enumerate(fields) if (adapt := _adapter(field))]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(_adapted(list(read(row)), adapters))
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        values = [_adapted(list(read(row)), adapters) for row in rows]
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", values)


def _adapted(values: list[Any], adapters: Sequence[tuple[int, Adapter]]) -> list[Any]:
    for i, adapt in adapters:
        values[i] = adapt(values[i])
    return values


def _adapter(field: models.Field[Any, Any]) -> Adapter | None:
    """How a value of the field reaches the driver; None when it may go as it is."""
    if isinstance(field, models.JSONField):
        return Jsonb if connection.vendor == "postgresql" else json.dumps
    if isinstance(field, models.DateTimeField):
        return None if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value
    # Text may be a member of TextChoices or a lazy FieldFile.
    return None if isinstance(field, _PLAIN) else _text


def _text(value: Any) -> Any:
    return value if value is None or type(value) is str else str(value)
