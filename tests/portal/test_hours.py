"""The shop's hours on its customer's page."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from orderdesk.accounts.models import OpeningHours
from orderdesk.policies.opening import OpeningTimes
from orderdesk.portal.hours import hours_words
from orders.terms import OrderStatus
from orders.timewords import Speaker
from tests.builders import make_order
from tests.portal.visits import order_path, visitor_of

SEOUL = ZoneInfo("Asia/Seoul")
KITCHEN = OpeningTimes(
    SEOUL, {day: [(time(11), time(15)), (time(16, 30), time(22))] for day in range(7)}, {date(2026, 11, 26)}
)


@pytest.mark.parametrize(
    ("day", "hour", "today", "state"),
    [
        (24, 12, "11:00–15:00, 16:30–22:00", "Open now"),
        (24, 2, "11:00–15:00, 16:30–22:00", "Closed now, opens today 11:00"),
        (24, 15, "11:00–15:00, 16:30–22:00", "Closed now, opens today 16:30"),
        (24, 23, "11:00–15:00, 16:30–22:00", "Closed now, opens tomorrow 11:00"),
        (26, 12, "closed today", "Closed now, opens tomorrow 11:00"),
    ],
)
def test_it_says_open_now_or_when_it_opens(day: int, hour: int, today: str, state: str) -> None:
    speak = Speaker(datetime(2026, 11, day, hour, tzinfo=SEOUL), SEOUL)
    with translation.override("en"):
        words = hours_words(KITCHEN, speak, live=True)
    assert words is not None
    assert (words.today, words.state) == (today, state)


def test_a_page_that_is_kept_long_says_nothing_that_changes_meanwhile() -> None:
    speak = Speaker(datetime(2026, 11, 24, 12, tzinfo=SEOUL), SEOUL)
    words = hours_words(KITCHEN, speak, live=False)
    assert words is not None
    assert words.state == ""


@pytest.mark.django_db
def test_the_page_shows_them_only_where_the_shop_named_some() -> None:
    order = make_order(status=OrderStatus.CONFIRMED)
    page = order_path(order) + "?lang=en"
    assert "Today&#x27;s hours" not in visitor_of(order).get(page).content.decode()
    for day in range(7):
        OpeningHours.objects.create(shop=order.shop, weekday=day, opens=time(0), closes=time(23, 59, 59))
    text = visitor_of(order).get(page).content.decode()
    assert "00:00–23:59" in text
    assert "Open now" in text
