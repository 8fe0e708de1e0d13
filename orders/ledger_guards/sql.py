"""The same guard said to two databases."""

from __future__ import annotations

from collections.abc import Sequence

from orderdesk.triggers import Trigger

PAYMENT, REFUND, LINE, ATTEMPT = (
    "orders_payment",
    "orders_refund",
    "orders_refundline",
    "orders_refundattempt",
)
ENTRY, ORDER, ORDER_LINE = "orders_ledgerentry", "orders_order", "orders_orderline"
HOLDING = "('pending_approval', 'reserved', 'submitted', 'unknown')"
ENDED = "('failed', 'voided')"

# A condition that refuses the row, and the sentence that the database gives for it.
Refusals = Sequence[tuple[str, str]]


def changed(*columns: str) -> str:
    """SQL that is true when one of the columns gets another value; NULLs compare like values."""
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def sqlite(text: str) -> str:
    """SQLite before 3.39 has no IS DISTINCT FROM; its IS NOT means the same."""
    return text.replace("IS DISTINCT FROM", "IS NOT")


def refuse(name: str, event: str, table: str, refusals: Refusals, *, lock: str = "") -> Trigger:
    """A BEFORE trigger on `event` (`UPDATE`, `UPDATE OF a, b`, `INSERT`, `DELETE`) that refuses rows.

    The conditions run in both databases and may hold subqueries. On PostgreSQL each is a statement of its own in a
    volatile function: it sees what others committed before the row's lock came. `lock`: a query that PostgreSQL runs
    first, for its locks.
    """
    row = "OLD" if event == "DELETE" else "NEW"
    first = f"  PERFORM {lock};\n" if lock else ""
    checks = "\n".join(
        f"  IF {condition} THEN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'; END IF;"
        for condition, sentence in refusals
    )
    body = "\n".join(
        f"  SELECT RAISE(ABORT, '{sentence}') WHERE {condition};" for condition, sentence in refusals
    )
    return Trigger(
        name=name,
        table=table,
        postgresql=f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{first}{checks}\n"
        f"  RETURN {row};\nEND $$;\n"
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
        sqlite=sqlite(f"CREATE TRIGGER {name} BEFORE {event} ON {table}\nBEGIN\n{body}\nEND"),
    )


def follow(name: str, table: str, *, postgresql: str = "", timing: str, on_sqlite: str = "") -> Trigger:
    """An AFTER trigger: `timing` and a plpgsql body for PostgreSQL, a whole statement for SQLite; "" where none."""
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n{postgresql}\n$$;\n"
        f"CREATE {timing.format(name=name, table=table)} EXECUTE FUNCTION {name}()"
    )
    return Trigger(
        name=name, table=table, postgresql=function if postgresql else "", sqlite=sqlite(on_sqlite)
    )
