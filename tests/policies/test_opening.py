"""A shop's hours: when it is open, when it opens next, and how its open minutes are counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderdesk.accounts.models import OpeningHours
from orderdesk.policies.models import ClosingDay
from orderdesk.policies.opening import OpeningTimes, opening_times_of
from tests.builders import make_shop

SEOUL = ZoneInfo("Asia/Seoul")
# Tuesday 2026-11-24; open every day with a break, shut on Thursday the 26th.
KITCHEN = OpeningTimes(
    SEOUL,
    {day: [(time(16, 30), time(22)), (time(11), time(15))] for day in range(7)},
    {date(2026, 11, 26)},
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(24, 12), at(24, 12)),
        (at(24, 2), at(24, 11)),
        (at(24, 15), at(24, 16, 30)),
        (at(24, 23), at(25, 11)),
        (at(25, 22), at(27, 11)),
        (at(26, 12), at(27, 11)),
    ],
)
def test_it_is_open_now_or_says_when_it_opens(moment: datetime, opens: datetime) -> None:
    assert KITCHEN.opening(moment) == opens
    assert KITCHEN.is_open(moment) is (opens == moment)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        (at(24, 12), 10, at(24, 12, 10)),
        (at(24, 14, 55), 10, at(24, 16, 35)),
        (at(24, 23), 10, at(25, 11, 10)),
        (at(25, 21, 55), 10, at(27, 11, 5)),
        (at(24, 14, 50), 10, at(24, 15)),
    ],
)
def test_only_open_minutes_count(start: datetime, minutes: int, end: datetime) -> None:
    assert KITCHEN.after(start, timedelta(minutes=minutes)) == end


def test_a_shop_without_hours_is_always_open() -> None:
    always = OpeningTimes(SEOUL, {})
    assert always.is_open(at(24, 3))
    assert always.after(at(24, 3), timedelta(hours=1)) == at(24, 4)


def test_a_shop_that_never_opens_does_not_hang_and_counts_by_the_clock() -> None:
    never = OpeningTimes(SEOUL, {0: []})
    assert never.opening(at(24, 3)) == at(24, 3)
    assert never.after(at(24, 3), timedelta(hours=1)) == at(24, 4)


def test_the_night_when_the_clocks_change_has_its_real_minutes() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    all_day = OpeningTimes(berlin, {day: [(time(0), time(23))] for day in range(7)})
    start = datetime(2026, 10, 25, 0, 30, tzinfo=berlin)  # 03:00 becomes 02:00 in this night
    assert all_day.after(start, timedelta(hours=4)).astimezone(UTC) == start.astimezone(UTC) + timedelta(
        hours=4
    )


@pytest.mark.django_db
def test_hours_and_closing_days_are_read_with_two_queries(django_assert_num_queries: object) -> None:
    shop = make_shop()
    OpeningHours.objects.create(shop=shop, weekday=1, opens=time(11), closes=time(15))
    ClosingDay.objects.create(shop=shop, day=date(2026, 11, 24))
    with django_assert_num_queries(2):  # type: ignore[operator]
        times = opening_times_of(shop)
    assert times.opening(at(24, 12)) == datetime(2026, 12, 1, 11, tzinfo=SEOUL)
