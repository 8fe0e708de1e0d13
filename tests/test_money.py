"""Money: exact, in one currency, split without losing a won."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.money import CurrencyMismatch, Money, allocate, exponent, from_decimal, rounded


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1).filter(sum))
def test_parts_sum_to_the_whole_and_stay_within_one_unit(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    exact = [Decimal(total) * w / sum(weights) for w in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize(("currency", "digits"), [("KRW", 0), ("JPY", 0), ("USD", 2), ("KWD", 3)])
def test_each_currency_has_its_decimals(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "KRW") + Money(1, "USD")


def test_half_a_won_is_refused() -> None:
    with pytest.raises(ValueError, match="decimals"):
        from_decimal(Decimal("1500.55"), "KRW")


def test_a_computed_amount_rounds_half_up() -> None:
    assert rounded(Decimal("10.005"), "USD") == Money(1001, "USD")


@pytest.mark.parametrize(
    ("money", "language", "text"),
    [
        (Money(15000, "KRW"), "ko", "₩15,000"),
        (Money(1050, "USD"), "en", "$10.50"),
        (Money(1050, "USD"), "ko", "US$10.50"),
    ],
)
def test_amounts_read_as_the_reader_writes_them(money: Money, language: str, text: str) -> None:
    assert money.format(language) == text


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "KRW")  # type: ignore[arg-type]
