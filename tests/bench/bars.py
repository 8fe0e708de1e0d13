"""What each figure must reach, and aims at (fixed before the code was written; docs/operations.md)."""

from __future__ import annotations

from dataclasses import dataclass

from tests.bench.measuring import Figure


@dataclass(frozen=True, slots=True)
class Bar:
    """`must` and `aim` in the figure's own unit; queries beyond `queries` fail too."""

    must: float
    aim: float
    queries: int | None = None
    more_is_better: bool = False


BARS: dict[str, Bar] = {
    "order list, first page": Bar(30, 15, 10),
    "order list, rare status": Bar(30, 15, 10),
    "order list, common status": Bar(30, 15, 10),
    "exact order number": Bar(12, 8),
    "search: two syllables": Bar(40, 25),
    "search: full name": Bar(40, 25),
    "search: part of mail": Bar(40, 25),
    "search: phone's last 4": Bar(40, 25),
    "deep page": Bar(33, 16.5, 10),
    "order page": Bar(35, 20, 20),
    "one transition": Bar(18, 10, 16),
    "bulk of 100": Bar(120, 50),
    "GET + POST + next page": Bar(80, 45),
    "work queues of the home page": Bar(25, 12),
    "tracking page": Bar(4, 3, 4),
    "tracking page, one worker": Bar(350, 500, more_is_better=True),
    "tracking poll answered 304": Bar(1_000, 1_600, more_is_better=True),
    "1 M against 100 k orders, slowest ratio": Bar(1.15, 1.05),
    "import": Bar(2_000, 4_000, more_is_better=True),
    "import, unchanged again": Bar(20_000, 50_000, more_is_better=True),
    "import, dry run": Bar(2_000, 4_000, more_is_better=True),
    "export": Bar(50_000, 150_000, more_is_better=True),
    "messages to a local SMTP server": Bar(200, 350, more_is_better=True),
    "quote": Bar(15, 8, 12),
    "cancel": Bar(40, 20, 15),
    "200 cancels at once": Bar(8, 4),
    "refund submissions": Bar(30, 60, more_is_better=True),
    "audit_ledger": Bar(60, 30),
    "worker memory at the end": Bar(120, 90),
    "SQLite: order list": Bar(30, 15, 10),
    "SQLite: lock errors of 4 writers": Bar(0, 0),
}


def verdict(figure: Figure) -> str:
    """`aim`, `yes` (what it must reach), `NO`, or nothing where no bar is."""
    bar = BARS.get(figure.name)
    if bar is None:
        return ""
    if figure.value is None or figure.note or _too_many_queries(figure, bar):
        return "NO"
    return (
        "aim"
        if _reaches(figure.value, bar.aim, bar)
        else "yes"
        if _reaches(figure.value, bar.must, bar)
        else "NO"
    )


def _too_many_queries(figure: Figure, bar: Bar) -> bool:
    return bar.queries is not None and (figure.queries or 0) > bar.queries


def _reaches(value: float, wanted: float, bar: Bar) -> bool:
    return value >= wanted if bar.more_is_better else value <= wanted
