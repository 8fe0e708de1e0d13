"""Times as people say them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from orderdesk.portal.radar import distance, way
from orderdesk.portal.timewords import Speaker

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


@pytest.mark.parametrize(
    ("latitude", "longitude", "bearing"), [(38, 127, 0), (37, 128, 90), (36, 127, 180), (37, 126, 270)]
)
def test_the_way_knows_its_direction(latitude: float, longitude: float, bearing: float) -> None:
    metres, towards = way(37, 127, latitude, longitude)
    assert 85_000 < metres < 112_000
    assert towards == pytest.approx(bearing, abs=0.5)


@pytest.mark.parametrize(
    ("metres", "said"), [(47, "50 m"), (999, "1000 m"), (1_000, "1 km"), (1_240, "1.2 km"), (14_400, "14 km")]
)
def test_a_distance_is_as_exact_as_it_needs_to_be(metres: float, said: str) -> None:
    assert distance(metres) == said
