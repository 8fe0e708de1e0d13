"""Small marks shown everywhere: status pills, amounts, times in words, shop colours."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from orderdesk.money import Money, exponent

# What a colour means; the word beside it always says the same.
TONES = ("done", "moving", "waits", "bad", "money", "idle")
MINUTE, HOUR, DAY = 60, 3600, 86400
WHITE, INK = (255, 255, 255), (22, 24, 29)
DARK_GROUND = (24, 27, 31)  # --surface of the dark tokens, on which customer pages stand


def pill(label: str | Promise, tone: str = "idle") -> SafeString:
    """A state as a word in its colour; `tone` is one of TONES."""
    shown = tone if tone in TONES else "idle"
    return SafeString(f'<span class="pill pill-{shown}">{conditional_escape(str(label))}</span>')


def choice_label(row: Model, field: str) -> str:
    """What `row.get_<field>_display()` says, without translating every choice each time (0.15 ms a row in lists)."""
    value = getattr(row, field)
    return str(_labels(type(row), field).get(value, value))


@lru_cache(maxsize=256)
def _labels(model: type[Model], field: str) -> dict[Any, str | Promise]:
    column: Any = model._meta.get_field(field)
    return dict(column.flatchoices)


def amount(minor: int | None, currency: str) -> SafeString:
    """Minor units as the reader writes money; a dash for nothing."""
    if minor is None:
        return SafeString("—")
    return SafeString(f'<span class="num">{conditional_escape(money_words(minor, currency))}</span>')


def money_words(minor: int, currency: str) -> str:
    """The amount as text in the active language."""
    language = get_language() or "ko"
    pattern = _pattern(currency, language)
    if pattern is None or minor < 0:
        return Money(minor, currency).format(language)
    before, decimals, after = pattern
    whole, part = divmod(minor, 10**decimals)
    return f"{before}{whole:,}.{part:0{decimals}}{after}" if decimals else f"{before}{whole:,}{after}"


@lru_cache(maxsize=256)
def _pattern(currency: str, language: str) -> tuple[str, int, str] | None:
    # Babel parses its pattern anew for each amount (0.1 ms); most currencies are a sign around plain digits.
    decimals = exponent(currency)
    sample = Money(1_234_567 * 10**decimals, currency).format(language)
    digits = "1,234,567" + (f".{0:0{decimals}}" if decimals else "")
    before, found, after = sample.partition(digits)
    return (before, decimals, after) if found else None


def ago(when: datetime | None) -> SafeString:
    """A time in words ("12분 전"), exact in the title and in print."""
    if when is None:
        return SafeString("—")
    local = timezone.localtime(when)
    machine, title = local.isoformat(timespec="minutes"), local.strftime("%Y-%m-%d %H:%M")
    return SafeString(
        f'<time datetime="{machine}" title="{title}">{conditional_escape(in_words(local))}</time>'
    )


def last_minute(deadline: datetime) -> datetime:
    """Where a deadline is the end of a day: the last minute of that day."""
    local = timezone.localtime(deadline)
    return deadline - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else deadline


def exact(when: datetime) -> str:
    """2026-11-24 13:05 in the zone that is active."""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")


def in_words(when: datetime, now: datetime | None = None) -> str:
    """Distance in words within half a day, then "yesterday 14:00", then a date."""
    now = now or timezone.now()
    seconds = (now - when).total_seconds()
    if abs(seconds) < MINUTE:
        return gettext("just now")
    if abs(seconds) < DAY // 2:
        return _distance(abs(seconds), future=seconds < 0)
    return _day_and_time(timezone.localtime(when), timezone.localtime(now))


def _distance(seconds: float, *, future: bool) -> str:
    return (gettext("in %(time)s") if future else gettext("%(time)s ago")) % {"time": span(seconds)}


def span(seconds: float) -> str:
    """A length of time in words: 40분, 2시간, 3일."""
    minutes, hours, days = (int(seconds // unit) for unit in (MINUTE, HOUR, DAY))
    if days:
        return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
    if hours:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}


def _day_and_time(local: datetime, here: datetime) -> str:
    clock = f"{local:%H:%M}"
    names = {0: gettext("today"), -1: gettext("yesterday"), 1: gettext("tomorrow")}
    days = (local.date() - here.date()).days
    if days in names:
        return f"{names[days]} {clock}"
    if local.year == here.year:
        return f"{_date_words(local.date(), 'MONTH_DAY_FORMAT', get_language())} {clock}"
    return _date_words(local.date(), "SHORT_DATE_FORMAT", get_language())


@lru_cache(maxsize=2048)
def _date_words(day: date, style: str, _language: str | None) -> str:
    return date_format(day, style)


# ── a shop's colour: any hex may be chosen, text on it and in it must stay readable ──
def accent_style(colour: str, nonce: str) -> SafeString:
    """A nonce'd style element that sets a shop's accent; nothing if the colour is not a plain hex."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour or ""):
        return SafeString("")
    rgb = _rgb(colour)
    on_light, on_dark = _readable(rgb, WHITE, INK), _readable(rgb, DARK_GROUND, WHITE)
    ink = "#ffffff" if _contrast(_rgb(on_light), WHITE) >= 4.5 else "#16181d"
    return format_html(
        '<style nonce="{}">:root{{--shop-accent:{};--shop-accent-ink:{};--shop-accent-dark:{}}}</style>',
        nonce,
        on_light,
        ink,
        on_dark,
    )


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _readable(rgb: tuple[int, int, int], ground: tuple[int, int, int], towards: tuple[int, int, int]) -> str:
    """The colour, mixed towards `towards` until it reads at 4.5:1 on the ground (WCAG AA)."""
    mixtures = (_mixed(rgb, towards, step / 20) for step in range(21))
    red, green, blue = next((colour for colour in mixtures if _contrast(colour, ground) >= 4.6), towards)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _mixed(one: tuple[int, int, int], two: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return red, green, blue


def _contrast(one: tuple[int, int, int], two: tuple[int, int, int]) -> float:
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
