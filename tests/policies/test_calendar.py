"""Business days as Korean shops count them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderdesk.policies.calendar import BusinessCalendar, calendar_of, public_holidays
from orderdesk.policies.models import ClosingDay
from tests.builders import make_shop

SEOUL = ZoneInfo("Asia/Seoul")
KOREA = BusinessCalendar("KR", SEOUL)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2026, 2, 17), False),
        (date(2026, 3, 2), False),
        (date(2026, 12, 25), False),
    ],
    ids=["a Tuesday", "a Saturday", "Seollal", "substitute for 1 March", "Christmas"],
)
def test_weekends_holidays_and_substitutes_are_closed(day: date, is_open: bool) -> None:
    assert KOREA.is_open(day) is is_open


# By the list of the Ministry of the Interior, and the weekday each falls on: Labour Day and Constitution Day included.
CLOSED_WEEKDAYS_OF_2026 = [
    "01-01",
    "02-16",
    "02-17",
    "02-18",
    "03-02",
    "05-01",
    "05-05",
    "05-25",
    "06-03",
    "07-17",
    "08-17",
    "09-24",
    "09-25",
    "10-05",
    "10-09",
    "12-25",
]


def test_every_day_of_a_year_is_what_the_almanac_says() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not KOREA.is_open(day)]
    assert closed == CLOSED_WEEKDAYS_OF_2026
    assert [day for day in days if day.weekday() >= 5 and KOREA.is_open(day)] == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-01-30", "2026-02-04"),
        ("2026-02-13", "2026-02-23"),
        ("2026-02-27", "2026-03-05"),
        ("2026-04-30", "2026-05-07"),
        ("2026-05-22", "2026-05-28"),
        ("2026-06-02", "2026-06-08"),
        ("2026-07-16", "2026-07-22"),
        ("2026-08-14", "2026-08-20"),
        ("2026-09-22", "2026-09-29"),
        ("2026-09-25", "2026-09-30"),
        ("2026-10-02", "2026-10-08"),
        ("2026-10-07", "2026-10-13"),
        ("2026-12-23", "2026-12-29"),
        ("2026-12-31", "2027-01-06"),
        ("2027-02-05", "2027-02-12"),
        ("2028-02-28", "2028-03-03"),
    ],
)
def test_three_business_days_counted_by_hand(start: str, end: str) -> None:
    assert KOREA.add_business_days(date.fromisoformat(start), 3) == date.fromisoformat(end)


def test_a_second_before_midnight_is_still_that_day() -> None:
    last = datetime(2026, 12, 30, 23, 59, 59, 999999, SEOUL)
    assert KOREA.deadline(last, 1) == datetime(2027, 1, 1, tzinfo=SEOUL)
    assert KOREA.deadline(last + timedelta(microseconds=1), 1) == datetime(2027, 1, 5, tzinfo=SEOUL)


def test_the_first_day_does_not_count() -> None:
    assert KOREA.add_business_days(date(2026, 11, 24), 3) == date(2026, 11, 27)


def test_a_long_holiday_is_stepped_over() -> None:
    assert KOREA.add_business_days(date(2026, 2, 13), 1) == date(2026, 2, 19)


def test_a_last_day_on_a_holiday_moves_to_the_next_business_day() -> None:
    assert KOREA.roll(date(2026, 12, 25)) == date(2026, 12, 28)


def test_a_deadline_is_the_end_of_the_day_on_the_shops_clock() -> None:
    late_evening_utc = datetime(2026, 11, 23, 16, tzinfo=ZoneInfo("UTC"))
    assert KOREA.deadline(late_evening_utc, 1) == datetime(2026, 11, 26, tzinfo=SEOUL)


def test_holidays_speak_korean() -> None:
    assert public_holidays("KR", 2026, "ko")[date(2026, 12, 25)] == "기독탄신일"


@pytest.mark.django_db
def test_a_shops_own_closing_day_is_closed() -> None:
    shop = make_shop()
    ClosingDay.objects.create(shop=shop, day=date(2026, 11, 24), reason="재고 조사")
    assert not calendar_of(shop).is_open(date(2026, 11, 24))
