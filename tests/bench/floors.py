"""What this machine can do at best: every other figure is read beside these."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from statistics import median

from django.db import connection, transaction

from tests.bench.desk import Desk
from tests.bench.measuring import Figure, timed

_ORDER = "SELECT * FROM orders_order WHERE id = %s"
_LINES = "SELECT * FROM orders_orderline WHERE order_id = %s ORDER BY position"
_COPIED = 50_000


def floors(desk: Desk) -> list[Figure]:
    return [
        timed(
            desk.server,
            "floor: bare view, 10 KB template",
            lambda _i: desk.staff.get("/bench/floor/"),
            per_round=40,
        ),
        Figure("floor: raw read of an order with lines", _median_ms(lambda i: _read(desk, i), 200)),
        Figure("floor: raw commit", _commit()),
        Figure("floor: COPY of order rows", _copy(), unit="rows/s"),
    ]


def _median_ms(call: Callable[[int], object], times: int) -> float:
    spent = []
    for i in range(times):
        started = time.perf_counter()
        call(i)
        spent.append((time.perf_counter() - started) * 1000)
    return median(spent)


def _read(desk: Desk, i: int) -> int:
    pk = desk.orders[i % len(desk.orders)].pk
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [pk])
        cursor.fetchall()
        cursor.execute(_LINES, [pk])
        return len(cursor.fetchall())


def _commit() -> float:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_scratch (id bigserial PRIMARY KEY, note text)")
        figure = _median_ms(
            lambda i: cursor.execute("INSERT INTO bench_scratch (note) VALUES (%s)", [str(i)]), 300
        )
        cursor.execute("DROP TABLE bench_scratch")
    return figure


def _copy() -> float:
    """Order rows, as text, into a table with the order table's own indexes; nothing stays."""
    buffer = io.BytesIO()
    with transaction.atomic(), connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT * FROM orders_order LIMIT {_COPIED}) TO STDOUT") as out:
            for part in out:
                buffer.write(part)
        cursor.execute("CREATE TABLE bench_copy (LIKE orders_order INCLUDING INDEXES)")
        started = time.perf_counter()
        with cursor.copy("COPY bench_copy FROM STDIN") as copy:
            copy.write(buffer.getvalue())
        spent = time.perf_counter() - started
        transaction.set_rollback(True)
    return _COPIED / spent
