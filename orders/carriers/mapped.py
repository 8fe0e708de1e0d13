"""A carrier that is fully told by its facts: names, shape of numbers, page, and a table of status words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from orders.carriers.check_digits import Rule, any_digit
from orders.terms import TrackingCode

# Words that every Korean carrier uses alike for what no level or code says.
GENERAL: dict[str, TrackingCode] = {
    "미배달": TrackingCode.ATTEMPT_FAILED,
    "미배송": TrackingCode.ATTEMPT_FAILED,
    "부재중": TrackingCode.ATTEMPT_FAILED,
    "수취거부": TrackingCode.ATTEMPT_FAILED,
    "반송": TrackingCode.RETURNING,
    "파손": TrackingCode.EXCEPTION,
    "분실": TrackingCode.EXCEPTION,
}


@dataclass(frozen=True)
class MappedCarrier:
    """`meanings` maps status codes or fragments of the carrier's words; the longest fragment found decides."""

    code: str
    korean: str
    english: str
    shape: str
    page: str
    meanings: Mapping[str, TrackingCode]
    also: frozenset[str] = frozenset()
    # The rule of the last digit; `certain` when it is a standard that refuses, not an observation that warns.
    fits: Rule = any_digit
    certain: bool = False

    def name(self, language: str) -> str:
        """Korean for Korean readers, else English."""
        return self.korean if language.startswith("ko") else self.english

    def aliases(self) -> frozenset[str]:
        """Names and foreign codes, in lower case and without spaces."""
        names = (self.korean, self.english, *self.also)
        return frozenset(name.replace(" ", "").lower() for name in names)

    def number_ok(self, number: str) -> bool:
        """Whether the whole number has one of the carrier's lengths, and its check digit if that rule is certain."""
        return re.fullmatch(self.shape, number) is not None and (not self.certain or self.fits(number))

    def digit_fits(self, number: str) -> bool:
        """Whether the last digit follows from the others."""
        return self.fits(number)

    def tracking_url(self, number: str) -> str:
        """The carrier's own page."""
        return self.page.format(number=quote(number, safe=""))

    def map_status(self, raw: str) -> TrackingCode | None:
        """An exact code first, then the longest fragment that the text holds."""
        text = raw.strip()
        if text in self.meanings:
            return self.meanings[text]
        # Codes are short digits: as fragments they would be found in any telephone number.
        words = {**GENERAL, **self.meanings}
        found = [word for word in words if not word.isascii() and word in text]
        return words[max(found, key=len)] if found else None
