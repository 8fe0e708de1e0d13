"""The figures as a table for people; the last line is JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from tests.bench.bars import BARS, verdict
from tests.bench.measuring import Figure

FLOOR = "floor: bare view, 10 KB template"
_HEAD = ("operation", "median", "p95", "CPU ms", "queries", "KB", "× floor", "must", "aim", "met")
_WIDTHS = (40, 14, 8, 8, 8, 8, 8, 9, 9, 5)


def table(figures: Sequence[Figure]) -> str:
    """One line a figure; the ratio is to the bare view of the same run."""
    floor = next((f.value for f in figures if f.name == FLOOR), None)
    return "\n".join(_line(cells) for cells in (_HEAD, *(_cells(figure, floor) for figure in figures)))


def _line(cells: Sequence[str]) -> str:
    first, *rest = (cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=False))
    return (
        f"{first.strip():<{_WIDTHS[0]}}"
        + "".join(rest)
        + "".join(f"  {more}" for more in cells[len(_WIDTHS) :])
    )


def _cells(figure: Figure, floor: float | None) -> tuple[str, ...]:
    bar = BARS.get(figure.name)
    ratio = figure.value / floor if figure.value and floor and figure.unit == "ms" else None
    return (
        figure.name,
        "–" if figure.value is None else f"{_short(figure.value)} {figure.unit}",
        _short(figure.p95),
        _short(figure.cpu_ms),
        "" if figure.queries is None else str(figure.queries),
        "" if figure.size is None else f"{figure.size / 1024:.0f}",
        _short(ratio),
        _short(bar.must if bar else None),
        _short(bar.aim if bar else None),
        verdict(figure),
        *([figure.note] if figure.note else []),
        *([str(figure.extra)] if figure.extra else []),
    )


def _short(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def as_json(figures: Sequence[Figure]) -> str:
    missed = [figure.name for figure in figures if verdict(figure) == "NO"]
    return json.dumps({"figures": [asdict(f) for f in figures], "missed": missed}, ensure_ascii=False)
