"""Placing an order by staff or another program."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.accounts.models import Customer, LegalRegime, OpeningHours, OrderKind
from orderdesk.errors import DomainError
from orderdesk.events.models import Event
from orderdesk.policies.calendar import BusinessCalendar
from orderdesk.policies.models import PolicyKind
from orderdesk.policies.services.publish import new_draft, publish
from orders.models import Order
from orders.promise import parcel_promise, parcel_ship_by
from orders.services.place import NewLine, NewOrder, _lines, place_order
from orders.terms import OrderStatus, PaymentMethod, PaymentState
from tests.builders import STAFF, make_shop

SHIRT = NewLine(name="면 셔츠", sku="SH-1", options="네이비 / M", quantity=2, unit_price=24_000)
PHONE_ORDER = NewOrder(customer_name="김민준", customer_phone="010-1234-5678", lines=[SHIRT], shipping=3_000)


@pytest.mark.django_db
def test_a_phone_order_awaits_its_transfer() -> None:
    order = place_order(make_shop(), PHONE_ORDER, actor=STAFF)
    assert (order.status, order.total, order.payment_state) == (
        "awaiting_payment",
        51_000,
        PaymentState.UNPAID,
    )
    assert order.pay_by is not None
    assert Event.objects.get(subject_id=order.pk).kind == "order.awaiting_payment"


@pytest.mark.django_db
def test_cash_on_delivery_is_placed_at_once() -> None:
    cash = replace(PHONE_ORDER, payment_method=PaymentMethod.CASH_ON_DELIVERY)
    order = place_order(make_shop(kind=OrderKind.FOOD), cash, actor=STAFF)
    assert (order.status, order.payment_state) == (OrderStatus.PLACED, PaymentState.PAY_LATER)
    assert order.accept_by is not None


@pytest.mark.django_db
def test_food_ordered_at_night_is_promised_and_answered_after_the_kitchen_opens() -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    for day in range(7):
        OpeningHours.objects.create(shop=shop, weekday=day, opens=time(11), closes=time(22))
    draft = new_draft(shop.pk, PolicyKind.TIMING)
    draft.timing.acceptance_minutes = 10
    draft.timing.save()
    publish(draft.pk, actor=STAFF)
    cash = replace(PHONE_ORDER, payment_method=PaymentMethod.CASH_ON_DELIVERY)
    night, opens = (datetime(2030, 11, 24, hour, tzinfo=shop.zone) for hour in (2, 11))
    order = place_order(shop, cash, actor=STAFF, at=night)
    assert order.accept_by is not None
    assert order.promised_from is not None
    assert order.accept_by - opens == timedelta(minutes=10)
    assert order.promised_from - opens == timedelta(minutes=45)


@pytest.mark.django_db
def test_an_order_is_bound_to_the_law_and_the_timings_of_its_day() -> None:
    shop = make_shop(legal_regime=LegalRegime.EU)
    draft = new_draft(shop.pk, PolicyKind.TIMING)
    publish(draft.pk, actor=STAFF)
    order = place_order(shop, PHONE_ORDER, actor=STAFF)
    assert (order.legal_regime, order.timing_policy_id) == (LegalRegime.EU, draft.pk)


@pytest.mark.django_db
def test_the_same_person_is_one_customer() -> None:
    shop = make_shop()
    first, second = (place_order(shop, PHONE_ORDER, actor=STAFF) for _ in range(2))
    assert first.customer_id == second.customer_id
    assert Customer.objects.get().phone == "01012345678"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lines": []}, "no_lines"),
        ({"lines": [replace(SHIRT, quantity=0)]}, "bad_quantity"),
        ({"order_discount": 48_001}, "discount_too_big"),
        ({"customer_phone": ""}, "no_contact"),
    ],
)
def test_what_cannot_be_an_order_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        place_order(make_shop(), replace(PHONE_ORDER, **change), actor=STAFF)  # type: ignore[arg-type]
    assert (refusal.value.code, Order.objects.count()) == (code, 0)


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10**6)), min_size=1, max_size=8), st.integers(0, 100)
)
def test_what_the_lines_paid_sums_to_the_goods_less_discounts(
    rows: list[tuple[int, int]], percent: int
) -> None:
    goods = sum(q * p for q, p in rows)
    discount = goods * percent // 100
    new = replace(
        PHONE_ORDER,
        lines=[NewLine(name="x", quantity=q, unit_price=p) for q, p in rows],
        order_discount=discount,
    )
    assert sum(line.paid for line in _lines(Order(), new)) == goods - discount


@given(minutes=st.integers(0, 450 * 24 * 60))
def test_a_parcel_never_has_to_leave_after_its_promise(minutes: int) -> None:
    calendar = BusinessCalendar("KR", ZoneInfo("Asia/Seoul"))
    placed = datetime(2025, 12, 1, tzinfo=calendar.zone) + timedelta(minutes=minutes)
    _first, until = parcel_promise(placed, calendar)
    lawful = calendar.deadline(placed, 3)
    leaves = parcel_ship_by(placed, until, lawful, calendar)
    assert placed <= leaves <= min(until, lawful)
    assert calendar.is_open((leaves - timedelta(seconds=1)).astimezone(calendar.zone).date())


@pytest.mark.django_db
def test_a_placed_parcel_leaves_before_it_is_promised() -> None:
    cash = replace(PHONE_ORDER, payment_method=PaymentMethod.CASH_ON_DELIVERY)
    order = place_order(make_shop(legal_regime=LegalRegime.KR_GOODS), cash, actor=STAFF)
    assert order.ship_by is not None
    assert order.promised_until is not None
    assert order.ship_by < order.promised_until
