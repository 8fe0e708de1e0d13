"""How many orders of each plot, and how long ago they were placed: everything of today is shown, the past is mostly fine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random

from orderdesk.accounts.models import OrderKind
from orderdesk.operations.demo import goods, meal_plots, parcel_plots
from orderdesk.operations.demo.pace import Pace
from orderdesk.operations.demo.people import Crowd
from orderdesk.operations.demo.shops import HISTORY_DAYS, House
from orderdesk.operations.demo.story import Basket, Story
from orderdesk.operations.demo.words import CARDS, EASY_PAYS, FOOD_NOTES, PARCEL_NOTES
from orderdesk.policies.calendar import calendar_of
from orders.services.place import NewLine
from orders.terms import DeliveryMethod, PaymentMethod

M = PaymentMethod
Plot = Callable[[Story, Pace], object]


@dataclass(frozen=True, slots=True)
class Part:
    """`count` orders of one plot, placed between `youngest` and `oldest` ago; `method` where the plot needs it."""

    plot: Plot
    count: int
    youngest: timedelta
    oldest: timedelta
    method: str = ""
    delivery: str = ""


def _h(hours: float) -> timedelta:
    return timedelta(hours=hours)


def _m(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


_P, _F = parcel_plots, meal_plots
PARCELS = (
    Part(_P.unpaid, 9, _h(0.5), _h(60), M.VIRTUAL_ACCOUNT),
    Part(_P.placed, 10, _h(0.2), _h(18), M.CARD),
    Part(_P.confirmed, 6, _h(4), _h(26), M.CARD),
    Part(_P.confirmed, 3, _h(64), _h(92), M.CARD),
    Part(_P.preparing, 2, _h(8), _h(28), M.CARD),
    Part(_P.picking, 2, _h(8), _h(28), M.EASY_PAY),
    Part(_P.picked, 2, _h(10), _h(30)),
    Part(_P.checked, 2, _h(10), _h(30)),
    Part(_P.ready, 6, _h(12), _h(40), M.CARD),
    Part(_P.ready, 1, _h(12), _h(40)),
    Part(_P.attested, 4, _h(14), _h(32)),
    Part(_P.in_transit, 7, _h(38), _h(64), M.CARD),
    Part(_P.in_two_parcels, 3, _h(34), _h(58), M.CARD),
    Part(_P.out, 5, _h(56), _h(82), M.CARD),
    Part(_P.attempt_failed, 2, _h(48), _h(70)),
    Part(_P.strange, 1, _h(100), _h(120)),
    Part(_P.returning, 2, _h(130), _h(170)),
    Part(_P.came_back, 1, _h(190), _h(220)),
    Part(_P.lost, 1, _h(190), _h(240)),
    Part(_P.held, 5, _h(6), _h(40)),
    Part(_P.accident, 1, _h(8), _h(24)),
    Part(_P.delivered, 24, _h(84), _h(180)),
    Part(_P.hard_won, 3, _h(130), _h(170)),
    Part(_P.complained, 2, _h(84), _h(150)),
    Part(_P.cancelled, 8, _h(20), _h(24 * (HISTORY_DAYS - 4))),
    Part(_P.cancelled_waiting, 1, _h(20), _h(40), M.VIRTUAL_ACCOUNT),
    Part(_P.cancelled_waiting, 1, _h(24 * 12), _h(24 * 15), M.VIRTUAL_ACCOUNT),
    Part(_P.cancelled_late, 1, _h(24 * 24), _h(24 * 40), M.BANK_TRANSFER),
    Part(_P.expired, 6, _h(80), _h(24 * HISTORY_DAYS), M.VIRTUAL_ACCOUNT),
    Part(_P.completed, 113, _h(24 * 14), _h(24 * HISTORY_DAYS)),
)
MEALS = (
    Part(_F.unpaid, 1, _m(1), _m(6), M.EASY_PAY),
    Part(_F.placed, 5, _m(1), _m(8)),
    Part(_F.confirmed, 1, _m(5), _m(12), M.EASY_PAY),
    Part(_F.confirmed, 2, _m(5), _m(12)),
    Part(_F.preparing, 2, _m(8), _m(18), M.CARD),
    Part(_F.preparing, 3, _m(8), _m(18)),
    Part(_F.ready, 3, _m(18), _m(28)),
    Part(_F.on_the_way, 4, _m(25), _m(42)),
    Part(_F.arriving, 1, _m(38), _m(48)),
    Part(_F.nobody_home, 1, _m(48), _m(58)),
    Part(_F.held, 1, _m(10), _m(20)),
    Part(_F.accident, 1, _m(12), _m(22)),
    Part(_F.waiting_at_counter, 2, _m(18), _m(30), delivery=DeliveryMethod.PICKUP),
    Part(_F.taken_at_counter, 4, _h(1), _h(60), delivery=DeliveryMethod.PICKUP),
    Part(_F.delivered, 14, _h(1.2), _h(66)),
    Part(_F.complained, 1, _h(2), _h(5)),
    Part(_F.cancelled, 9, _h(8), _h(24 * HISTORY_DAYS)),
    Part(_F.expired, 2, _h(2), _h(24 * HISTORY_DAYS), M.EASY_PAY),
    Part(_F.completed, 97, _h(24 * 3.5), _h(24 * HISTORY_DAYS)),
)


class Director:
    """Makes a shop's stories, part by part."""

    def __init__(self, house: House, crowd: Crowd, moment: datetime, rng: Random) -> None:
        self.house, self.crowd, self.moment, self.rng = house, crowd, moment, rng
        self.food = house.shop.kind == OrderKind.FOOD
        self.calendar = calendar_of(house.shop)

    def stories(self) -> Iterator[Story]:
        for part in MEALS if self.food else PARCELS:
            for _ in range(part.count):
                yield self._tell(part)

    def _tell(self, part: Part) -> Story:
        # A shop that grows: more of what is long past lies in the nearer past.
        age = self.rng.random() ** (1.7 if part.oldest > _h(24 * 30) else 1)
        at = self.moment - part.youngest - (part.oldest - part.youngest) * age
        at = self._hour_of_day(at, part).replace(microsecond=0)
        story = Story(self.house, self.crowd.someone(), self._basket(part), at, self.rng)
        part.plot(story, Pace(self.rng, self.calendar, at, self.moment))
        story.close()
        return story

    def _hour_of_day(self, at: datetime, part: Part) -> datetime:
        """Old orders are moved to an hour when people order; young ones stay where the plot needs them."""
        if part.oldest < _h(72):
            return at
        day = at.astimezone(self.house.shop.zone).date()
        evening, noon = (18.8, 12.3) if self.food else (21.3, 12.6)
        hour = self.rng.gauss(*((evening, 1.1) if self.rng.random() < 0.62 else (noon, 0.9)))
        moved = datetime.combine(day, time.min, self.house.shop.zone) + _h(min(max(hour, 8), 22.4))
        return moved if self.moment - part.oldest - _h(24) < moved < self.moment - part.youngest else at

    def _basket(self, part: Part) -> Basket:
        lines = goods.dishes(self.rng) if self.food else goods.clothes(self.rng)
        delivery = part.delivery or (DeliveryMethod.COURIER if self.food else DeliveryMethod.PARCEL)
        method = part.method or self._method()
        notes = FOOD_NOTES if self.food else PARCEL_NOTES
        return Basket(
            lines=lines,
            method=method,
            fee=self._fee(lines, delivery),
            coupon=self.rng.choice((2_000, 3_000)) if self.rng.random() < 0.2 else 0,
            delivery=delivery,
            note=self.rng.choice(notes) if self.rng.random() < 0.45 else "",
            detail=self._detail(method),
        )

    def _fee(self, lines: list[NewLine], delivery: str) -> int:
        if delivery == DeliveryMethod.PICKUP:
            return 0
        return goods.courier_fee(self.rng) if self.food else goods.parcel_fee(lines)

    def _method(self) -> str:
        parcel = ((M.CARD, M.EASY_PAY, M.VIRTUAL_ACCOUNT, M.BANK_TRANSFER), (52, 30, 12, 6))
        food = ((M.EASY_PAY, M.CARD, M.CASH_ON_DELIVERY), (48, 34, 18))
        methods, weights = food if self.food else parcel
        return self.rng.choices(methods, weights)[0].value

    def _detail(self, method: str) -> str:
        if method == M.CARD:
            return self.rng.choice(CARDS)
        if method == M.EASY_PAY:
            return self.rng.choice(EASY_PAYS)
        if method in (M.VIRTUAL_ACCOUNT, M.BANK_TRANSFER):
            return goods.account(self.rng, self.house.shop.name)
        return ""
