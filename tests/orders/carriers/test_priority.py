"""The decisive scan does not depend on the order in which scans arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orders.carriers.priority import PHASES, decisive
from orders.terms import TrackingCode as C

START = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True)
class At:
    code: str
    minute: int

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)


scans = st.lists(st.builds(At, st.sampled_from(C.values), st.integers(0, 50)), min_size=1, max_size=12)


@given(scans, st.randoms())
def test_arrival_order_changes_nothing(found: list[At], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert decisive(found) == decisive(shuffled)


@given(scans)
def test_a_delivered_parcel_stays_delivered(found: list[At]) -> None:
    answer = decisive([*found, At(C.DELIVERED, 25)])
    assert answer is not None
    assert answer.code == C.DELIVERED


@given(scans)
def test_nothing_but_a_problem_falls_behind_what_was_reached(found: list[At]) -> None:
    answer = decisive(found)
    assert answer is not None
    plain = [PHASES[scan.code] for scan in found if scan.code != C.EXCEPTION]
    assert answer.code == C.EXCEPTION or PHASES[answer.code] == max(plain)


def test_without_scans_nothing_is_decided() -> None:
    assert decisive([]) is None
