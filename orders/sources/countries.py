"""English country names as sources write them, into ISO 3166-1 codes (babel's CLDR names, and other spellings)."""

from __future__ import annotations

from functools import cache

from babel import Locale

_OTHER_SPELLINGS = {
    "EIRE": "IE",
    "USA": "US",
    "UK": "GB",
    "RSA": "ZA",
    "Hong Kong": "HK",
    "Czech Republic": "CZ",
    "South Korea": "KR",
    "European Community": "EU",
}


@cache
def country_code(name: str) -> str:
    """Two letters, or nothing for a name that stands for no one country (“Channel Islands”, “Unspecified”)."""
    return _OTHER_SPELLINGS.get(name) or _english_names().get(name, "")


@cache
def _english_names() -> dict[str, str]:
    names = Locale("en").territories.items()
    return {name: code for code, name in names if len(code) == 2 and code.isalpha()}
