"""Baskets of the two demo shops."""

from __future__ import annotations

from random import Random

from orderdesk.operations.demo.words import BANKS, CLOTHES, DRINKS, MENU
from orders.services.place import NewLine

_FREE_SHIPPING_FROM = 50_000
_PARCEL_FEE = 3_000
_COURIER_FEES = (2_000, 3_000, 3_000, 4_000)


def clothes(rng: Random) -> list[NewLine]:
    """One to four products with colour and size."""
    chosen = rng.sample(CLOTHES, rng.choices((1, 2, 3, 4), (45, 32, 16, 7))[0])
    return [_garment(rng, *garment) for garment in chosen]


def _garment(
    rng: Random, sku: str, name: str, colours: tuple[str, ...], sizes: tuple[str, ...], price: int
) -> NewLine:
    quantity = rng.choices((1, 2, 3), (84, 13, 3))[0]
    options = f"색상: {rng.choice(colours)} / 사이즈: {rng.choice(sizes)}"
    discount = quantity * price // 10 if rng.random() < 0.12 else 0
    return _line(NewLine(name, quantity, price, sku, options, discount))


def dishes(rng: Random) -> list[NewLine]:
    """One to three dishes and perhaps a drink."""
    chosen = rng.sample(MENU, rng.choices((1, 2, 3), (40, 42, 18))[0])
    lines = [_dish(rng, *dish) for dish in chosen]
    if rng.random() < 0.4:
        sku, name, price = rng.choice(DRINKS)
        lines.append(_line(NewLine(name, rng.choice((1, 2)), price, sku)))
    return lines


def _dish(
    rng: Random, sku: str, name: str, heat: tuple[str, ...], extras: tuple[tuple[str, int], ...], price: int
) -> NewLine:
    options = [f"맵기: {rng.choice(heat)}"] if heat else []
    if rng.random() < 0.35:
        extra, more = rng.choice(extras)
        options.append(f"추가: {extra}")
        price += more
    return _line(NewLine(name, rng.choices((1, 2), (80, 20))[0], price, sku, " / ".join(options)))


def _line(line: NewLine) -> NewLine:
    # Ten per cent VAT is inside Korean shelf prices.
    tax = (line.quantity * line.unit_price - line.discount) // 11
    return NewLine(line.name, line.quantity, line.unit_price, line.sku, line.options, line.discount, tax)


def parcel_fee(lines: list[NewLine]) -> int:
    """Free from ₩50,000."""
    goods = sum(line.quantity * line.unit_price - line.discount for line in lines)
    return 0 if goods >= _FREE_SHIPPING_FROM else _PARCEL_FEE


def courier_fee(rng: Random) -> int:
    return rng.choice(_COURIER_FEES)


def account(rng: Random, holder: str) -> str:
    """Where a transfer goes: bank, number (of no real account) and holder."""
    return f"{rng.choice(BANKS)} 000-{rng.randrange(10**6):06d}-00 (예금주 {holder})"
