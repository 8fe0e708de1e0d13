"""Runs the parts, each in a process of its own on its own database, and reports."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict

from tests.bench.bars import verdict
from tests.bench.batches import batches
from tests.bench.data import ROOT, prepare, sized
from tests.bench.desk import sit_down
from tests.bench.floors import floors
from tests.bench.lite import lite, write
from tests.bench.measuring import Figure
from tests.bench.money import money
from tests.bench.pages import pages
from tests.bench.report import as_json, table
from tests.bench.server import Server
from tests.bench.settings import BENCH_DATABASE, BENCH_DIR, BENCH_URL
from tests.bench.writes import writes

SMALL = 100_000
PARTS = ("pages", "everything", "lite")


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options, load = _options(), os.getloadavg()[0]
    if options.part == "writer":
        print(*write([int(pk) for pk in options.ids.split(",")]))
        return 0
    if options.part:
        print(json.dumps([asdict(figure) for figure in _part(options.part)]))
        return 0
    figures = _all(options.orders)
    # Figures of a busy machine say little: compare them with their floors only.
    print(f"load of the machine before: {load:.1f} on {os.cpu_count()} cores")
    print(table(figures))
    print(as_json(figures))
    return 1 if any(verdict(figure) == "NO" for figure in figures) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--orders", type=int, default=int(os.environ.get("BENCH_ORDERS", "1000000")))
    parser.add_argument("--part", choices=[*PARTS, "writer"], help="one part, on BENCH_DATABASE_URL as it is")
    parser.add_argument("--ids", default="", help="for the part `writer`")
    return parser.parse_args()


def _part(name: str) -> list[Figure]:
    with Server(BENCH_URL) as server:
        desk = sit_down(server)
        if name == "lite":
            return lite(desk)
        found = pages(desk)
        if name == "everything":
            found = [*floors(desk), *found, *writes(desk), *batches(desk), *money()]
            found.append(Figure("worker memory at the end", server.memory_mb(), unit="MB"))
        return found


def _all(orders: int) -> list[Figure]:
    big, small = BENCH_URL, sized(f"{BENCH_DATABASE}_small")
    sqlite = f"sqlite:///{BENCH_DIR}/lite.sqlite3"
    for url, count in ((big, orders), (small, min(SMALL, orders)), (sqlite, min(SMALL, orders))):
        prepare(url, count)
    figures = _child("everything", big)
    return [*figures, _growth(figures, _child("pages", small)), *_child("lite", sqlite)]


def _child(part: str, url: str) -> list[Figure]:
    argv = [sys.executable, "-m", "tests.bench", "--part", part]
    done = subprocess.run(
        argv,
        cwd=ROOT,
        env={**os.environ, "BENCH_DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Figure(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def _growth(big: Sequence[Figure], small: Sequence[Figure]) -> Figure:
    """The screen that suffers most from ten times the orders.

    A search that fills its page in the big database and a third of it in the small one draws three times the rows: such
    a pair says nothing of the table's size. It is told beside its rows, and its own bar in milliseconds still judges it.
    """
    before = {figure.name: figure for figure in small if figure.unit == "ms" and figure.value}
    pairs = {f.name: (f, before[f.name]) for f in big if f.value and f.name in before}
    ratios = {name: (a.value or 0) / (b.value or 1) for name, (a, b) in pairs.items()}
    fair = [ratio for name, ratio in ratios.items() if _rows(pairs[name][0]) == _rows(pairs[name][1])]
    figure = Figure("1 M against 100 k orders, slowest ratio", max(fair, default=None), unit="×")
    figure.extra = {name: _told(ratio, *pairs[name]) for name, ratio in ratios.items()}
    return figure


def _rows(figure: Figure) -> int:
    return int(figure.extra.get("rows", figure.extra.get("hits", 0)))


def _told(ratio: float, big: Figure, small: Figure) -> float | str:
    fair = _rows(big) == _rows(small)
    return round(ratio, 2) if fair else f"{ratio:.2f} with {_rows(big)} against {_rows(small)} rows"
