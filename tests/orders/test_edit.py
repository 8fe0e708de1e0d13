"""Changes before packing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orders.errors import TransitionRefused
from orders.services.edit import change_address, change_line, correct_contact
from orders.terms import OrderStatus, PaymentState, ShipmentStatus
from tests.builders import STAFF, make_order, make_shipment


@pytest.mark.django_db
def test_an_address_change_names_the_fields_and_keeps_the_person_out_of_the_event() -> None:
    order = make_order()
    changed = change_address(
        order.pk, {"address1": "부산광역시 해운대구 1", "postcode": "04524"}, actor=STAFF
    )
    event = Event.objects.get(kind="order.address_changed")
    assert (changed.address1, event.data) == ("부산광역시 해운대구 1", {"fields": ["address1"]})


@pytest.mark.django_db
def test_packed_goods_cannot_be_changed() -> None:
    order = make_order(status=OrderStatus.PREPARING)
    make_shipment(order, status=ShipmentStatus.PACKED)
    with pytest.raises(TransitionRefused) as refusal:
        change_address(order.pk, {"address1": "다른 곳"}, actor=STAFF)
    assert refusal.value.code == "packed"


@pytest.mark.django_db
def test_fewer_units_lower_the_total_and_the_rest_must_go_back() -> None:
    order = make_order(quantities=(3,))
    changed = change_line(order.pk, order.lines.get().pk, actor=STAFF, quantity=1)
    assert (changed.total, changed.payment_state) == (10_000, PaymentState.OVERPAID)
    assert changed.tasks.get().kind == "refund"


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", [0, 3, 4])
def test_only_fewer_units_are_possible(quantity: int) -> None:
    order = make_order(quantities=(3,))
    if quantity == 3:
        assert change_line(order.pk, order.lines.get().pk, actor=STAFF, quantity=3).version == order.version
        return
    with pytest.raises(DomainError):
        change_line(order.pk, order.lines.get().pk, actor=STAFF, quantity=quantity)


@pytest.mark.django_db
def test_a_mistyped_mail_can_be_corrected_after_delivery() -> None:
    order = make_order(status=OrderStatus.DELIVERED)
    assert correct_contact(order.pk, actor=STAFF, email="Right@Example.com").email == "right@example.com"


class TotalsStayExact(TestCase):
    @given(st.integers(2, 9), st.integers(1, 10**6), st.integers(0, 99), st.data())
    def test_an_order_always_equals_the_sum_of_its_lines(
        self, quantity: int, price: int, percent: int, data: st.DataObject
    ) -> None:
        order = make_order(quantities=(quantity, 1), unit_price=price)
        line = order.lines.get(position=1)
        discount = quantity * price * percent // 100
        type(line).objects.filter(pk=line.pk).update(discount=discount, paid=quantity * price - discount)
        type(order).objects.filter(pk=order.pk).update(discount_total=discount, total=order.total - discount)
        fewer = data.draw(st.integers(1, quantity - 1))
        changed = change_line(order.pk, line.pk, actor=STAFF, quantity=fewer)
        assert changed.total == sum(changed.lines.values_list("paid", flat=True))
        assert changed.total == changed.goods_total - changed.discount_total


@pytest.mark.django_db
def test_a_phone_as_the_form_shows_it_is_no_change() -> None:
    order = make_order(recipient_phone="01000001144")
    change_address(order.pk, {"recipient_phone": "010-0000-1144", "address2": "3층"}, actor=STAFF)
    assert Event.objects.get(kind="order.address_changed").data == {"fields": ["address2"]}
