"""Moving an order forward."""

from __future__ import annotations

import pytest

from orderdesk.events.models import Event
from orders.errors import StaleVersion, TransitionRefused
from orders.models import Order
from orders.services.steps import (
    complete_order,
    confirm_order,
    hand_over_at_counter,
    mark_ready,
    reopen_order,
)
from orders.services.stop import cancel_order, hold_order, reject_order, release_order
from orders.terms import CancelReason, DeliveryMethod, FulfilmentState, HoldReason, OrderStatus, PaymentState
from tests.builders import STAFF, make_order, make_shipment

pytestmark = pytest.mark.django_db


def kinds(order: Order) -> list[str]:
    return list(Event.objects.filter(subject_id=order.pk).order_by("id").values_list("kind", flat=True))


def test_confirming_writes_the_time_and_one_event() -> None:
    order = make_order()
    confirmed = confirm_order(order.pk, actor=STAFF)
    assert (confirmed.status, kinds(order)) == (OrderStatus.CONFIRMED, ["order.confirmed"])
    assert confirmed.confirmed_at is not None


def test_a_step_that_was_skipped_is_stamped_as_passed_through() -> None:
    order = make_order(status=OrderStatus.CONFIRMED)
    mark_ready(order.pk, actor=STAFF)
    passed = Event.objects.get(kind="order.preparing", subject_id=order.pk)
    assert passed.data == {"passed_through": True}


def test_an_order_is_confirmed_only_once() -> None:
    order = make_order()
    confirm_order(order.pk, actor=STAFF)
    with pytest.raises(TransitionRefused) as refusal:
        confirm_order(order.pk, actor=STAFF)
    assert refusal.value.code == "not_placed"


def test_a_form_made_before_another_change_is_refused() -> None:
    order = make_order()
    hold_order(order.pk, actor=STAFF, reason=HoldReason.STOCK)
    with pytest.raises(StaleVersion):
        cancel_order(order.pk, actor=STAFF, reason=CancelReason.OTHER, version=order.version)


@pytest.mark.parametrize("status", [OrderStatus.PLACED, OrderStatus.CONFIRMED, OrderStatus.READY])
def test_a_held_order_goes_back_to_where_it_was(status: str) -> None:
    order = make_order(status=status)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ADDRESS)
    released = release_order(order.pk, actor=STAFF)
    assert (released.status, released.held_from) == (status, "")
    assert not released.holds.filter(released_at=None).exists()


def test_a_held_order_refuses_to_move() -> None:
    order = make_order()
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ADDRESS)
    with pytest.raises(TransitionRefused) as refusal:
        confirm_order(order.pk, actor=STAFF)
    assert refusal.value.code == "on_hold"


def test_rejecting_a_paid_order_gives_the_money_back() -> None:
    order = make_order()
    rejected = reject_order(order.pk, actor=STAFF, reason=CancelReason.OUT_OF_STOCK)
    assert (rejected.status, rejected.payment_state) == (OrderStatus.CANCELLED, PaymentState.REFUND_DUE)
    assert rejected.refunds.get().amount == order.total


def test_cancelling_closes_shipments_that_have_not_left() -> None:
    order = make_order(status=OrderStatus.PREPARING)
    shipment = make_shipment(order)
    cancel_order(order.pk, actor=STAFF, reason=CancelReason.CUSTOMER_ASKED)
    shipment.refresh_from_db()
    assert shipment.status == "cancelled"


def test_goods_handed_over_at_the_counter_count_as_delivered() -> None:
    order = make_order(status=OrderStatus.READY, delivery_method=DeliveryMethod.PICKUP)
    taken = hand_over_at_counter(order.pk, actor=STAFF)
    assert (taken.status, taken.fulfilment_state) == (OrderStatus.DELIVERED, FulfilmentState.DELIVERED)


def test_a_completed_order_can_be_reopened_with_a_reason() -> None:
    order = make_order(status=OrderStatus.DELIVERED)
    complete_order(order.pk, actor=STAFF)
    reopened = reopen_order(order.pk, actor=STAFF, reason="고객이 하자를 알려 옴")
    assert reopened.status == OrderStatus.DELIVERED
    assert reopened.notes.get().body.startswith("고객이")
