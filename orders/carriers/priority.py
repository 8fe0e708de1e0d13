"""Which of a parcel's scans says where it is: by what the scan means first, by its time second.

Carriers send scans late and out of order; a parcel that was delivered stays delivered, whatever arrives afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from orders.terms import TrackingCode

C = TrackingCode

# How far on its way a parcel is. Second attempts make the codes of one phase follow each other by time.
PHASES: dict[str, int] = {
    C.INFORMATION_RECEIVED: 1,
    C.COLLECTED: 2,
    C.IN_TRANSIT: 3,
    C.EXCEPTION: 3,
    C.OUT_FOR_DELIVERY: 4,
    C.ATTEMPT_FAILED: 4,
    C.AVAILABLE_FOR_PICKUP: 4,
    C.RETURNING: 5,
    C.DELIVERED: 6,
}
# Of two scans with the same time, the one that ends the other's step.
_TIES = (
    C.INFORMATION_RECEIVED,
    C.COLLECTED,
    C.IN_TRANSIT,
    C.OUT_FOR_DELIVERY,
    C.AVAILABLE_FOR_PICKUP,
    C.ATTEMPT_FAILED,
    C.EXCEPTION,
    C.RETURNING,
    C.DELIVERED,
)


class Scanned(Protocol):
    """Anything with a time and a meaning."""

    @property
    def at(self) -> datetime:
        """When it was scanned."""

    @property
    def code(self) -> str:
        """A TrackingCode."""


T = TypeVar("T", bound=Scanned)


def decisive(scans: Iterable[T]) -> T | None:
    """The scan that says where the parcel is; None without scans."""
    reached, best, best_phase = 0, None, -1
    for scan in sorted(scans, key=lambda scan: (scan.at, _TIES.index(C(scan.code)))):
        phase = PHASES[scan.code]
        if scan.code == C.EXCEPTION:
            # A problem counts wherever it happens, at the customs as at the door.
            phase = max(phase, min(reached, PHASES[C.OUT_FOR_DELIVERY]))
        reached = max(reached, phase)
        if phase >= best_phase:
            best, best_phase = scan, phase
    return best
