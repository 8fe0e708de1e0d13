"""Carriers' scans: once each, by priority, never backwards."""

from __future__ import annotations

import pytest

from orderdesk import clock
from orderdesk.events.models import Event
from orders.models import Order, Shipment
from orders.services.scans import record_scans
from orders.services.stop import cancel_order, hold_order, release_order
from orders.services.waybills import hand_over
from orders.terms import CancelReason, HoldReason, OrderStatus, ShipmentStatus, TaskKind
from orders.terms import TrackingCode as C
from tests.builders import STAFF
from tests.orders.shipping import kinds, parcel_order, scan, waybilled

pytestmark = pytest.mark.django_db


def state(shipment_id: int) -> tuple[str, str]:
    shipment = Shipment.objects.select_related("order").get(pk=shipment_id)
    return shipment.status, shipment.order.status


def scanned(*codes: str) -> tuple[int, Order]:
    """A parcel whose scans came one after the other, a minute apart."""
    order = parcel_order()
    shipment_id = waybilled(order)
    for minute, code in enumerate(codes):
        record_scans(shipment_id, [scan(code, hours=minute / 60)])
    return shipment_id, order


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([C.INFORMATION_RECEIVED], (ShipmentStatus.PLANNED, OrderStatus.CONFIRMED)),
        ([C.COLLECTED], (ShipmentStatus.IN_TRANSIT, OrderStatus.IN_DELIVERY)),
        ([C.IN_TRANSIT, C.OUT_FOR_DELIVERY], (ShipmentStatus.OUT_FOR_DELIVERY, OrderStatus.IN_DELIVERY)),
        ([C.OUT_FOR_DELIVERY, C.IN_TRANSIT], (ShipmentStatus.OUT_FOR_DELIVERY, OrderStatus.IN_DELIVERY)),
        ([C.DELIVERED, C.OUT_FOR_DELIVERY], (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED)),
        ([C.DELIVERED], (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED)),
        ([C.ATTEMPT_FAILED], (ShipmentStatus.ATTEMPT_FAILED, OrderStatus.IN_DELIVERY)),
        ([C.ATTEMPT_FAILED, C.OUT_FOR_DELIVERY], (ShipmentStatus.OUT_FOR_DELIVERY, OrderStatus.IN_DELIVERY)),
        ([C.EXCEPTION, C.IN_TRANSIT], (ShipmentStatus.IN_TRANSIT, OrderStatus.IN_DELIVERY)),
        ([C.OUT_FOR_DELIVERY, C.EXCEPTION], (ShipmentStatus.EXCEPTION, OrderStatus.IN_DELIVERY)),
        ([C.RETURNING, C.IN_TRANSIT], (ShipmentStatus.RETURNING, OrderStatus.IN_DELIVERY)),
        ([C.RETURNING, C.DELIVERED], (ShipmentStatus.DELIVERED, OrderStatus.DELIVERED)),
        ([C.AVAILABLE_FOR_PICKUP], (ShipmentStatus.OUT_FOR_DELIVERY, OrderStatus.IN_DELIVERY)),
    ],
)
def test_the_decisive_scan_moves_parcel_and_order(codes: list[str], expected: tuple[str, str]) -> None:
    assert state(scanned(*codes)[0]) == expected


def test_scans_are_ordered_by_their_own_time_not_by_arrival() -> None:
    shipment_id = waybilled(parcel_order())
    record_scans(shipment_id, [scan(C.ATTEMPT_FAILED, hours=0.5), scan(C.OUT_FOR_DELIVERY, hours=0.1)])
    assert state(shipment_id)[0] == ShipmentStatus.ATTEMPT_FAILED


def test_the_same_scan_again_changes_nothing() -> None:
    order = parcel_order()
    shipment_id, one = waybilled(order), scan(C.IN_TRANSIT)
    assert record_scans(shipment_id, [one, one]) == 1
    before = Order.objects.get(pk=order.pk).revision, kinds(order)
    assert record_scans(shipment_id, [one]) == 0
    assert (Order.objects.get(pk=order.pk).revision, kinds(order)) == before


def test_a_scan_moves_the_revision_once() -> None:
    shipment_id, order = scanned(C.IN_TRANSIT)
    before = Order.objects.get(pk=order.pk)
    record_scans(shipment_id, [scan(C.IN_TRANSIT, hours=0.5, where="옥천")])
    after = Order.objects.get(pk=order.pk)
    assert (after.version, after.revision) == (before.version, before.revision + 1)


def test_scans_of_the_numbers_earlier_life_are_dropped() -> None:
    shipment_id = waybilled(parcel_order())
    assert record_scans(shipment_id, [scan(C.DELIVERED, hours=-90 * 24), scan(C.DELIVERED, hours=90)]) == 0
    assert state(shipment_id)[1] == OrderStatus.CONFIRMED


def test_the_first_scan_proves_an_attested_hand_over() -> None:
    order = parcel_order()
    shipment = hand_over(waybilled(order), actor=STAFF)
    record_scans(shipment.pk, [scan(C.COLLECTED)])
    shipment.refresh_from_db()
    assert shipment.first_scan_at is not None
    assert kinds(order).count("order.departed") == 1


def test_the_delivery_has_the_time_of_the_scan() -> None:
    shipment_id, order = scanned(C.IN_TRANSIT)
    arrived = scan(C.DELIVERED, hours=0.3)
    record_scans(shipment_id, [arrived])
    order.refresh_from_db()
    assert order.delivered_at == arrived.at


def test_a_truth_about_a_held_order_is_kept_and_told_to_staff() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ADDRESS)
    record_scans(shipment_id, [scan(C.IN_TRANSIT)])
    assert state(shipment_id) == (ShipmentStatus.IN_TRANSIT, OrderStatus.ON_HOLD)
    assert order.tasks.get().kind == TaskKind.PROBLEM


def test_a_released_order_follows_the_parcel_that_went_without_it() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ADDRESS)
    record_scans(shipment_id, [scan(C.DELIVERED)])
    assert release_order(order.pk, actor=STAFF).status == OrderStatus.DELIVERED
    assert kinds(order)[-1] == "order.delivered"


def test_a_scan_of_a_cancelled_parcel_is_kept_and_told() -> None:
    order = parcel_order()
    shipment_id = waybilled(order)
    cancel_order(order.pk, actor=STAFF, reason=CancelReason.OTHER)
    record_scans(shipment_id, [scan(C.IN_TRANSIT)])
    assert state(shipment_id) == (ShipmentStatus.CANCELLED, OrderStatus.CANCELLED)
    assert TaskKind.PROBLEM in order.tasks.values_list("kind", flat=True)


def test_an_event_of_a_scan_names_no_person() -> None:
    scanned(C.OUT_FOR_DELIVERY)
    event = Event.objects.get(kind="shipment.scanned")
    assert set(event.data) == {"shipment", "number", "code", "status", "at"}
    assert event.at <= clock.now()
