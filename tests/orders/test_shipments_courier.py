"""A courier's run from assignment to the door."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from orderdesk import clock
from orderdesk.errors import DomainError
from orders.errors import TransitionRefused
from orders.models import CourierPing, Order, Shipment
from orders.services.courier import (
    PINGS_KEPT,
    assign_courier,
    courier_arrives,
    courier_delivers,
    courier_departs,
    courier_fails,
    courier_pings,
)
from orders.terms import FailedAttempt, FulfilmentState, OrderStatus, ShipmentStatus
from tests.builders import STAFF
from tests.orders.shipping import food_order, kinds, parcel_order

pytestmark = pytest.mark.django_db


def ping(shipment: Shipment, at: datetime | None = None) -> bool:
    return courier_pings(shipment.pk, latitude=37.5665, longitude=126.978, accuracy_m=12.4, at=at)


def assigned(order: Order | None = None) -> Shipment:
    order = order or food_order()
    return assign_courier(order.pk, name="김기사", phone="010-1234-5678", actor=STAFF)


def test_assigning_makes_the_shipment_and_stores_digits() -> None:
    shipment = assigned()
    assert (shipment.status, shipment.courier_phone) == (ShipmentStatus.COURIER_ASSIGNED, "01012345678")
    assert shipment.lines.count() == 1


def test_another_courier_takes_over_the_same_shipment() -> None:
    order = food_order()
    first, second = assigned(order), assign_courier(order.pk, name="이기사", actor=STAFF)
    assert (second.pk, second.courier_name) == (first.pk, "이기사")


def test_a_courier_has_a_name() -> None:
    with pytest.raises(DomainError) as refusal:
        assign_courier(food_order().pk, name="  ", actor=STAFF)
    assert refusal.value.code == "no_name"


def test_a_parcel_order_gets_no_courier() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        assigned(parcel_order())
    assert refusal.value.code == "not_by_courier"


def test_a_run_takes_the_order_to_the_door() -> None:
    order = food_order()
    shipment = assigned(order)
    courier_departs(shipment.pk)
    courier_arrives(shipment.pk)
    done = courier_delivers(shipment.pk, proof_name="홍길동")
    order.refresh_from_db()
    assert (done.status, order.status) == (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED)
    assert order.fulfilment_state == FulfilmentState.DELIVERED
    assert kinds(order)[-2:] == ["shipment.delivered", "order.delivered"]


def test_departing_twice_is_refused_with_a_sentence() -> None:
    shipment = assigned()
    courier_departs(shipment.pk)
    with pytest.raises(TransitionRefused) as refusal:
        courier_departs(shipment.pk)
    assert refusal.value.code == "left"


def test_nothing_is_delivered_that_has_not_left() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        courier_delivers(assigned().pk, proof_name="홍길동")
    assert refusal.value.code == "not_left"


def test_a_delivery_needs_a_name_or_a_photo() -> None:
    shipment = assigned()
    courier_departs(shipment.pk)
    with pytest.raises(DomainError) as refusal:
        courier_delivers(shipment.pk)
    assert refusal.value.code == "no_proof"
    delivered = courier_delivers(shipment.pk, photo=ContentFile(b"jpeg"))
    assert str(delivered.proof_photo.name).startswith("proofs/")


def test_a_failed_attempt_keeps_the_order_in_delivery_and_can_be_tried_again() -> None:
    shipment = assigned()
    courier_departs(shipment.pk)
    failed = courier_fails(shipment.pk, reason=FailedAttempt.NOBODY)
    assert (failed.status, failed.order.status) == (ShipmentStatus.ATTEMPT_FAILED, OrderStatus.IN_DELIVERY)
    assert courier_arrives(shipment.pk).status == ShipmentStatus.ARRIVING


def test_a_failed_attempt_has_a_known_reason() -> None:
    with pytest.raises(DomainError) as refusal:
        courier_fails(assigned().pk, reason="aliens")
    assert refusal.value.code == "no_reason"


def test_a_position_moves_the_revision_and_not_the_version() -> None:
    shipment = assigned()
    before = Order.objects.get(pk=shipment.order_id)
    assert ping(shipment)
    after = Order.objects.get(pk=shipment.order_id)
    assert (after.version, after.revision) == (before.version, before.revision + 1)


@pytest.mark.parametrize(
    ("latitude", "longitude", "accuracy"),
    [
        (91, 0, 5),
        (37, 181, 5),
        (0, 0, 5),
        (math.nan, 127, 5),
        (37, 127, 9_999),
        (37, 127, math.inf),
        (37, 127, -1),
    ],
)
def test_an_implausible_position_is_dropped(latitude: float, longitude: float, accuracy: float) -> None:
    assert not courier_pings(assigned().pk, latitude=latitude, longitude=longitude, accuracy_m=accuracy)
    assert not CourierPing.objects.exists()


@pytest.mark.parametrize("minutes", [-16, 2])
def test_a_position_of_another_time_is_dropped(minutes: int) -> None:
    assert not ping(assigned(), at=clock.now() + timedelta(minutes=minutes))


def test_a_position_older_than_the_last_is_dropped() -> None:
    shipment = assigned()
    assert ping(shipment)
    assert not ping(shipment, at=clock.now() - timedelta(minutes=1))


def test_only_the_newest_positions_are_kept() -> None:
    shipment, start = assigned(), clock.now() - timedelta(minutes=10)
    for second in range(PINGS_KEPT + 3):
        ping(shipment, at=start + timedelta(seconds=second))
    assert shipment.pings.count() == PINGS_KEPT
    assert shipment.pings.order_by("at")[0].at == start + timedelta(seconds=3)


def test_nobody_is_followed_after_the_delivery() -> None:
    shipment = assigned()
    courier_departs(shipment.pk)
    courier_delivers(shipment.pk, proof_name="홍길동")
    assert not ping(shipment)
