"""Typed search for orders: an exact number first, then phone, mail, tracking and channel numbers, then names.

Each kind of text has its own index; nothing here looks at every order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.db.models import OuterRef, Q, Subquery

from orderdesk.accounts import name_search
from orderdesk.accounts.models import Customer
from orderdesk.accounts.phones import phone_digits
from orderdesk.copying import among
from orders.models import Order, Shipment
from orders.models.order import OrderQuerySet

# More customers than this and judging the newest orders one by one is quicker than naming everybody.
CUSTOMERS = 4_000
_PHONE = re.compile(r"^\+?[\d\s().-]+$")


class Found(StrEnum):
    """By what the text was recognised."""

    NUMBER = "number"
    TRACKING = "tracking"
    PHONE = "phone"
    MAIL = "mail"
    NAME = "name"
    NOTHING = "nothing"


PERSONAL = frozenset({Found.PHONE, Found.MAIL, Found.NAME})


@dataclass(frozen=True, slots=True)
class Answer:
    """How the text was understood, the orders it names, and the one order when it names exactly one."""

    by: Found
    rows: OrderQuerySet
    only: Order | None = None
    # Each order's person is compared while the list is read: counting all of them would read every order.
    walks: bool = False


def find_orders(text: str, orders: OrderQuerySet, shop_ids: Collection[int]) -> Answer:
    """Orders among `orders` (already those that the reader may see, in `shop_ids`) that the text names."""
    # PostgreSQL takes no NUL, not even to look for it.
    wanted = unicodedata.normalize("NFKC", text.replace("\x00", "")).strip()
    if not wanted:
        return Answer(Found.NOTHING, orders.none())
    for by, condition in _exact(wanted, shop_ids):
        rows = orders.filter(condition)
        ids = list(rows.order_by().values_list("pk", flat=True)[:2])
        if len(ids) == 1:
            return Answer(by, rows, orders.get(pk=ids[0]))
        if ids:
            return Answer(by, rows)
    if _PHONE.match(wanted):
        return Answer(Found.NOTHING, orders.none())
    return _by_name(wanted, orders, shop_ids)


def _exact(wanted: str, shop_ids: Collection[int]) -> list[tuple[Found, Q]]:
    """Ways to read the text as a whole, cheapest and surest first; every one is an index look-up."""
    tight = "".join(wanted.split())
    spellings = {wanted, tight, tight.upper(), tight.lower()}
    # The partial index of references is used only where the condition is repeated.
    reference = Q(source_ref__in=spellings) & ~Q(source_ref="")
    ways = [(Found.NUMBER, Q(number__in=spellings) | reference)]
    digits = phone_digits(wanted)
    if _PHONE.match(wanted) or (tight.isascii() and tight.isalnum()):
        parcels = Shipment.objects.filter(tracking_number__in={tight.upper(), digits} - {""})
        ways.append((Found.TRACKING, Q(pk__in=parcels.exclude(tracking_number="").values("order_id"))))
    if _PHONE.match(wanted):
        ways += [(Found.PHONE, way) for way in _phones(digits, shop_ids)]
    if "@" in wanted:
        people = Customer.objects.filter(shop_id__in=shop_ids, email=tight.lower())
        ways.append((Found.MAIL, Q(customer_id__in=people.values("pk"))))
    return ways


def _phones(digits: str, shop_ids: Collection[int]) -> list[Q]:
    people = Customer.objects.filter(shop_id__in=shop_ids)
    if len(digits) == 4:
        return [Q(customer_id__in=people.filter(phone_tail=digits).values("pk"))]
    if len(digits) >= 7:
        return [Q(customer_id__in=people.filter(phone=digits).values("pk"))]
    return []


def _by_name(wanted: str, orders: OrderQuerySet, shop_ids: Collection[int]) -> Answer:
    by = Found.MAIL if "@" in wanted else Found.NAME
    ids = name_search.customer_ids(wanted, shop_ids, CUSTOMERS + 1)
    if len(ids) <= CUSTOMERS:
        # The planner knows how many they are: few, and it collects their orders; many, and it walks the newest.
        return Answer(by, cast(OrderQuerySet, among(orders, "customer_id", ids)) if ids else orders.none())
    # So many people that the newest orders are full of them: judge order by order, newest first.
    # A scalar subquery, because EXISTS is flattened into a join that reads all of these people's orders and sorts them.
    person = name_search.containing(wanted).filter(pk=OuterRef("customer_id"))
    walked = orders.alias(person=Subquery(person.values("pk")[:1])).filter(person__isnull=False)
    return Answer(by, walked, walks=True)
