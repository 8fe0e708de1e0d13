"""The port to parcel carriers: what a waybill number looks like, where it is followed, what a carrier's words mean.

One file per vendor holds a `CARRIER`; settings.CARRIERS names them by dotted path. See docs/adding-a-carrier.md.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from orders.terms import TrackingCode


class Carrier(Protocol):
    """What orders need to know of a carrier."""

    code: str

    def name(self, language: str) -> str:
        """The carrier's name as its own country (`ko`) or others write it."""

    def aliases(self) -> frozenset[str]:
        """Other names and codes that files and tracking services use for it, in lower case."""

    def number_ok(self, number: str) -> bool:
        """Whether a cleaned number can be one of this carrier's."""

    def digit_fits(self, number: str) -> bool:
        """Whether the check digit of a number that is `number_ok` agrees; True where no rule is known."""

    def tracking_url(self, number: str) -> str:
        """The carrier's own page for a parcel."""

    def map_status(self, raw: str) -> TrackingCode | None:
        """What the carrier's status code or words mean; None when they are unknown."""


@cache
def _by_code() -> dict[str, Carrier]:
    return {code: import_string(path) for code, path in settings.CARRIERS.items()}


@cache
def _by_alias() -> dict[str, str]:
    return {alias: code for code, carrier in _by_code().items() for alias in (code, *carrier.aliases())}


def carriers() -> dict[str, Carrier]:
    """Every registered carrier by code, in the order of settings."""
    return _by_code()


def carrier_of(code: str) -> Carrier | None:
    """The carrier with this code, or None."""
    return _by_code().get(code)


def find_carrier(text: str) -> str | None:
    """The code of the carrier that a person or a file calls `text` (code, name, Sweet Tracker's or Naver's code)."""
    wanted = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()
    return _by_alias().get(wanted)


def carrier_name(code: str, language: str = "ko") -> str:
    """The name to show; the code itself for a carrier that is no longer registered."""
    carrier = carrier_of(code)
    return carrier.name(language) if carrier else code


def tracking_url(code: str, number: str) -> str:
    """The carrier's page for this parcel, or nothing."""
    carrier = carrier_of(code)
    return carrier.tracking_url(number) if carrier and number else ""


def clean_number(text: str) -> str:
    """A waybill number as it is stored: no spaces, no hyphens, plain digits and capitals."""
    return re.sub(r"[\s\-‐‑–—]", "", unicodedata.normalize("NFKC", text)).upper()
