"""Money as integer minor units with a currency; nothing here knows about orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in minor units (won, cents, fils) of one ISO 4217 currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are whole numbers, not {self.minor!r}")

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, quantity: int) -> Money:
        return Money(self.minor * quantity, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    @property
    def decimal(self) -> Decimal:
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split by `weights` (≥ 0, not all 0) with the largest remainder; the parts sum to the whole."""
        return [Money(part, self.currency) for part in allocate(self.minor, weights)]

    def format(self, language: str = "ko") -> str:
        """The amount as a reader of `language` writes it, e.g. ₩15,000 or US$10.50."""
        return format_currency(self.decimal, self.currency, locale="ko_KR" if language == "ko" else "en_US")


def exponent(currency: str) -> int:
    """Decimals of the currency: KRW 0, USD 2, KWD 3 (CLDR)."""
    return int(get_currency_precision(currency))


def known_currency(currency: str) -> bool:
    """Whether CLDR knows this ISO 4217 code."""
    return currency in get_global("all_currencies")


def from_decimal(amount: Decimal, currency: str) -> Money:
    """Exact conversion; ValueError when `amount` has more decimals than the currency."""
    scaled = amount.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{amount} has more decimals than {currency}")
    return Money(int(scaled), currency)


def rounded(amount: Decimal, currency: str) -> Money:
    """Conversion that rounds half up to the minor unit, for figures that come from division."""
    return Money(int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP)), currency)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` minor units by `weights` so that the parts sum exactly (largest remainder, first wins ties)."""
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be ≥ 0 and not all 0")
    sign, size = (-1, -total) if total < 0 else (1, total)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for i in by_remainder[: size - sum(parts)]:
        parts[i] += 1
    return [sign * part for part in parts]
