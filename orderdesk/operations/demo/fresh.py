"""The newest orders of the demo: placed through the services, so that mails and reactions really flow."""

from __future__ import annotations

from random import Random

from orderdesk.events.actor import GATEWAY, SOURCE
from orderdesk.operations.demo import goods
from orderdesk.operations.demo.people import Buyer, Crowd
from orderdesk.operations.demo.shops import House
from orders.models import Order
from orders.services.payments import Capture, record_payment
from orders.services.place import NewLine, NewOrder, place_order
from orders.services.steps import confirm_order, start_preparing
from orders.terms import PaymentMethod

M = PaymentMethod
# What is done with each: how it is paid, and how far staff have taken it.
_PARCELS = (
    *(
        (M.VIRTUAL_ACCOUNT, 0),
        (M.CARD, 1),
        (M.EASY_PAY, 1),
        (M.CARD, 1),
        (M.CARD, 2),
        (M.EASY_PAY, 2),
        (M.CARD, 3),
    ),
)
_MEALS = ((M.EASY_PAY, 1), (M.CARD, 1), (M.CASH_ON_DELIVERY, 1), (M.EASY_PAY, 2), (M.CARD, 3))
FRESH = len(_PARCELS) + len(_MEALS)


def place_fresh(namu: House, haru: House, crowds: tuple[Crowd, Crowd], rng: Random) -> list[Order]:
    """Place them now, and take some of them a few steps on."""
    placed = [_place(namu, crowds[0], goods.clothes(rng), *how, rng=rng) for how in _PARCELS]
    return placed + [_place(haru, crowds[1], goods.dishes(rng), *how, rng=rng) for how in _MEALS]


def _place(
    house: House, crowd: Crowd, lines: list[NewLine], method: str, steps: int, *, rng: Random
) -> Order:
    food = house.shop.kind == "food"
    fee = goods.courier_fee(rng) if food else goods.parcel_fee(lines)
    order = place_order(house.shop, _wish(crowd.someone(), lines, method, fee), actor=SOURCE)
    if method == M.VIRTUAL_ACCOUNT:
        # As a payment company names it: where the customer pays, before the mail that says so is written.
        order.payments.update(detail=goods.account(rng, house.shop.name))
    if steps and not order.pays_later:
        capture = Capture(order.total, method, "simulator", f"demo-{rng.getrandbits(48):012x}")
        record_payment(order.pk, capture, actor=GATEWAY)
    if steps > 1:
        confirm_order(
            order.pk,
            actor=house.actor("kitchen" if food else "agent"),
            preparation_minutes=20 if food else None,
        )
    if steps > 2:
        start_preparing(order.pk, actor=house.actor("kitchen" if food else "packer"))
    return order


def _wish(buyer: Buyer, lines: list[NewLine], method: str, fee: int) -> NewOrder:
    customer, home = buyer.customer, buyer.home
    return NewOrder(
        customer_name=customer.name,
        customer_phone=customer.phone,
        customer_email=customer.email,
        lines=lines,
        postcode=home.postcode,
        address1=home.address1,
        address2=home.address2,
        position=home.position,
        shipping=fee,
        payment_method=method,
        source="web",
    )
