"""Filter chips above a list: declared with their choices, so that no list ever runs SELECT DISTINCT.

chips = (
    ChoiceChip("status", _("Status"), Order.Status.choices),
    FlagChip("late", _("Late"), lambda queryset, request: queryset.late()),
    ChoiceChip("shop", _("Shop"), shops_of_user, field="shop_id"),
    PeriodChip("placed", _("Placed"), "placed_at"),
)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
Choices = Iterable[tuple[Any, Text]]
Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter with a query parameter; subclasses say what may be chosen and what it does."""

    name: str
    label: Text

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Values and labels that can be chosen now."""
        raise NotImplementedError

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        """The rows that match; an unknown value changes nothing."""
        raise NotImplementedError

    def chosen(self, value: str) -> list[str]:
        """The single values inside a parameter."""
        return [part for part in value.split(",") if part]

    def toggled(self, value: str, option: str) -> str:
        """The parameter after a click on `option`."""
        return "" if value == option else option


@dataclass(frozen=True, slots=True)
class ChoiceChip(Chip):
    """Any of a few declared values; more than one may be on. `choices` may be a function of the request."""

    choices: Choices | Callable[[HttpRequest], Choices]
    field: str = ""

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        choices = self.choices(request) if callable(self.choices) else self.choices
        return [(str(value), str(label)) for value, label in choices]

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        known = {option for option, _label in self.options(request)}
        values = [part for part in self.chosen(value) if part in known]
        return queryset.filter(**{f"{self.field or self.name}__in": values}) if values else queryset

    def toggled(self, value: str, option: str) -> str:
        values = self.chosen(value)
        left = [part for part in values if part != option] if option in values else [*values, option]
        return ",".join(left)


@dataclass(frozen=True, slots=True)
class FlagChip(Chip):
    """On or off; `condition(queryset, request)` narrows the rows."""

    condition: Callable[[Rows, HttpRequest], Rows]

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("1", str(self.label))]

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        return self.condition(queryset, request) if value == "1" else queryset


@dataclass(frozen=True, slots=True)
class PeriodChip(Chip):
    """A span of days of a datetime column: today, last 7 or 30 days, or `2026-11-01~2026-11-24`."""

    field: str

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("today", str(_("Today"))), ("7d", str(_("Last 7 days"))), ("30d", str(_("Last 30 days")))]

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        start, end = self._span(value)
        if start is not None:
            queryset = queryset.filter(**{f"{self.field}__gte": start})
        if end is not None:
            queryset = queryset.filter(**{f"{self.field}__lt": end})
        return queryset

    def _span(self, value: str) -> tuple[datetime | None, datetime | None]:
        days = {"today": 0, "7d": 6, "30d": 29}
        if value in days:
            return _midnight(timezone.localdate().isoformat(), -days[value]), None
        first, _separator, last = value.partition("~")
        return _midnight(first, 0), _midnight(last, 1)


def _midnight(day: str, shift: int) -> datetime | None:
    try:
        parsed = parse_date(day)
    except ValueError:
        return None
    if parsed is None:
        return None
    return timezone.make_aware(datetime.combine(parsed + timedelta(days=shift), time.min))
