"""Amounts as the reader writes them, remembered because CLDR's formatting is slow and prices repeat."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language

from orderdesk.money import Money


def amount(minor: int, currency: str) -> str:
    """₩15,000 in the active language."""
    return _amount(minor, currency, get_language() or "ko")


@lru_cache(maxsize=8192)
def _amount(minor: int, currency: str, language: str) -> str:
    return Money(minor, currency).format(language)
