"""Business days as Korean shops count them."""

from __future__ import annotations

from datetime import date, datetime
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
