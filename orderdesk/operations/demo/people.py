"""Customers of the demo, and where they live."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from orderdesk.accounts.models import Customer, Shop
from orderdesk.operations.demo.words import (
    FAMILY_NAMES,
    FOOD_PLACES,
    FOREIGN_NAMES,
    GIVEN_NAMES,
    PARCEL_PLACES,
)


@dataclass(frozen=True, slots=True)
class Home:
    """Where one customer has things brought."""

    postcode: str
    address1: str
    address2: str
    position: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer and their home."""

    customer: Customer
    home: Home


class Crowd:
    """A shop's customers; some come again and again."""

    def __init__(self, rng: Random, shop: Shop, size: int, first_number: int) -> None:
        self._rng = rng
        self.buyers = [self._buyer(shop, first_number + i) for i in range(size)]
        # A few regulars, many who came once.
        self._weights = [rng.paretovariate(1.3) for _ in self.buyers]

    def someone(self) -> Buyer:
        return self._rng.choices(self.buyers, self._weights)[0]

    def _buyer(self, shop: Shop, number: int) -> Buyer:
        food = shop.kind == "food"
        return Buyer(self._customer(shop, number), self._near() if food else self._anywhere())

    def _customer(self, shop: Shop, number: int) -> Customer:
        foreign = number % 40 == 7
        name, box = self._rng.choice(FOREIGN_NAMES) if foreign else self._korean()
        customer = Customer(
            shop=shop,
            name=name,
            email=f"{box}{number}@example.com",
            phone=f"0100000{number:04d}",
            language="en" if foreign else "ko",
        )
        customer.normalise()
        return customer

    def _korean(self) -> tuple[str, str]:
        given = self._rng.choice(list(GIVEN_NAMES))
        return self._rng.choice(FAMILY_NAMES) + given, GIVEN_NAMES[given]

    def _anywhere(self) -> Home:
        postcode, district = self._rng.choice(PARCEL_PLACES)
        return Home(postcode, f"{district} {self._lot()}", self._door())

    def _near(self) -> Home:
        postcode, district, latitude, longitude = self._rng.choice(FOOD_PLACES)
        off = self._rng.uniform
        position = (latitude + off(-0.003, 0.003), longitude + off(-0.003, 0.003))
        return Home(postcode, f"{district} {self._lot()}", self._door(), position)

    def _lot(self) -> str:
        return f"{self._rng.randint(11, 480)}-{self._rng.randint(1, 60)}"

    def _door(self) -> str:
        floor, door = self._rng.randint(1, 14), self._rng.randint(1, 6)
        kinds = (f"{floor}0{door}호", f"{100 + self._rng.randint(1, 12)}동 {floor}0{door}호", f"{floor}층")
        return self._rng.choice(kinds)
