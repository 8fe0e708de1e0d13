"""Money that comes in."""

from __future__ import annotations

from typing import Any

import pytest

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.models import Deposit, Order, Payment
from orders.services.payments import Capture, match_deposit, record_payment, take_deposit
from orders.services.stop import expire_order
from orders.terms import OrderStatus, PaymentMethod, PaymentState
from tests.builders import STAFF, make_customer, make_order, make_shop

pytestmark = pytest.mark.django_db


def unpaid_order(**values: Any) -> Order:
    return make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False, **values)


def capture(amount: int = 10_000, reference: str = "tx-1") -> Capture:
    return Capture(amount=amount, method=PaymentMethod.CARD, gateway="test", reference=reference)


def deposit(order: Order, **values: Any) -> Deposit:
    defaults: dict[str, Any] = {
        "payer_name": order.customer.name,
        "amount": order.total,
        "reference": "bank-1",
    }
    return Deposit(shop=order.shop, at=clock.now(), currency=order.currency, **defaults | values)


def test_full_payment_places_the_order() -> None:
    order = unpaid_order()
    record_payment(order.pk, capture(), actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.payment_state) == (OrderStatus.PLACED, PaymentState.PAID)
    kinds = Event.objects.filter(subject_id=order.pk).values_list("kind", flat=True)
    assert set(kinds) == {"payment.captured", "order.placed"}


def test_part_of_the_money_leaves_it_waiting() -> None:
    order = unpaid_order()
    record_payment(order.pk, capture(4_000), actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.payment_state) == (OrderStatus.AWAITING_PAYMENT, PaymentState.PARTLY_PAID)


def test_the_same_reference_again_changes_nothing() -> None:
    order = unpaid_order()
    payments = {record_payment(order.pk, capture(), actor=STAFF).pk for _ in range(3)}
    order.refresh_from_db()
    assert (len(payments), order.captured_total) == (1, 10_000)


def test_money_for_an_expired_order_is_booked_and_must_go_back() -> None:
    order = unpaid_order()
    expire_order(order.pk, actor=STAFF)
    record_payment(order.pk, capture(), actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.payment_state) == (OrderStatus.EXPIRED, PaymentState.REFUND_DUE)
    assert order.tasks.get().kind == "refund"


def test_nothing_is_not_a_payment() -> None:
    with pytest.raises(DomainError):
        record_payment(unpaid_order().pk, capture(0), actor=STAFF)


def test_a_deposit_finds_the_one_order_with_its_amount_and_payer() -> None:
    order = unpaid_order()
    unpaid_order(shop=order.shop, customer=make_customer(order.shop, name="이서연"), recipient_name="이서연")
    stored = take_deposit(deposit(order))
    order.refresh_from_db()
    assert (stored.payment and stored.payment.order_id, order.status) == (order.pk, OrderStatus.PLACED)


def test_a_deposit_that_fits_two_orders_waits_for_a_person() -> None:
    order = unpaid_order()
    unpaid_order(shop=order.shop, customer=order.customer)
    assert take_deposit(deposit(order)).payment is None


def test_the_same_deposit_from_the_bank_again_is_one_payment() -> None:
    order = unpaid_order()
    for _ in range(2):
        take_deposit(deposit(order))
    assert Payment.objects.filter(captured__gt=0).count() == 1


def test_a_deposit_pays_only_once() -> None:
    order = unpaid_order()
    stored = take_deposit(deposit(order))
    with pytest.raises(DomainError) as refusal:
        match_deposit(stored.pk, unpaid_order(shop=order.shop).pk, actor=STAFF)
    assert refusal.value.code == "deposit_used"


def test_a_deposit_of_another_shop_cannot_pay() -> None:
    order = unpaid_order()
    stored = take_deposit(deposit(order, payer_name="아무개"))
    with pytest.raises(DomainError) as refusal:
        match_deposit(stored.pk, unpaid_order(shop=make_shop()).pk, actor=STAFF)
    assert refusal.value.code == "no_such_order"
