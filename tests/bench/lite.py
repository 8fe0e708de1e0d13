"""SQLite: the order list at 100,000 orders, and four writers at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from django.db import OperationalError

from orderdesk.events.actor import SYSTEM
from orders.errors import Busy
from orders.services.steps import confirm_order
from tests.bench.data import ROOT
from tests.bench.desk import Desk
from tests.bench.measuring import Figure, attempt
from tests.bench.pages import plain_list
from tests.bench.settings import BENCH_URL

WRITERS, EACH = 4, 60


def lite(desk: Desk) -> list[Figure]:
    return [
        *attempt("SQLite: order list", lambda: plain_list(desk, "SQLite: order list", "")),
        *attempt("SQLite: lock errors of 4 writers", lambda: _writers(desk)),
    ]


def _writers(desk: Desk) -> Figure:
    parts = [desk.placed[i::WRITERS][:EACH] for i in range(WRITERS)]
    started = time.perf_counter()
    children = [_writer(part) for part in parts]
    outcomes = [child.communicate()[0].split() for child in children]
    seconds = time.perf_counter() - started
    done, refused = (sum(int(outcome[i]) for outcome in outcomes) for i in (0, 1))
    figure = Figure("SQLite: lock errors of 4 writers", refused, unit="errors")
    figure.extra = {"changes": done, "seconds_with_start": round(seconds, 1)}
    return figure


def _writer(ids: Sequence[int]) -> subprocess.Popen[str]:
    env = {**os.environ, "BENCH_DATABASE_URL": BENCH_URL}
    argv = [sys.executable, "-m", "tests.bench", "--part", "writer", "--ids", ",".join(map(str, ids))]
    return subprocess.Popen(argv, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)


def write(ids: Sequence[int]) -> tuple[int, int]:
    """One writer: how many orders it confirmed, and how often the database was locked."""
    done = locked = 0
    for pk in ids:
        try:
            confirm_order(pk, actor=SYSTEM)
            done += 1
        except (Busy, OperationalError):
            locked += 1
    return done, locked
