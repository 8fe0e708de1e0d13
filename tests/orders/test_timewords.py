"""Times as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from orders.timewords import Speaker

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 24, 23, 30, tzinfo=SEOUL)
SPEAK = Speaker(NOW, SEOUL)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (timedelta(minutes=10), timedelta(minutes=20), "today 23:40–23:50"),
        (timedelta(minutes=20), timedelta(minutes=45), "today 23:50–00:15"),
        (timedelta(hours=9.5), timedelta(hours=21.5), "tomorrow"),
        (timedelta(hours=14.5), timedelta(hours=16.5), "tomorrow 14:00–16:00"),
        (timedelta(days=2), timedelta(days=4), "Thu, Nov 26 – Sat, Nov 28"),
    ],
)
def test_a_window_is_said_as_narrow_as_it_is(start: timedelta, end: timedelta, said: str) -> None:
    assert SPEAK.window(NOW + start, NOW + end) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "just now"), (1, "1 minute ago"), (59, "59 minutes ago"), (61, "1 hour ago"), (-3, "just now")],
)
def test_a_position_tells_its_age(minutes: int, said: str) -> None:
    assert SPEAK.ago(NOW - timedelta(minutes=minutes)) == said


def test_a_moment_is_told_in_the_shops_zone() -> None:
    said = Speaker(NOW, ZoneInfo("America/Sao_Paulo")).moment(NOW)
    assert said is not None
    assert (said.words, said.exact) == ("today 11:30", "2026-11-24 11:30")


def test_what_never_happened_has_no_words() -> None:
    assert SPEAK.moment(None) is None
