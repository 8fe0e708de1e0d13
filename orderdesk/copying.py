"""Many new rows of one model in one go: COPY on PostgreSQL, a prepared INSERT on SQLite.

For history that was made elsewhere. Rows are written as their attributes stand: no save(), no default that only
save() fills in (auto_now), and no check of the model's beyond the database's own constraints.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models import F, Lookup, QuerySet

M = TypeVar("M", bound=models.Model)
Adapter = Callable[[Any], Any]
_encode = json.JSONEncoder(separators=(",", ":")).encode


def draft(model: type[M], **values: Any) -> M:
    """A row to be copied: attributes by column name (`order_id`), the model's defaults for the rest, and nothing else.

    A model instance costs twenty times as much to make, and its methods would not be called. A default that is a
    function is not called either: give the value.
    """
    made = _draft_class(model)()
    made.__dict__ = values
    return cast(M, made)


def instance(row: M, model: type[M]) -> M:
    """The draft as a real, unsaved instance of its model."""
    return model(**vars(row))


@cache
def _draft_class(model: type[models.Model]) -> type[Any]:
    # Not a key without a value, nor a text that only the caller can know: those are missed loudly.
    shared: dict[str, Any] = {
        f.attname: f.get_default() for f in model._meta.concrete_fields if f.primary_key or _harmless(f)
    }
    key = model._meta.pk.attname
    pk = property(lambda row: row.__dict__[key], lambda row, value: row.__dict__.__setitem__(key, value))
    return type(f"{model.__name__}Draft", (), {**shared, "_meta": model._meta, "pk": pk})


def _harmless(field: models.Field[Any, Any]) -> bool:
    if not field.has_default():
        return bool(field.null or field.blank)
    return not callable(field.default) or field.default in (dict, list)


class AnyOf(Lookup):
    """`column = ANY(array)`: one parameter however many values; an IN of thousands costs more than its search."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Where there are no arrays: IN."""
        column, params = self.process_lhs(compiler, connection)
        if not self.rhs:
            raise EmptyResultSet
        return f"{column} IN ({', '.join(['%s'] * len(self.rhs))})", [*params, *self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The array is one constant to the planner, hashed once when rows are judged by it."""
        column, params = self.process_lhs(compiler, connection)
        if self.rhs and all(type(value) is int for value in self.rhs):
            # Written here: the driver looks at thousands of numbers one by one, and twice where a page counts.
            return f"{column} = ANY(%s::bigint[])", [*params, "{" + ",".join(map(str, self.rhs)) + "}"]
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]


def among(rows: QuerySet[M], column: str, values: Sequence[str] | Sequence[int]) -> QuerySet[M]:
    """`rows` whose own `column` is one of many values."""
    return rows.filter(AnyOf(F(column), values))


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
    """Write drafts or unsaved instances of one model; without primary keys the database gives them (and they stay unknown)."""
    if not rows:
        return
    meta = rows[0]._meta
    keyless = getattr(rows[0], meta.pk.attname) is None
    fields = [field for field in meta.concrete_fields if not (field.primary_key and keyless)]
    quote = connection.ops.quote_name
    table, columns = quote(meta.db_table), ", ".join(quote(str(field.column)) for field in fields)
    read = attrgetter(*(field.attname for field in fields))
    adapters = [(i, adapt) for i, field in enumerate(fields) if (adapt := _adapter(field))]
    if connection.vendor == "postgresql":
        # The driver's own method: Django turns no error of it into its own unless told to.
        statement = f"COPY {table} ({columns}) FROM STDIN"
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(_adapted(list(read(row)), adapters))
        return
    marks = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        values = [_adapted(list(read(row)), adapters) for row in rows]
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  names of the model, no input
        cursor.executemany(sql, values)


def _adapted(values: list[Any], adapters: Sequence[tuple[int, Adapter]]) -> list[Any]:
    for i, adapt in adapters:
        values[i] = adapt(values[i])
    return values


def _adapter(field: models.Field[Any, Any]) -> Adapter | None:
    """How a value of the field reaches the driver; None when it may go as it is."""
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return None if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value
    return str if isinstance(field, models.FileField) else None


def _json(value: Any) -> str:
    return _encode(value) if value != {} else "{}"
