"""Local rules in twenty zones on every day of 2026 to 2028 on which the clocks change, and days at the edge of a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from orderdesk.policies.calendar import BusinessCalendar
from orderdesk.policies.opening import OpeningTimes
from orders.promise import parcel_promise, parcel_ship_by

# Changes at midnight, of half an hour, in the other half of the year, in the month of fasting, and none at all.
ZONES = [
    "Asia/Seoul",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Chisinau",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Asuncion",
    "America/Nuuk",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Auckland",
    "Pacific/Chatham",
]
DAY = timedelta(days=1)
# Any day of the week; 02:00 to 03:00 is skipped or repeated in most zones, midnight in some.
NIGHT_SHOP = {weekday: [(time(0, 0), time(1, 30)), (time(2, 15), time(2, 45))] for weekday in range(7)}


def offset(zone: ZoneInfo, day: date) -> timedelta | None:
    return datetime.combine(day, time(12), zone).utcoffset()


def changes(zone: ZoneInfo) -> list[date]:
    """Days of 2026 to 2028 whose noon stands at another offset than the day before."""
    days = [date(2026, 1, 1) + DAY * n for n in range(3 * 365 + 1)]
    return [day for day in days if offset(zone, day) != offset(zone, day - DAY)]


def around(zone: ZoneInfo) -> list[date]:
    return sorted({day + DAY * n for day in changes(zone) for n in range(-3, 4)} | {date(2026, 12, 31)})


def test_the_zones_change_their_clocks_often_enough_to_tell() -> None:
    assert len(ZONES) == 20
    assert sum(len(changes(ZoneInfo(name))) for name in ZONES) > 90


@pytest.mark.parametrize("name", ZONES)
def test_every_day_ends_once_where_the_next_one_begins(name: str) -> None:
    zone = ZoneInfo(name)
    calendar = BusinessCalendar("", zone)
    for day in around(zone):
        end = calendar.end_of(day).astimezone(UTC)
        assert (end - timedelta(seconds=1)).astimezone(zone).date() == day
        assert end.astimezone(zone).date() == day + DAY
        assert timedelta(hours=22) < end - calendar.end_of(day - DAY).astimezone(UTC) < timedelta(hours=26)


@pytest.mark.parametrize("name", ZONES)
def test_a_shop_opens_once_for_each_of_its_spans(name: str) -> None:
    zone = ZoneInfo(name)
    times = OpeningTimes(zone, NIGHT_SHOP)
    spans = [span for day in around(zone) for span in times.spans(day)]
    assert spans == sorted(spans)
    assert len(spans) == len(set(spans)) == 2 * len(around(zone))
    # No two of them at once, and whoever asks in one of them is told that it is open.
    assert [one for one, following in pairwise(spans) if one[1] > following[0]] == []
    assert [opens for opens, closes in spans if closes > opens and not times.is_open(opens)] == []


@pytest.mark.parametrize("name", ZONES)
def test_open_time_that_is_counted_has_passed_on_every_clock(name: str) -> None:
    zone = ZoneInfo(name)
    times = OpeningTimes(zone, NIGHT_SHOP)
    for day in around(zone):
        start = datetime.combine(day, time(0), zone).astimezone(UTC)
        end = times.after(start, timedelta(hours=5))
        spans = [span for n in range(-1, 9) for span in times.spans(day + DAY * n)]
        passed = sum(
            (max(min(closes, end) - max(opens, start), timedelta(0)) for opens, closes in spans), timedelta(0)
        )
        assert passed == timedelta(hours=5)


@pytest.mark.parametrize("name", ZONES)
def test_a_parcel_leaves_before_it_is_promised_whatever_the_clocks_do(name: str) -> None:
    zone = ZoneInfo(name)
    calendar = BusinessCalendar("", zone)
    for day in around(zone):
        placed = datetime.combine(day, time(23, 59, 59), zone)
        first, last = parcel_promise(placed, calendar)
        leaves = parcel_ship_by(placed, last, calendar.deadline(placed, 3), calendar)
        assert placed.astimezone(UTC) < leaves.astimezone(UTC) < first.astimezone(UTC)
        assert (first.hour, last.hour, first.date()) == (9, 21, last.date())
