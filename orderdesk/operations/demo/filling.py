"""Filling an empty database with the two demo shops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from orderdesk import clock
from orderdesk.accounts.models import Shop, User
from orderdesk.events.sealing import seal
from orderdesk.operations.demo import desk
from orderdesk.operations.demo.books import fill_shelves, reconcile
from orderdesk.operations.demo.casting import Director
from orderdesk.operations.demo.fresh import place_fresh
from orderdesk.operations.demo.letters import PostOffice
from orderdesk.operations.demo.money import Till
from orderdesk.operations.demo.people import Crowd
from orderdesk.operations.demo.shops import HISTORY_DAYS, House, open_shops
from orderdesk.operations.demo.writing import write_customers, write_stories
from orders.models import Order

SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Filled:
    """How much was written."""

    orders: int
    customers: int
    events: int
    messages: int


def is_empty() -> bool:
    """Whether the database holds neither shops nor staff nor orders."""
    return not (Shop.objects.exists() or User.objects.exists() or Order.objects.exists())


@transaction.atomic
def fill(password: str, moment: datetime | None = None) -> Filled:
    """Write shops, staff and 90 days of orders up to `moment` (now): the same for the same moment. Reactions wait only for the newest orders."""
    now, rng = moment or clock.now(), Random(SEED)
    namu, haru, facts = open_shops(now, password)
    crowds = (Crowd(rng, namu.shop, 150, 1000), Crowd(rng, haru.shop, 90, 3000))
    write_customers(crowds, now - timedelta(days=HISTORY_DAYS + 1))
    houses = ((namu, crowds[0]), (haru, crowds[1]))
    stories = [story for house, crowd in houses for story in Director(house, crowd, now, rng).stories()]
    desk.work_on(stories, rng, now)
    for story in stories:
        story.close()
    told = write_stories(stories, facts)
    fill_shelves(namu, stories, rng, now)
    told += Till(stories, rng, now).work()
    reconcile(namu, now)
    desk.after_writing(stories, rng, now)
    desk.unmatched_deposits(namu, stories, rng, now)
    desk.credits_of_the_past(stories, rng)
    desk.consents(crowds, rng, now)
    office = PostOffice(rng, now)
    office.deliver(told)
    _seal_all()
    fresh = place_fresh(namu, haru, crowds, rng)
    return Filled(
        len(stories) + len(fresh), sum(len(c.buyers) for c in crowds), len(told), len(office.messages)
    )


def _seal_all() -> None:
    while seal():
        continue


__all__ = ["Filled", "House", "fill", "is_empty"]
