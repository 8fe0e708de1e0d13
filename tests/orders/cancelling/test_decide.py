"""Requests are answered once: by the shop, by its deadline, or by the customer's second thoughts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import CUSTOMER, Actor
from orders.errors import TransitionRefused
from orders.models import Cancellation, Order, Refund, StockItem
from orders.services.cancelling import decide
from orders.services.cancelling.staff import StaffCancel, cancel_units, goodwill_refund
from orders.services.picking import pack
from orders.services.shipments import plan_shipment
from orders.services.stock import sync_stock
from orders.terms import CancellationStatus, OrderStatus, ShipmentStatus
from tests.builders import STAFF, make_shipment, make_user
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db
S = CancellationStatus


def asked(*quantities: int, units: dict[int, int] | None = None) -> Cancellation:
    """A request that waits for the shop."""
    order = card_order(status=OrderStatus.PREPARING, quantities=quantities or (2,))
    return confirmed(opened(order, units))


def test_an_approved_request_cancels_and_gives_the_money_back() -> None:
    row = decide.approve_cancellation(asked().pk, actor=STAFF)
    order = Order.objects.get(pk=row.order_id)
    assert (row.status, order.status, order.refunds.get().amount) == (S.COMPLETED, "cancelled", 20_000)


def test_a_refused_request_needs_a_code_and_a_sentence() -> None:
    row = asked()
    for code, text in (("", "x"), ("other", " ")):
        with pytest.raises(DomainError):
            decide.reject_cancellation(row.pk, actor=STAFF, code=code, text=text)
    done = decide.reject_cancellation(row.pk, actor=STAFF, code="already_cooking", text="조리가 시작됐어요.")
    assert (done.status, done.order.status, Refund.objects.count()) == (S.REJECTED, "preparing", 0)


def test_a_counter_offer_gives_a_part_back_and_the_order_goes_on() -> None:
    row = decide.counter_offer(asked().pk, actor=STAFF, amount=5_000)
    done = decide.accept_counter(row.pk, actor=CUSTOMER)
    decide.accept_counter(row.pk, actor=CUSTOMER)
    order = Order.objects.get(pk=row.order_id)
    assert (done.status, order.status, order.owed) == (S.SAVED, "preparing", 15_000)
    assert [refund.amount for refund in order.refunds.all()] == [5_000]


@pytest.mark.parametrize("amount", [0, -1, 1.5, True, 20_001])
def test_a_counter_offer_stays_within_what_was_paid(amount: int) -> None:
    with pytest.raises(DomainError) as refused:
        decide.counter_offer(asked().pk, actor=STAFF, amount=amount)
    assert refused.value.code == "bad_amount"


def test_a_withdrawn_request_frees_its_units() -> None:
    row = asked()
    decide.withdraw_cancellation(row.pk, actor=CUSTOMER)
    assert plan_shipment(row.order_id, actor=STAFF).lines.get().quantity == 2


def test_units_under_a_request_are_neither_planned_nor_packed() -> None:
    order = card_order(status=OrderStatus.PREPARING, quantities=(2,))
    shipment = make_shipment(order, status=ShipmentStatus.PICKED)
    confirmed(opened(order, {order.lines.get().pk: 1}))
    with pytest.raises(TransitionRefused) as refused:
        pack(shipment.pk, actor=STAFF)
    assert refused.value.code == "asked_back"


def test_the_deadline_answers_by_its_default_and_says_so() -> None:
    row = asked()
    Cancellation.objects.filter(pk=row.pk).update(answer_by=clock.now())
    assert decide.by_deadline() == 1
    assert decide.by_deadline() == 0
    row = Cancellation.objects.get(pk=row.pk)
    assert (row.status, row.by_deadline) == (S.COMPLETED, True)


def test_what_nobody_finished_is_given_up() -> None:
    row = opened(card_order())
    Cancellation.objects.filter(pk=row.pk).update(requested_at=clock.now() - timedelta(minutes=31))
    decide.by_deadline()
    assert Cancellation.objects.get(pk=row.pk).status == S.ABANDONED


def test_staff_and_customer_at_once_are_one_cancellation_that_notes_both() -> None:
    order = card_order()
    user = make_user(order.shop)
    row = opened(order)
    done = cancel_units(order.pk, StaffCancel("out_of_stock"), actor=Actor.staff(user.pk))
    again = confirmed(row)
    assert done.pk == again.pk == row.pk
    assert (again.requested_by_kind, again.decided_by_id, again.decision["also"]) == (
        "customer",
        user.pk,
        "customer",
    )
    assert Refund.objects.filter(order=order).count() == 1


def test_the_customer_first_notes_the_member_of_staff() -> None:
    order = card_order()
    row = confirmed(opened(order))
    done = cancel_units(order.pk, StaffCancel("other"), actor=Actor.staff(make_user(order.shop).pk))
    assert (done.pk, done.decision["also"]) == (row.pk, "staff")


def test_staff_do_not_run_over_a_request_about_some_of_the_units() -> None:
    row = asked(3)
    with pytest.raises(Conflict) as refused:
        cancel_units(row.order_id, StaffCancel("other", {row.order.lines.get().pk: 1}), actor=STAFF)
    assert refused.value.code == "request_open"


def test_shares_of_fault_sum_to_a_hundred() -> None:
    order = card_order()
    with pytest.raises(DomainError) as refused:
        cancel_units(order.pk, StaffCancel("other", fault={"buyer": 50}), actor=STAFF)
    assert refused.value.code == "bad_shares"


def test_goodwill_is_one_refund_however_often_it_is_pressed() -> None:
    order = card_order()
    for _ in range(2):
        goodwill_refund(order.pk, actor=STAFF, amount=3_000, reason="late", token="t1")
    order.refresh_from_db()
    assert (order.owed, [refund.amount for refund in order.refunds.all()]) == (7_000, [3_000])
    row = confirmed(opened(order))
    assert Refund.objects.get(cancellation=row).amount == 7_000


def test_parts_sum_to_what_was_paid_and_stock_is_counted_once() -> None:
    order = card_order(quantities=(3,), unit_price=3_333)
    item = StockItem.objects.create(shop=order.shop, sku="SKU-1", on_hand=10)
    sync_stock(order)
    line = order.lines.get()
    for _ in range(3):
        cancel_units(order.pk, StaffCancel("plans_changed", {line.pk: 1}), actor=STAFF)
        order.refresh_from_db()
        sync_stock(order)
    item.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert sum(order.refunds.values_list("amount", flat=True)) == order.total
    assert (item.on_hand, item.reserved) == (10, 0)
