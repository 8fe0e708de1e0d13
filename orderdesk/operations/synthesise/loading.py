"""Gets generated rows into the database: COPY without the indexes in the way, or plain inserts on SQLite."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import Error, connection, transaction

from orderdesk.operations.synthesise.tables import Row, Table

# Below this, building the indexes anew costs more than it saves.
REBUILD_FROM = 20_000
_CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c WHERE c.contype = 'u' AND c.conrelid = ANY(%s::regclass[])
"""
_CAPTURES = """
    INSERT INTO orders_ledgerentry (at, txn, kind, debit, credit, amount, currency, payment_id)
    SELECT captured_at, 'payment:' || id, 'capture', 'buyer', 'shop', captured, currency, id
    FROM orders_payment p WHERE captured > 0
      AND NOT EXISTS (SELECT FROM orders_ledgerentry e WHERE e.payment_id = p.id AND e.kind = 'capture')
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def write(table: Table, rows: Sequence[Row]) -> None:
    """Append rows that fill `table.columns` up to its constants."""
    columns = ", ".join(f'"{column}"' for column in table.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
                for row in table.full(rows):
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608  a model's own names
            cursor.executemany(insert, list(table.full(rows)))


@contextmanager
def unburdened(tables: Sequence[Table], orders: int) -> Iterator[None]:
    """One transaction in which PostgreSQL's indexes and checks rest while many rows come in; the book is written after."""
    with transaction.atomic():
        if connection.vendor != "postgresql" or orders < REBUILD_FROM:
            yield
            return
        rests = _rest_triggers()
        again = _drop([table.name for table in tables])
        yield
        if rests:
            _book_captures()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            for statement in again:
                cursor.execute(statement)


def _rest_triggers() -> bool:
    # Only a superuser may; anybody else pays for the checks of every row.
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
    except Error as refusal:
        if "permission denied" not in str(refusal):
            raise
        return False
    return True


def _book_captures() -> None:
    """The entries that the triggers of payments would have written."""
    with connection.cursor() as cursor:
        cursor.execute(_CAPTURES)


def _drop(names: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [names])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [names])
        indexes = cursor.fetchall()
        for table, name, _definition in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    return [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {how}' for table, name, how in constraints] + [
        definition for _name, definition in indexes
    ]


def settle(tables: Sequence[Table]) -> None:
    """Let the sequences go on behind the last ids, and tell the planner what is there."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                sequence = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
                last = f'SELECT setval({sequence}, (SELECT max(id) FROM "{table.name}"))'  # noqa: S608
                cursor.execute(last)
                if not connection.in_atomic_block:
                    cursor.execute(f'VACUUM (ANALYZE) "{table.name}"')
        if connection.vendor == "sqlite":
            cursor.execute("ANALYZE")
