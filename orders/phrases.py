"""Facts of an order in the customer's words; the active language decides."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_skeleton
from django.utils.translation import get_language, ngettext

from orderdesk import clock
from orderdesk.money import Money
from orders.models import Order, OrderLine
from orders.timewords import Speaker


def language() -> str:
    """ko or en: the languages in which we have wording."""
    return "ko" if (get_language() or "ko").startswith("ko") else "en"


def money(minor: int, order: Order) -> str:
    """₩48,000, US$10.50: as a reader of the active language writes it."""
    return Money(minor, order.currency).format(language())


def day(when: datetime, order: Order) -> str:
    """Today, tomorrow, or 11월 26일 (목)."""
    speak = _speaker(order)
    return speak.day(when.astimezone(speak.zone))


def _speaker(order: Order) -> Speaker:
    return Speaker(clock.now(), order.shop.zone)


def _date(local: date) -> str:
    return str(format_skeleton("MMMEd", local, locale=language()))


def hour(when: datetime, order: Order) -> str:
    """14:00 at the shop, as on the customer's page."""
    return f"{when.astimezone(order.shop.zone):%H:%M}"


def moment(when: datetime, order: Order) -> str:
    """11월 26일 (목) 14:00."""
    return f"{_date(when.astimezone(order.shop.zone).date())} {hour(when, order)}"


def promise(order: Order) -> str:
    """When it should arrive, in the words of the customer's page; empty when nothing is promised."""
    first, last = order.promised_from, order.promised_until
    if last is None:
        return ""
    return _speaker(order).window(first, last) if first else day(last, order)


def items(lines: list[OrderLine]) -> str:
    """면 셔츠, or 면 셔츠 외 2건."""
    if not lines:
        return ""
    others = len(lines) - 1
    if not others:
        return lines[0].name
    return ngettext("%(first)s and %(count)d more", "%(first)s and %(count)d more", others) % {
        "first": lines[0].name,
        "count": others,
    }
