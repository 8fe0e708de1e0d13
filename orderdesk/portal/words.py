"""What a page calls the goods and their way: by what was ordered (goods or food), and by how it reaches its customer.

Kind and method vary apart: a shop may send food by parcel, or goods by its own courier.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orders.terms import DeliveryMethod

Text = str | Promise


class Goods(NamedTuple):
    """Words that depend on what was ordered."""

    ordered: Text
    sum: Text
    confirmed: Text
    preparing: Text
    ready: Text
    arrived: Text
    taken: Text
    question: Text
    completes: Text
    ends_by_itself: Text
    stays_open: Text
    stays_open_meanwhile: Text


class Way(NamedTuple):
    """Words that depend on how it reaches its customer."""

    heading: Text
    fee: Text
    on_its_way: Text
    reported: Text
    will_ask: Text
    late: Text


_PARCEL_GOODS = Goods(
    ordered=_("What you ordered"),
    sum=_("Goods"),
    confirmed=_("The shop has confirmed your order"),
    preparing=_("We are preparing your order"),
    ready=_("Your order is ready"),
    arrived=_("Your order has arrived"),
    taken=_("You have picked up your order"),
    question=_("Did it arrive?"),
    completes=_("“I have it” completes the purchase. Your legal rights to return stay."),
    ends_by_itself=_("Without an answer it completes by itself %(when)s."),
    stays_open=_("Nothing is completed until then."),
    stays_open_meanwhile=_("Nothing is completed until that is settled."),
)
_FOOD = Goods(
    ordered=_("The dishes you ordered"),
    sum=_("Dishes"),
    confirmed=_("The shop has accepted your order"),
    preparing=_("The kitchen is preparing your order"),
    ready=_("Your food is ready"),
    arrived=_("Your food has arrived"),
    taken=_("You have picked up your food"),
    question=_("Did your food arrive?"),
    completes=_("“I have it” finishes the order. You can still tell the shop if something is wrong."),
    ends_by_itself=_("Without an answer it finishes by itself %(when)s."),
    stays_open=_("The order stays open until then."),
    stays_open_meanwhile=_("The order stays open until that is settled."),
)
_LATE = _("It is later than we promised (%(window)s). We are sorry; it is on our list of late orders.")
_BY_PARCEL = Way(
    heading=_("Delivery"),
    fee=_("Shipping fee"),
    on_its_way=_("Your order is on its way"),
    reported=_("You told us that it did not arrive. The shop is asking the carrier and contacts you."),
    will_ask=_("The shop asks the carrier and contacts you."),
    late=_LATE,
)
_BY_COURIER = Way(
    heading=_("Your delivery"),
    fee=_("Delivery fee"),
    on_its_way=_("A courier is bringing your order"),
    reported=_("You told us that it did not arrive. The shop is asking the courier and contacts you."),
    will_ask=_("The shop asks the courier and contacts you."),
    late=_LATE,
)
_FOOD_BY_COURIER = Way(
    heading=_BY_COURIER.heading,
    fee=_BY_COURIER.fee,
    on_its_way=_("Your food is on its way"),
    reported=_BY_COURIER.reported,
    will_ask=_BY_COURIER.will_ask,
    late=_LATE,
)
# Nobody is asked whether it arrived who takes it at the counter.
_AT_THE_COUNTER = Way(
    heading="",
    fee=_("Shipping fee"),
    on_its_way="",
    reported="",
    will_ask="",
    late=_(
        "It is not ready at the time we promised (%(window)s). We are sorry; it is on our list of late orders."
    ),
)


def goods_words(kind: str) -> Goods:
    """Words for goods or for food."""
    return _FOOD if kind == OrderKind.FOOD else _PARCEL_GOODS


def way_words(kind: str, method: str) -> Way:
    """Words for a parcel, a courier's run or the counter."""
    if method == DeliveryMethod.PICKUP:
        return _AT_THE_COUNTER
    if method == DeliveryMethod.COURIER:
        return _FOOD_BY_COURIER if kind == OrderKind.FOOD else _BY_COURIER
    return _BY_PARCEL
