"""Picked, checked, packed, and what happens when something is missing."""

from __future__ import annotations

import pytest

from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.errors import TransitionRefused
from orders.models import Order, OrderLine, Shipment
from orders.services.edit import change_line
from orders.services.picking import fail_check, pack, pass_check, pick, short_ship, start_picking
from orders.services.shipments import plan_shipment, units_of
from orders.shipment_guards import why_not_shipment
from orders.terms import CheckFinding, HoldReason, OrderStatus, PaymentState, ShipmentStatus
from tests.builders import STAFF
from tests.orders.shipping import kinds, parcel_order

pytestmark = pytest.mark.django_db


def planned(order: Order) -> Shipment:
    return plan_shipment(order.pk, actor=STAFF)


def test_each_step_is_stamped_and_stands_on_the_timeline() -> None:
    order = parcel_order()
    shipment = planned(order)
    for step in (start_picking, pick, pass_check):
        step(shipment.pk, actor=STAFF)
    done = pack(shipment.pk, actor=STAFF)
    assert (done.status, bool(done.picked_at and done.checked_at and done.packed_at)) == ("packed", True)
    assert kinds(order)[1:] == [
        "shipment.picking",
        "shipment.picked",
        "shipment.quality_checked",
        "shipment.packed",
    ]


def test_a_failed_check_goes_back_to_the_shelves() -> None:
    shipment = planned(parcel_order())
    pick(shipment.pk, actor=STAFF)
    again = fail_check(shipment.pk, finding=CheckFinding.DAMAGED, actor=STAFF)
    assert (again.status, again.picked_at) == (ShipmentStatus.PICKING, None)


def test_a_small_shop_packs_in_one_go() -> None:
    packed = pack(planned(parcel_order()).pk, actor=STAFF)
    assert packed.picked_at == packed.packed_at is not None


def test_a_step_out_of_order_is_refused_with_the_sentence_of_the_button() -> None:
    shipment = planned(parcel_order())
    with pytest.raises(TransitionRefused) as refusal:
        pass_check(shipment.pk, actor=STAFF)
    shown = why_not_shipment(shipment, "pass_check")
    assert shown is not None
    assert str(refusal.value) == str(shown.message)


def test_missing_units_are_cancelled_and_their_money_is_due_back() -> None:
    order = parcel_order(3, unit_price=10_000)
    shipment = planned(order)
    line = order.lines.get()
    short_ship(shipment.pk, {line.pk: 1}, actor=STAFF)
    order.refresh_from_db()
    assert (order.total, order.owed, order.payment_state) == (30_000, 20_000, PaymentState.REFUND_DUE)
    assert order.refunds.get().amount == 10_000
    assert Event.objects.get(kind="shipment.short_shipped").data["amount"] == 10_000


def test_shares_of_missing_units_sum_to_what_was_paid() -> None:
    order = parcel_order(3, 1, unit_price=1_000)
    line = order.lines.first()
    assert line is not None
    OrderLine.objects.filter(pk=line.pk).update(paid=1_000, discount=2_000)
    Order.objects.filter(pk=order.pk).update(
        goods_total=4_000, discount_total=2_000, total=2_000, captured_total=2_000
    )
    shipment = planned(order)
    for _ in range(3):
        short_ship(shipment.pk, {line.pk: 1}, actor=STAFF)
    order.refresh_from_db()
    assert (order.owed, sum(order.refunds.values_list("amount", flat=True))) == (1_000, 1_000)


def test_an_order_is_not_emptied_by_missing_units() -> None:
    order = parcel_order(1)
    with pytest.raises(DomainError) as refusal:
        short_ship(planned(order).pk, {order.lines.get().pk: 1}, actor=STAFF)
    assert refusal.value.code == "nothing_left"


def test_a_parcel_follows_units_reduced_before_picking() -> None:
    order = parcel_order(3)
    shipment = planned(order)
    change_line(order.pk, order.lines.get().pk, quantity=1, actor=STAFF)
    assert units_of(pick(shipment.pk, actor=STAFF))[0][1] == 1


def test_units_cancelled_after_picking_must_leave_the_box_first() -> None:
    order = parcel_order(3)
    shipment = pick(planned(order).pk, actor=STAFF)
    line = order.lines.get()
    OrderLine.objects.filter(pk=line.pk).update(cancelled_quantity=1)
    with pytest.raises(TransitionRefused) as refusal:
        pack(shipment.pk, actor=STAFF)
    assert refusal.value.code == "cancelled_units"
    short_ship(shipment.pk, {line.pk: 1}, actor=STAFF)
    line.refresh_from_db()
    assert (line.cancelled_quantity, pack(shipment.pk, actor=STAFF).status) == (1, "packed")


def test_a_failed_check_may_hold_the_order_with_its_reason() -> None:
    shipment = planned(parcel_order())
    pick(shipment.pk, actor=STAFF)
    order = fail_check(
        shipment.pk, finding=CheckFinding.DAMAGED, detail="소매에 얼룩", hold=True, actor=STAFF
    ).order
    order.refresh_from_db()
    hold = order.holds.get()
    assert (order.status, hold.reason, hold.note) == (OrderStatus.ON_HOLD, HoldReason.STOCK, "소매에 얼룩")


def test_a_failed_check_needs_a_finding_and_changes_nothing_without() -> None:
    shipment = planned(parcel_order())
    pick(shipment.pk, actor=STAFF)
    with pytest.raises(DomainError) as refusal:
        fail_check(shipment.pk, finding="", actor=STAFF)
    shipment.refresh_from_db()
    assert (refusal.value.code, shipment.status) == ("no_reason", ShipmentStatus.PICKED)
