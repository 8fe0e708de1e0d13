"""Waybills and the attested hand-over."""

from __future__ import annotations

import pytest

from orderdesk.errors import DomainError
from orders.errors import TransitionRefused
from orders.models import OrderLine
from orders.services.shipments import plan_shipment
from orders.services.stop import cancel_order, hold_order
from orders.services.waybills import enter_waybill, hand_over, ship_with_waybill
from orders.terms import CancelReason, FulfilmentState, HoldReason, OrderStatus
from tests.builders import STAFF
from tests.orders.shipping import CJ_NUMBER, food_order, kinds, parcel_order, waybilled

pytestmark = pytest.mark.django_db


def test_an_attested_hand_over_moves_the_order_and_passes_the_unused_steps() -> None:
    order = parcel_order()
    shipment = hand_over(waybilled(order), actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.fulfilment_state) == (OrderStatus.IN_DELIVERY, FulfilmentState.SHIPPED)
    assert shipment.first_scan_at is None
    assert kinds(order)[-4:] == ["shipment.handed_over", "order.preparing", "order.ready", "order.departed"]


def test_without_a_waybill_nothing_is_handed_over() -> None:
    shipment = plan_shipment(parcel_order().pk, actor=STAFF)
    with pytest.raises(TransitionRefused) as refusal:
        hand_over(shipment.pk, actor=STAFF)
    assert refusal.value.code == "no_waybill"


def test_the_second_parcel_changes_only_what_has_been_shipped() -> None:
    order = parcel_order(2)
    line = order.lines.get()
    first = plan_shipment(order.pk, {line.pk: 1}, actor=STAFF)
    enter_waybill(first.pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)
    hand_over(first.pk, actor=STAFF)
    order.refresh_from_db()
    assert order.fulfilment_state == FulfilmentState.PARTLY_SHIPPED
    ship_with_waybill(order.pk, carrier="cj", number="650012345679", actor=STAFF)
    order.refresh_from_db()
    assert (order.fulfilment_state, kinds(order).count("order.departed")) == (FulfilmentState.SHIPPED, 1)


@pytest.mark.parametrize(
    ("carrier", "number", "code"),
    [
        ("cj", "12345", "bad_number"),
        ("cj", "", "no_number"),
        ("dove", CJ_NUMBER, "no_carrier"),
        ("cj", "6.50012E+11", "scientific"),
        ("epost", CJ_NUMBER, "bad_number"),
    ],
)
def test_a_number_that_cannot_be_one_is_refused(carrier: str, number: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        ship_with_waybill(parcel_order().pk, carrier=carrier, number=number, actor=STAFF)
    assert refusal.value.code == code
    assert "%(" not in str(refusal.value)


def test_a_number_is_stored_without_its_hyphens() -> None:
    shipment = ship_with_waybill(parcel_order().pk, carrier="cj", number=" 6500-1234-5678 ", actor=STAFF)
    assert shipment.tracking_number == CJ_NUMBER


def test_a_number_that_another_parcel_has_is_refused_by_that_parcels_name() -> None:
    first = parcel_order()
    waybilled(first)
    second = parcel_order()
    with pytest.raises(DomainError) as refusal:
        ship_with_waybill(second.pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)
    assert first.number in str(refusal.value)
    assert not second.shipments.exists()


def test_a_mistyped_number_is_corrected_after_the_hand_over() -> None:
    shipment = ship_with_waybill(parcel_order().pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)
    corrected = enter_waybill(shipment.pk, carrier="cj", number="650012345679", actor=STAFF)
    assert corrected.tracking_number == "650012345679"


def test_a_held_order_keeps_its_parcel() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ADDRESS)
    with pytest.raises(TransitionRefused) as refusal:
        hand_over(shipment_id, actor=STAFF)
    assert refusal.value.code == "on_hold"


def test_a_cancelled_order_ships_nothing() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    cancel_order(order.pk, actor=STAFF, reason=CancelReason.OTHER)
    with pytest.raises(TransitionRefused) as refusal:
        hand_over(shipment_id, actor=STAFF)
    assert refusal.value.code == "order_closed"


def test_a_cancelled_unit_never_ships() -> None:
    order = parcel_order(1)
    shipment_id = waybilled(order)
    OrderLine.objects.filter(order=order).update(cancelled_quantity=1)
    with pytest.raises(TransitionRefused) as refusal:
        hand_over(shipment_id, actor=STAFF)
    assert refusal.value.code == "empty"


def test_food_has_no_waybill() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        ship_with_waybill(food_order().pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)
    assert refusal.value.code == "not_parcel"
