"""Lost and returned parcels, and late promises."""

from __future__ import annotations

import pytest

from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.errors import TransitionRefused
from orders.models import Order, Shipment
from orders.services.delays import announce_delay
from orders.services.fates import come_back, deliver_by_hand, report_lost, reship, send_back
from orders.services.tasks import close_task
from orders.services.waybills import enter_waybill, hand_over
from orders.terms import DelayReason, FulfilmentState, OrderStatus, ShipmentStatus, TaskKind
from tests.builders import STAFF, make_order
from tests.orders.shipping import kinds, parcel_order, soon, waybilled

pytestmark = pytest.mark.django_db


def sent(order: Order) -> Shipment:
    return hand_over(waybilled(order), actor=STAFF)


def test_a_lost_parcel_asks_staff_and_the_order_waits() -> None:
    order = parcel_order()
    report_lost(sent(order).pk, actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.tasks.get().kind) == (OrderStatus.IN_DELIVERY, TaskKind.LOST)


def test_a_decision_about_the_last_parcel_closes_the_delivery() -> None:
    order = parcel_order()
    report_lost(sent(order).pk, actor=STAFF)
    close_task(order.tasks.get().pk, actor=STAFF, resolution="환불")
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED


def test_a_returned_parcel_comes_back_in_two_steps() -> None:
    order = parcel_order()
    shipment = sent(order)
    send_back(shipment.pk, actor=STAFF)
    back = come_back(shipment.pk, actor=STAFF)
    assert (back.status, order.tasks.get().kind) == (ShipmentStatus.RETURNED, TaskKind.RETURNED)


def test_a_lost_parcel_is_sent_again_with_the_same_units() -> None:
    order = parcel_order(2)
    lost = report_lost(sent(order).pk, actor=STAFF)
    again = reship(lost.pk, actor=STAFF)
    order.refresh_from_db()
    assert (again.number, again.lines.get().quantity) == (2, 2)
    assert (order.fulfilment_state, order.tasks.get().done_at is not None) == (
        FulfilmentState.UNFULFILLED,
        True,
    )
    assert order.status == OrderStatus.IN_DELIVERY


def test_the_replacement_ends_the_delivery() -> None:
    order = parcel_order()
    again = reship(report_lost(sent(order).pk, actor=STAFF).pk, actor=STAFF)
    enter_waybill(again.pk, carrier="cj", number="650012345679", actor=STAFF)
    hand_over(again.pk, actor=STAFF)
    deliver_by_hand(again.pk, actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.fulfilment_state) == (OrderStatus.DELIVERED, FulfilmentState.DELIVERED)


def test_a_parcel_is_replaced_once() -> None:
    order = parcel_order()
    lost = report_lost(sent(order).pk, actor=STAFF)
    reship(lost.pk, actor=STAFF)
    with pytest.raises(TransitionRefused) as refusal:
        reship(lost.pk, actor=STAFF)
    assert refusal.value.code == "sent_again"


def test_only_what_went_wrong_is_sent_again() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        reship(sent(parcel_order()).pk, actor=STAFF)
    assert refusal.value.code == "not_gone_wrong"


def test_a_delay_moves_the_promise_and_keeps_the_old_one() -> None:
    order = make_order()
    start, until = soon(50), soon(52)
    delayed = announce_delay(order.pk, start, until, reason=DelayReason.WEATHER, actor=STAFF)
    event = Event.objects.get(kind="order.delayed")
    assert (delayed.promised_from, delayed.promised_until) == (start, until)
    assert event.data["before"][1] == f"{order.promised_until:%Y-%m-%dT%H:%M:%S.%f+00:00}"
    assert kinds(order) == ["order.delayed"]


def test_a_new_window_lies_ahead() -> None:
    with pytest.raises(DomainError) as refusal:
        announce_delay(make_order().pk, soon(-4), soon(-2), reason=DelayReason.BUSY, actor=STAFF)
    assert refusal.value.code == "window"


def test_a_closed_order_is_not_delayed() -> None:
    order = make_order(status=OrderStatus.DELIVERED)
    with pytest.raises(DomainError) as refusal:
        announce_delay(order.pk, soon(1), soon(2), reason=DelayReason.BUSY, actor=STAFF)
    assert refusal.value.code == "closed"


def test_a_promise_moved_closer_takes_the_day_of_leaving_along() -> None:
    order = make_order(ship_by=soon(60))
    until = soon(10)
    sooner = announce_delay(order.pk, soon(8), until, reason=DelayReason.OTHER, actor=STAFF)
    assert sooner.ship_by == until
