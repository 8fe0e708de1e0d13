"""Business days of one shop: weekends, public holidays of its country and its own closing days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from orderdesk.accounts.models import Shop
from orderdesk.policies.models import ClosingDay

_SATURDAY = 5


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int, language: str | None = None) -> dict[date, str]:
    """Public holidays of a country by date; empty for a country that the library does not know."""
    if country not in holidays.list_supported_countries():
        return {}
    wanted = language if language == "ko" and country == "KR" else None
    return dict(holidays.country_holidays(country, years=year, language=wanted).items())


@dataclass(frozen=True)
class BusinessCalendar:
    """Pure calendar arithmetic in a shop's zone; make it with `calendar_of(shop)`."""

    country: str
    zone: ZoneInfo
    closed: Collection[date] = field(default_factory=frozenset)

    def is_open(self, day: date) -> bool:
        """Whether `day` is a business day."""
        holiday = day in public_holidays(self.country, day.year)
        return day.weekday() < _SATURDAY and not holiday and day not in self.closed

    def roll(self, day: date) -> date:
        """`day`, or the next business day when it is none (Korean Civil Act art. 161)."""
        while not self.is_open(day):
            day += timedelta(days=1)
        return day

    def add_business_days(self, start: date, days: int) -> date:
        """The date `days` business days after `start`; the first day does not count (Civil Act art. 157)."""
        day = start
        for _ in range(days):
            day = self.roll(day + timedelta(days=1))
        return day

    def end_of(self, day: date) -> datetime:
        """The last moment of `day` in the shop's zone: the first one of the next day."""
        return datetime.combine(day + timedelta(days=1), time.min, self.zone)

    def deadline(self, start: datetime, business_days: int) -> datetime:
        """End of the business day `business_days` after `start`, as the shop's clock reads."""
        return self.end_of(self.add_business_days(start.astimezone(self.zone).date(), business_days))


def calendar_of(shop: Shop) -> BusinessCalendar:
    """The shop's calendar; one query for its closing days."""
    closed = frozenset(ClosingDay.objects.filter(shop=shop).values_list("day", flat=True))
    return BusinessCalendar(shop.country, shop.zone, closed)
