"""The clock of one story: each step after the last one, at hours when people work, and never after now."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from orderdesk.policies.calendar import BusinessCalendar

_OPENS, _CLOSES = time(9, 30), time(18, 0)


class Pace:
    """Moments one after another from `start`; near `until` the steps grow shorter."""

    def __init__(self, rng: Random, calendar: BusinessCalendar, start: datetime, until: datetime) -> None:
        self.rng, self.calendar, self.now, self.until = rng, calendar, start, until

    def after(self, least: float, most: float) -> datetime:
        """A moment `least` to `most` minutes later."""
        self.now = self._squeezed(self.now + timedelta(minutes=self.rng.uniform(least, most)))
        return self.now

    def at_work(self, least: float, most: float) -> datetime:
        """The same, moved to the shop's next working hours while that is still in the past."""
        later = self.now + timedelta(minutes=self.rng.uniform(least, most))
        working = self._working(later)
        self.now = working if working < self.until else self._squeezed(later)
        return self.now

    def next_morning(self, days: int, least: int, most: int) -> datetime:
        """`days` later, `least` to `most` minutes after midnight at the shop."""
        local = self.now.astimezone(self.calendar.zone)
        midnight = datetime.combine(local.date() + timedelta(days=days), time.min, self.calendar.zone)
        wanted = midnight + timedelta(minutes=self.rng.uniform(least, most))
        self.now = wanted if self.now < wanted < self.until else self._squeezed(wanted)
        return self.now

    def _squeezed(self, wanted: datetime) -> datetime:
        if self.now < wanted < self.until:
            return wanted.replace(microsecond=0)
        left = (self.until - self.now) * self.rng.uniform(0.15, 0.45)
        return self.now + left

    def _working(self, moment: datetime) -> datetime:
        local = moment.astimezone(self.calendar.zone)
        day = local.date()
        if self.calendar.is_open(day) and _OPENS <= local.time() <= _CLOSES:
            return moment
        if not self.calendar.is_open(day) or local.time() > _CLOSES:
            day = self.calendar.roll(day + timedelta(days=1))
        morning = datetime.combine(day, _OPENS, self.calendar.zone)
        return morning + timedelta(minutes=self.rng.uniform(2, 150))
