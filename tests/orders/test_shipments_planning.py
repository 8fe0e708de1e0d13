"""Which units travel together."""

from __future__ import annotations

import pytest

from orderdesk.errors import DomainError
from orders.errors import TransitionRefused
from orders.models import Order
from orders.services.shipments import cancel_shipment, plan_shipment, split_shipment, units_of
from orders.services.stop import hold_order
from orders.terms import DeliveryMethod, HoldReason, OrderStatus, ShipmentStatus
from tests.builders import STAFF, make_order
from tests.orders.shipping import kinds, parcel_order

pytestmark = pytest.mark.django_db


def line_ids(order: Order) -> list[int]:
    return list(order.lines.values_list("pk", flat=True))


def test_a_plan_takes_every_unit_unless_told_otherwise() -> None:
    order = parcel_order(2, 3)
    shipment = plan_shipment(order.pk, actor=STAFF)
    assert [quantity for _, quantity in units_of(shipment)] == [2, 3]
    assert kinds(order) == ["shipment.planned"]


def test_a_second_plan_takes_only_what_the_first_left() -> None:
    order = parcel_order(2, 3)
    first, second = line_ids(order)
    plan_shipment(order.pk, {first: 1, second: 3}, actor=STAFF)
    rest = plan_shipment(order.pk, actor=STAFF)
    assert (rest.number, [(line.pk, q) for line, q in units_of(rest)]) == (2, [(first, 1)])


def test_units_are_never_planned_twice() -> None:
    order = parcel_order(2)
    plan_shipment(order.pk, actor=STAFF)
    with pytest.raises(DomainError) as refusal:
        plan_shipment(order.pk, actor=STAFF)
    assert refusal.value.code == "no_units"


@pytest.mark.parametrize("units", [3, -1])
def test_more_or_fewer_units_than_there_are_is_refused(units: int) -> None:
    order = parcel_order(2)
    with pytest.raises(DomainError) as refusal:
        plan_shipment(order.pk, {line_ids(order)[0]: units}, actor=STAFF)
    assert refusal.value.code == "too_many_units"


@pytest.mark.parametrize("status", [OrderStatus.AWAITING_PAYMENT, OrderStatus.PLACED, OrderStatus.CANCELLED])
def test_an_order_that_is_not_confirmed_or_closed_is_not_planned(status: str) -> None:
    order = make_order(status=status)
    with pytest.raises(TransitionRefused) as refusal:
        plan_shipment(order.pk, actor=STAFF)
    assert refusal.value.code == "not_shippable"


def test_a_held_order_is_not_planned() -> None:
    order = parcel_order()
    hold_order(order.pk, actor=STAFF, reason=HoldReason.STOCK)
    with pytest.raises(TransitionRefused) as refusal:
        plan_shipment(order.pk, actor=STAFF)
    assert refusal.value.code == "on_hold"


def test_an_order_to_be_picked_up_has_no_parcel() -> None:
    order = parcel_order(delivery_method=DeliveryMethod.PICKUP)
    with pytest.raises(TransitionRefused) as refusal:
        plan_shipment(order.pk, actor=STAFF)
    assert refusal.value.code == "pick_up"


def test_a_parcel_is_split_before_it_is_picked() -> None:
    order = parcel_order(3)
    whole = plan_shipment(order.pk, actor=STAFF)
    second = split_shipment(whole.pk, {line_ids(order)[0]: 1}, actor=STAFF)
    assert [units_of(s)[0][1] for s in (whole, second)] == [2, 1]


def test_a_split_leaves_at_least_one_unit_behind() -> None:
    order = parcel_order(3)
    whole = plan_shipment(order.pk, actor=STAFF)
    with pytest.raises(DomainError) as refusal:
        split_shipment(whole.pk, {line_ids(order)[0]: 3}, actor=STAFF)
    assert refusal.value.code == "nothing_stays"


def test_units_of_a_cancelled_parcel_are_free_again() -> None:
    order = parcel_order(2)
    cancelled = cancel_shipment(plan_shipment(order.pk, actor=STAFF).pk, actor=STAFF)
    assert cancelled.status == ShipmentStatus.CANCELLED
    assert units_of(plan_shipment(order.pk, actor=STAFF))[0][1] == 2
