"""Template tags of the console and of the customer pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from orderdesk.accounts import privacy
from orderdesk.accounts.phones import format_phone
from orderdesk.console import icons, marks
from orderdesk.money import Money

register = template.Library()


@register.simple_tag
def pill(label: str | Promise, tone: str = "idle") -> SafeString:
    """{% pill order.get_status_display "moving" %}"""
    return marks.pill(label, tone)


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "bell" %}: decorative, hidden from screen readers."""
    return icons.icon(name)


@register.simple_tag
def accent(shop: Any, nonce: str = "") -> SafeString:
    """{% accent shop request.csp_nonce %} in the head of a customer page."""
    return marks.accent_style(getattr(shop, "accent", ""), nonce)


@register.filter
def money(value: Any, currency: str = "KRW") -> SafeString:
    """{{ order.total|money:order.currency }} with minor units, or {{ amount|money }} with Money."""
    if isinstance(value, Money):
        return marks.amount(value.minor, value.currency)
    return marks.amount(value, currency)


@register.filter
def plain_money(value: Any, currency: str = "KRW") -> str:
    """Like `money`, without markup, for titles and messages."""
    minor, unit = (value.minor, value.currency) if isinstance(value, Money) else (value, currency)
    return "—" if minor is None else marks.money_words(minor, unit)


@register.filter
def ago(value: datetime | None) -> SafeString:
    """{{ order.placed_at|ago }}: "12분 전", exact on hover."""
    return marks.ago(value)


@register.filter
def deadline(value: datetime | None) -> SafeString:
    """{{ order.ship_by|deadline }}: the end of a day is 23:59 of that day; "tomorrow 00:00" is read a day too late."""
    return marks.ago(marks.last_minute(value)) if value else marks.ago(None)


@register.filter
def exact_deadline(value: datetime | None) -> str:
    """Like `deadline`, as a date, for print."""
    return marks.exact(marks.last_minute(value)) if value else "—"


@register.filter
def exact(value: datetime | None) -> str:
    """{{ order.placed_at|exact }}: 2026-11-24 13:05."""
    return marks.exact(value) if value else "—"


@register.filter
def phone(value: str) -> str:
    """010-1234-5678, whole: for what is printed and for those who may see it."""
    return format_phone(value or "")


@register.filter
def masked_name(value: str) -> str:
    """홍*동"""
    return privacy.mask_name(value or "")


@register.filter
def masked_phone(value: str) -> str:
    """010-****-1234"""
    return privacy.mask_phone(value or "")


@register.filter
def masked_email(value: str) -> str:
    """k***@example.com"""
    return privacy.mask_email(value or "")


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: Any) -> str:
    """The page's query string with some parameters replaced (empty value: removed)."""
    params = {key: value for key, value in context["request"].GET.items() if key not in changes}
    params.update({key: value for key, value in changes.items() if value})
    return f"?{urlencode(params)}"
