"""What a customer asks to cancel neither leaves nor is planned: the buttons say so before anybody presses them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orderdesk.accounts.models import Shop
from orders.models import Order, Shipment
from orders.services.cancelling import decide
from orders.services.picking import pack
from orders.services.shipments import plan_shipment
from orders.services.waybills import enter_waybill
from orders.shipment_guards import not_asked_back
from orders.terms import OrderStatus
from tests.builders import STAFF
from tests.orders.cancelling.rows import card_order, confirmed, opened
from tests.orders.shipping import CJ_NUMBER

pytestmark = pytest.mark.django_db
SENTENCE = "The customer asks to cancel units of this order. Answer the request first."


def packed(shop: Shop) -> Shipment:
    """A packed parcel with a waybill, of an order with two units."""
    order = card_order(shop=shop, status=OrderStatus.PREPARING, quantities=(2,))
    box = plan_shipment(order.pk, actor=STAFF)
    pack(box.pk, actor=STAFF)
    return enter_waybill(box.pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)


def page(client: Client, order: Order) -> str:
    return str(client.get(f"/admin/orders/order/{order.pk}/change/").content.decode())


def is_link(text: str, action: str) -> bool:
    return f"/action/{action}/" in text


@pytest.mark.parametrize("countered", [False, True])
def test_a_packed_parcel_that_is_asked_back_has_a_grey_button(
    staff_client: Client, shop: Shop, *, countered: bool
) -> None:
    box = packed(shop)
    assert is_link(page(staff_client, box.order), "hand_over")
    row = confirmed(opened(box.order))
    if countered:
        decide.counter_offer(row.pk, actor=STAFF, amount=5_000)
    text = page(staff_client, box.order)
    assert not is_link(text, "hand_over")
    assert not is_link(text, "plan_shipment")
    assert f'id="why-hand_over-{box.pk}">{SENTENCE}' in text
    assert f'id="why-plan_shipment">{SENTENCE}' in text


def test_units_that_nobody_asks_back_are_still_planned(staff_client: Client, shop: Shop) -> None:
    order = card_order(shop=shop, status=OrderStatus.PREPARING, quantities=(2,))
    confirmed(opened(order, {order.lines.get().pk: 1}))
    assert is_link(page(staff_client, order), "plan_shipment")


def test_when_every_unit_is_packed_nothing_more_is_planned(staff_client: Client, shop: Shop) -> None:
    text = page(staff_client, packed(shop).order)
    assert "Every unit is in a shipment already." in text
    assert not is_link(text, "plan_shipment")


def test_the_buttons_of_more_parcels_ask_nothing_more(staff_client: Client, shop: Shop) -> None:
    counts = []
    for parcels in (1, 4):
        order = card_order(shop=shop, status=OrderStatus.PREPARING, quantities=(5,))
        line = order.lines.get().pk
        for _number in range(parcels):
            plan_shipment(order.pk, {line: 1}, actor=STAFF)
        confirmed(opened(order, {line: 1}))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(staff_client, order)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_guard_asked_alone_reads_the_rows_itself(shop: Shop) -> None:
    box = packed(shop)
    confirmed(opened(box.order))
    refusal = not_asked_back(Shipment.objects.get(pk=box.pk))
    assert refusal is not None
    assert refusal.code == "asked_back"
