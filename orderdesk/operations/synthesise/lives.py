"""How an order of the benchmark lives: a status by its age, and the moment of every step until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from orders.terms import OrderStatus as S

SPAN = 730 * 86_400
_HOUR, _DAY = 3_600, 86_400
# Three in a hundred orders are open, two more are delivered and not completed: all among the newest five.
_YOUNG = 0.95
_YOUNG_MIX: tuple[tuple[S, int], ...] = (
    (S.AWAITING_PAYMENT, 4),
    (S.PLACED, 16),
    (S.CONFIRMED, 9),
    (S.PREPARING, 8),
    (S.READY, 8),
    (S.IN_DELIVERY, 13),
    (S.ON_HOLD, 2),
    (S.DELIVERED, 40),
)
_OLD_MIX: tuple[tuple[S, int], ...] = ((S.COMPLETED, 91), (S.CANCELLED, 7), (S.EXPIRED, 2))
PAID = frozenset(
    {
        S.PLACED,
        S.CONFIRMED,
        S.PREPARING,
        S.READY,
        S.IN_DELIVERY,
        S.ON_HOLD,
        S.DELIVERED,
        S.COMPLETED,
        S.CANCELLED,
    }
)
LEFT = frozenset({S.IN_DELIVERY, S.DELIVERED, S.COMPLETED})
ARRIVED = frozenset({S.DELIVERED, S.COMPLETED})
CONFIRMED = frozenset({S.CONFIRMED, S.PREPARING, S.READY, *LEFT})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Life:
    """Seconds since 1970 of each step that was taken; None for the others."""

    status: str
    placed: int
    paid: int | None
    confirmed: int | None = None
    departed: int | None = None
    delivered: int | None = None
    completed: int | None = None
    cancelled: int | None = None
    expired: int | None = None


class Lives:
    """Deals out lives, the oldest first."""

    def __init__(self, rng: Random, now: datetime, count: int) -> None:
        self.rng, self.count = rng, count
        self.end = int((now - _EPOCH).total_seconds()) - _HOUR
        self._young = [status.value for status, _ in _YOUNG_MIX], [weight for _, weight in _YOUNG_MIX]
        self._old = [status.value for status, _ in _OLD_MIX], [weight for _, weight in _OLD_MIX]

    def life(self, i: int) -> Life:
        """The `i`-th of `count`; a shop that grows has its newest orders closest together."""
        part = (i + 0.5) / self.count
        mix = self._young if part > _YOUNG else self._old
        status = self.rng.choices(*mix)[0]
        placed = self.end - int(SPAN * (1 - part**0.55))
        return self._lived(status, placed)

    def _lived(self, status: str, placed: int) -> Life:
        within, end = self.rng.randrange, self.end
        life = Life(status, placed, placed + within(20, 400) if status in PAID else None)
        if status in CONFIRMED:
            life.confirmed = min(placed + within(_HOUR // 2, 20 * _HOUR), end)
        if status in LEFT:
            life.departed = min(placed + within(20 * _HOUR, 44 * _HOUR), end + 600)
        if status in ARRIVED:
            life.delivered = min((life.departed or placed) + within(18 * _HOUR, 50 * _HOUR), end + 1200)
        if status == S.COMPLETED:
            life.completed = min((life.delivered or placed) + within(_DAY, 7 * _DAY), end + 1800)
        if status == S.CANCELLED:
            life.cancelled = min(placed + within(_HOUR, 30 * _HOUR), end)
        if status == S.EXPIRED:
            life.expired = min(placed + 3 * _DAY, end)
        return life


_DAYS: dict[int, str] = {}
_MINUTES = tuple(f"{minute // 60:02d}:{minute % 60:02d}:" for minute in range(24 * 60))
_SECONDS = tuple(f"{second:02d}" for second in range(60))


def written(seconds: int | None) -> str | None:
    """UTC in the form in which both databases read and SQLite stores it."""
    if seconds is None:
        return None
    day, rest = divmod(seconds, _DAY)
    # Called twenty million times: dates come from a table, the time of day from two.
    date = _DAYS.get(day) or _DAYS.setdefault(day, f"{(_EPOCH + timedelta(days=day)):%Y-%m-%d} ")
    return date + _MINUTES[rest // 60] + _SECONDS[rest % 60]
