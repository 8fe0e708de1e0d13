"""When a shop is open: its weekly hours and its closing days, as arithmetic in its own zone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orderdesk.accounts.models import OpeningHours, Shop
from orderdesk.policies.models import ClosingDay

# No shop rests longer; a calendar without a single open day must not be searched for ever.
_LONGEST_REST = 60
Span = tuple[time, time]


@dataclass(frozen=True)
class OpeningTimes:
    """Pure arithmetic. Without weekly hours a shop counts as always open; public holidays are no closing days here."""

    zone: ZoneInfo
    weekly: Mapping[int, Collection[Span]]
    closed: Collection[date] = field(default_factory=frozenset)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """The open spans of one day, in UTC."""
        if day in self.closed:
            return []
        spans = sorted(self.weekly.get(day.weekday(), ()))
        return [(self._at(day, opens), self._at(day, closes)) for opens, closes in spans]

    def _at(self, day: date, clock: time) -> datetime:
        # UTC, because subtracting two moments of one zone would ignore a change of the clocks between them.
        return _moment(datetime.combine(day, clock, self.zone))

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at `at`."""
        return self.opening(at) == at

    def opening(self, at: datetime) -> datetime:
        """`at` while open, else when it opens next; `at` when it never does within two months."""
        if not self.weekly:
            return at
        return next((max(opens, at) for opens, closes in self._from(at) if closes > at), at)

    def after(self, start: datetime, length: timedelta) -> datetime:
        """When `length` of open time has passed since `start`; as by the clock when it never opens."""
        if not self.weekly:
            return start + length
        left = length
        for opens, closes in self._from(start):
            begins = max(opens, start.astimezone(UTC))
            if closes - begins >= left > timedelta(0):
                return begins + left
            left -= max(closes - begins, timedelta(0))
        return start + length

    def _from(self, at: datetime) -> Iterable[tuple[datetime, datetime]]:
        first = at.astimezone(self.zone).date()
        for day in range(_LONGEST_REST):
            yield from self.spans(first + timedelta(days=day))


def _moment(local: datetime) -> datetime:
    """A shop's local time in UTC: the first of two that read alike; for one that the clocks skip, when they skip it."""
    before, after = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    if before >= after:
        return after
    zone, old = local.tzinfo, before.astimezone(local.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == old else (before, middle)
    return after.replace(microsecond=0)


def weekly_hours(rows: Iterable[tuple[int, time, time]]) -> dict[int, list[Span]]:
    """Rows of weekday, opens, closes by weekday."""
    weekly: dict[int, list[Span]] = {}
    for weekday, opens, closes in rows:
        weekly.setdefault(weekday, []).append((opens, closes))
    return weekly


def opening_times_of(shop: Shop) -> OpeningTimes:
    """The shop's hours and closing days; two queries."""
    rows = OpeningHours.objects.filter(shop=shop).values_list("weekday", "opens", "closes")
    closed = frozenset(ClosingDay.objects.filter(shop=shop).values_list("day", flat=True))
    return OpeningTimes(shop.zone, weekly_hours(rows), closed)
