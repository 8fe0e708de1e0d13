"""Dates in Korean: as everywhere else here, never with a half day before the hour."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format, time_format


def test_the_formats_are_ours() -> None:
    assert settings.FORMAT_MODULE_PATH == ["orderdesk.formats"]


@pytest.mark.parametrize(("hour", "said"), [(0, "00:00"), (12, "12:00"), (23, "23:00")])
def test_hours_are_counted_to_24(hour: int, said: str) -> None:
    with translation.override("ko"):
        assert time_format(time(hour), "TIME_FORMAT") == said
        moment = datetime(2026, 11, 24, hour, tzinfo=UTC)
        assert date_format(moment, "DATETIME_FORMAT", use_l10n=True) == f"2026-11-24 {said}"


def test_a_day_is_written_with_dashes() -> None:
    with translation.override("ko"):
        assert date_format(date(2026, 1, 5)) == "2026-01-05"


def test_what_is_not_ours_stays_djangos() -> None:
    with translation.override("ko"):
        assert get_format("MONTH_DAY_FORMAT") == "n월 j일"
    with translation.override("en"):
        assert get_format("DATE_FORMAT") == "N j, Y"
