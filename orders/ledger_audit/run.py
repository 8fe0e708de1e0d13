"""Runs the audit: streams what each query finds, in constant memory, and sums up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection

from orderdesk import clock
from orders.ledger_audit.queries import (
    QUERIES,
    STALE,
    STALE_DAYS,
    TRIAL_BALANCE,
)

SHOWN = 20  # findings of one query that are listed; all are counted
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One row that contradicts another: which invariant, where, what it should be and what it is."""

    check: str
    table: str
    id: int | str
    expected: int
    found: int


@dataclass(slots=True)
class Report:
    """What an audit found; `counts` by check, `findings` the first of each."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not any(self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """Plain values: {"ok", "counts", "findings", "seconds"}."""
        return {
            "ok": self.ok,
            "counts": self.counts,
            "findings": [asdict(finding) for finding in self.findings],
            "seconds": round(self.seconds, 2),
        }


def audit() -> Report:
    """Run every check; safe while others write: each check is one statement and sees one moment."""
    started, report = time.monotonic(), Report()
    before = clock.now() - timedelta(days=STALE_DAYS)
    for query in QUERIES:
        _count(report, query.name, query.table, _rows(query.sql))
    _count(report, STALE.name, STALE.table, _rows(STALE.sql, before))
    _count(report, "trial_balance", "currency", iter(_unbalanced()))
    report.seconds = time.monotonic() - started
    return report


def _count(report: Report, name: str, table: str, rows: Iterator[tuple[Any, ...]]) -> None:
    report.counts[name] = 0
    for key, expected, found in rows:
        report.counts[name] += 1
        if report.counts[name] <= SHOWN:
            report.findings.append(Finding(name, table, key, int(expected), int(found)))


def _rows(sql: str, *params: Any) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


def _unbalanced() -> list[tuple[str, int, int]]:
    """Currencies whose book says another sum than their payments."""
    sums: dict[str, dict[str, tuple[int, int]]] = {}
    for currency, held, promised, side in _rows(TRIAL_BALANCE):
        sums.setdefault(currency, {})[side] = (int(held), int(promised))
    none = (0, 0)
    return [
        (currency, sum(sides.get("payments", none)), sum(sides.get("book", none)))
        for currency, sides in sorted(sums.items())
        if sides.get("book", none) != sides.get("payments", none)
    ]
