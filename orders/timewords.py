"""Moments in words, as a reader in the shop's time zone says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.core import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

# A promise as wide as this means "some time that day".
_WHOLE_DAY = timedelta(hours=8)


class Moment(NamedTuple):
    """A moment in words, in few words, exact, and for machines."""

    words: str
    short: str
    exact: str
    iso: str


class Speaker(NamedTuple):
    """Says times as of one moment and zone."""

    now: datetime
    zone: ZoneInfo

    def moment(self, at: datetime | None) -> Moment | None:
        """“today 14:05”, or None for never."""
        if at is None:
            return None
        here = at.astimezone(self.zone)
        day, short_day = self._said(here)
        time = f"{here:%H:%M}"
        joined = _("%(day)s %(time)s")
        short = joined % {"day": short_day, "time": time} if short_day else time
        return Moment(
            joined % {"day": day, "time": time},
            short,
            f"{here:%Y-%m-%d %H:%M}",
            here.isoformat(timespec="minutes"),
        )

    def day(self, here: datetime) -> str:
        """today, tomorrow, yesterday, or the date with its weekday."""
        return self._said(here)[0]

    def _said(self, here: datetime) -> tuple[str, str]:
        return _day_words(here.date(), self._days_until(here), get_language() or "ko")

    def _days_until(self, here: datetime) -> int:
        return (here.date() - self.now.astimezone(self.zone).date()).days

    def window(self, start: datetime, end: datetime) -> str:
        """“tomorrow 14:00–16:00”, over midnight too; a wide window is its day, a longer one two days."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if first.date() != last.date() and end - start >= _WHOLE_DAY:
            return _("%(first)s – %(last)s") % {"first": self.day(first), "last": self.day(last)}
        if end - start >= _WHOLE_DAY:
            return self.day(first)
        return _("%(day)s %(time)s") % {"day": self.day(first), "time": f"{first:%H:%M}–{last:%H:%M}"}

    def ago(self, at: datetime) -> str:
        """“3 minutes ago”; beyond a day the moment itself."""
        minutes = max(int((self.now - at).total_seconds() // 60), 0)
        if minutes < 1:
            return _("just now")
        if minutes < 60:
            return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
        if minutes < 24 * 60:
            return ngettext("%(n)d hour ago", "%(n)d hours ago", minutes // 60) % {"n": minutes // 60}
        said = self.moment(at)
        return said.words if said else ""


@lru_cache(maxsize=4096)
def _day_words(date: date, days: int, language: str) -> tuple[str, str]:
    """A day in words and in few words; today needs none."""
    weekdays, months = _calendar(language)
    names = {"weekday": weekdays[date.weekday()], "month": months[date.month], "day": date.day}
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(days)
    short = _("yesterday") if days == -1 else _("%(month)s %(day)d") % names
    return near or _("%(weekday)s, %(month)s %(day)d") % names, short if days else ""


@cache
def _calendar(language: str) -> tuple[Mapping[int, str], Mapping[int, str]]:
    """CLDR's short names: 월, 11월; Mon, Nov. (Django's Korean ones are not short.)"""
    locale = Locale(language)
    return locale.days["format"]["abbreviated"], locale.months["format"]["abbreviated"]
