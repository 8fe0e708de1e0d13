"""Fifty couriers, packers and scanners at once."""

from __future__ import annotations

import pytest

from orders.models import Order, Shipment
from orders.services.courier import assign_courier, courier_departs
from orders.services.shipments import plan_shipment
from orders.services.waybills import hand_over
from orders.terms import OrderStatus
from tests.builders import STAFF
from tests.orders.shipping import food_order, kinds, parcel_order, waybilled
from tests.orders.test_races import AT_ONCE, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_fifty_departures_one_happens() -> None:
    order = food_order()
    shipment = assign_courier(order.pk, name="김기사", actor=STAFF)
    outcomes = race([lambda: courier_departs(shipment.pk)] * AT_ONCE)
    assert outcomes["won"] == 1
    assert set(outcomes) <= {"won", "left", "busy"}
    assert kinds(order).count("order.departed") == 1


def test_of_fifty_hand_overs_one_happens() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    outcomes = race([lambda: hand_over(shipment_id, actor=STAFF)] * AT_ONCE)
    assert outcomes["won"] == 1
    assert Order.objects.get(pk=order.pk).status == OrderStatus.IN_DELIVERY


def test_fifty_plans_never_take_a_unit_twice() -> None:
    order = parcel_order(3)
    line = order.lines.get()
    outcomes = race([lambda: plan_shipment(order.pk, {line.pk: 1}, actor=STAFF)] * AT_ONCE)
    assert outcomes["won"] == Shipment.objects.count() <= 3
    assert set(outcomes) <= {"won", "no_units", "too_many_units", "busy"}
