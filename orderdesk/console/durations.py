"""Lengths of time as people set them: a number and a unit. Stored as minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

HOUR, DAY = 60, 1440
UNITS = ((1, gettext_lazy("minutes")), (HOUR, gettext_lazy("hours")), (DAY, gettext_lazy("days")))
# No unit is worth more digits; what is too long is said by the field's own limit.
_MOST_DIGITS = 100_000


def split(minutes: int) -> tuple[int, int]:
    """Number and unit (in minutes) as people would say it: 15 minutes, 24 hours, 3 days."""
    unit = next((unit for unit in (DAY, HOUR) if minutes and minutes % unit == 0), 1)
    if minutes == DAY:
        unit = HOUR
    return minutes // unit, unit


def minutes_in_words(minutes: int) -> str:
    """15 minutes, 24 hours, 3 days; what fits no unit in two: 1 hour 30 minutes."""
    number, unit = split(minutes)
    if unit == 1 and number > HOUR:
        return f"{_words(number // HOUR, HOUR)} {_words(number % HOUR, 1)}"
    return _words(number, unit)


def days_in_words(days: int) -> str:
    """1 day, 3 days."""
    return _words(days, DAY)


def _words(number: int, unit: int) -> str:
    if unit == DAY:
        text = ngettext("%(number)d day", "%(number)d days", number)
    elif unit == HOUR:
        text = ngettext("%(number)d hour", "%(number)d hours", number)
    else:
        text = ngettext("%(number)d minute", "%(number)d minutes", number)
    return text % {"number": number}


class DurationWidget(forms.MultiWidget):
    """A number beside its unit."""

    def __init__(self) -> None:
        number = forms.NumberInput(attrs={"min": 1, "step": 1, "aria-label": gettext_lazy("Number")})
        unit = forms.Select(choices=UNITS, attrs={"aria-label": gettext_lazy("Unit")})
        super().__init__([number, unit], attrs={"class": "duration"})

    def decompress(self, value: Any) -> list[Any]:
        """Minutes as number and unit."""
        return list(split(int(value))) if value else [None, HOUR]


class DurationField(forms.MultiValueField):
    """Minutes between `least` and `most`, typed as a number and a unit."""

    widget = DurationWidget

    def __init__(self, *, label: str | Promise, least: int, most: int, **kwargs: Any) -> None:
        fields = (
            forms.IntegerField(min_value=1, max_value=_MOST_DIGITS),
            forms.TypedChoiceField(choices=UNITS, coerce=int),
        )
        # A lazy label is as good as a text; the stubs know only their own kind of promise.
        super().__init__(fields, label=label, **kwargs)  # type: ignore[arg-type]
        self.least, self.most = least, most

    def compress(self, data_list: list[Any]) -> int | None:
        """Minutes; ValidationError in words when it is shorter or longer than allowed."""
        if not data_list:
            return None
        minutes = int(data_list[0]) * int(data_list[1])
        if not self.least <= minutes <= self.most:
            limits = {"least": minutes_in_words(self.least), "most": minutes_in_words(self.most)}
            raise ValidationError(_("Choose between %(least)s and %(most)s.") % limits)
        return minutes
