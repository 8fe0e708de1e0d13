"""Moments in words, as a reader in the shop's time zone says them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

# A promise as wide as this means "some time that day".
_WHOLE_DAY = timedelta(hours=8)


class Moment(NamedTuple):
    """A moment in words, exact in words, and for machines."""

    words: str
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
        exact = f"{here:%Y-%m-%d %H:%M}"
        words = _("%(day)s %(time)s") % {"day": self.day(here), "time": f"{here:%H:%M}"}
        return Moment(words, exact, here.isoformat(timespec="minutes"))

    def day(self, here: datetime) -> str:
        """today, tomorrow, yesterday, or the date with its weekday."""
        days = (here.date() - self.now.astimezone(self.zone).date()).days
        near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get(days)
        return near or _("%(weekday)s, %(month)s %(day)d") % {
            "weekday": WEEKDAYS_ABBR[here.weekday()],
            "month": MONTHS_3[here.month],
            "day": here.day,
        }

    def window(self, start: datetime, end: datetime) -> str:
        """“tomorrow 14:00–16:00”; a wide window is its day, a longer one two days."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if first.date() != last.date():
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
