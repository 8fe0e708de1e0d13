"""Cells into values; a cell that makes no sense becomes a BadCell with its column."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from orderdesk.money import exponent
from orders.sources.terms import BadCell

LARGEST = 10**15
_LOOSE_DATE = re.compile(
    r"^(\d{4})[-./]\s?(\d{1,2})[-./]\s?(\d{1,2})\.?(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)


class Amounts:
    """Amounts of one currency as text into minor units."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.decimals = exponent(currency)
        self._scale = 10**self.decimals

    def minor(self, text: str, column: str) -> int:
        """Exact minor units; BadCell `bad_amount` or `too_many_decimals`."""
        amount = self._decimal(text, column) * self._scale
        whole = int(amount)
        if whole != amount:
            raise BadCell(column, "too_many_decimals", value=text, currency=self.currency)
        return whole

    def nearest(self, text: str, column: str) -> tuple[int, bool]:
        """Minor units and whether something had to be rounded away."""
        amount = self._decimal(text, column) * self._scale
        whole = round(amount)
        return whole, whole != amount

    def _decimal(self, text: str, column: str) -> Decimal:
        try:
            amount = Decimal(text.strip())
        except InvalidOperation:
            raise BadCell(column, "bad_amount", value=text) from None
        if not amount.is_finite() or abs(amount) > LARGEST:
            raise BadCell(column, "bad_amount", value=text)
        return amount

    def written(self, minor: int) -> str:
        """The plain decimal text that `minor()` reads back."""
        return str(Decimal(minor).scaleb(-self.decimals)) if self.decimals else str(minor)


def whole(text: str, column: str) -> int:
    """A whole number; BadCell `bad_number`."""
    try:
        number = int(text)
    except ValueError:
        raise BadCell(column, "bad_number", value=text) from None
    if abs(number) > LARGEST:
        raise BadCell(column, "bad_number", value=text)
    return number


def moment(text: str, column: str, zone: ZoneInfo) -> datetime:
    """ISO or a Korean shop's way of writing a time, local to `zone` unless it names an offset; in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = _loose(text, column)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise BadCell(column, "bad_time", value=text) from None


def moment_or_none(text: str, column: str, zone: ZoneInfo) -> datetime | None:
    """`moment`, or None for an empty cell."""
    return moment(text, column, zone) if text else None


def _loose(text: str, column: str) -> datetime:
    match = _LOOSE_DATE.match(text.strip())
    if match is None:
        raise BadCell(column, "bad_time", value=text)
    try:
        return datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        raise BadCell(column, "bad_time", value=text) from None


def required(text: str, column: str, longest: int) -> str:
    """Text that must be there and fit."""
    if not text:
        raise BadCell(column, "empty")
    return fitting(text, column, longest)


def fitting(text: str, column: str, longest: int) -> str:
    """Text that must fit; no NUL, which PostgreSQL cannot store."""
    if len(text) > longest:
        raise BadCell(column, "too_long", longest=longest)
    if "\x00" in text:
        raise BadCell(column, "bad_character")
    return text
