"""Phone numbers in the form that look-ups use, and as people write them."""

from __future__ import annotations

import re
import unicodedata

_KOREAN_SHAPES = (
    (re.compile(r"^(02)(\d{3,4})(\d{4})$"), r"\1-\2-\3"),
    (re.compile(r"^(050\d)(\d{3,4})(\d{4})$"), r"\1-\2-\3"),
    (re.compile(r"^(0\d{2})(\d{3,4})(\d{4})$"), r"\1-\2-\3"),
    (re.compile(r"^(1\d{3})(\d{4})$"), r"\1-\2"),
)


def phone_digits(text: str) -> str:
    """Digits only (a leading + kept); +82 10… becomes 010…, full-width digits become plain. At most 20 characters."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"\D", "", plain)
    if plain.startswith("+"):
        digits = "0" + digits[2:].removeprefix("0") if digits.startswith("82") else "+" + digits
    return digits[:20]


def format_phone(digits: str) -> str:
    """010-1234-5678 for Korean numbers; others as stored."""
    for shape, groups in _KOREAN_SHAPES:
        if shape.match(digits):
            return shape.sub(groups, digits)
    return digits
