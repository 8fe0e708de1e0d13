"""Timing one operation: warm first, then rounds; the median of the rounds' medians, the 95th percentile of all."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any

from tests.bench.client import Answer
from tests.bench.server import Server

Call = Callable[[int], Answer]
ROUNDS, PER_ROUND, WARM = 5, 10, 3


@dataclass(slots=True)
class Figure:
    """One row of the report; `value` in `unit` is what the bar is about."""

    name: str
    value: float | None = None
    unit: str = "ms"
    p95: float | None = None
    cpu_ms: float | None = None
    queries: int | None = None
    size: int | None = None
    note: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def timed(
    server: Server, name: str, call: Call, *, expect: Collection[int] = (200,), per_round: int = PER_ROUND
) -> Figure:
    """Time `call(i)`; the answer's status must be one of `expect`. `i` never repeats, so that writes find new rows."""
    serial = iter(range(10_000))
    for _ in range(WARM):
        _checked(call(next(serial)), expect)
    medians, every, spent, size = [], [], 0.0, 0
    for _ in range(ROUNDS):
        before = server.cpu_ms()
        answers = [_checked(call(next(serial)), expect) for _ in range(per_round)]
        spent += server.cpu_ms() - before
        medians.append(median(answer.ms for answer in answers))
        every += [answer.ms for answer in answers]
        size = len(answers[-1].body)
    return Figure(
        name,
        median(medians),
        p95=quantiles(every, n=20)[-1],
        cpu_ms=spent / len(every),
        size=size,
    )


def _checked(answer: Answer, expect: Collection[int]) -> Answer:
    if answer.status not in expect:
        raise LookupError(f"answered {answer.status} {answer.location} instead of {expect}")
    return answer


def attempt(name: str, measure: Callable[[], Figure | list[Figure]]) -> list[Figure]:
    """The figures, or one that says why there are none: a missing page must not end the benchmark."""
    try:
        found = measure()
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return [Figure(name, note=f"not there yet: {error} ({last.name})")]
    return found if isinstance(found, list) else [found]
