"""The customer's road: see the outcome, confirm it, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime
from orderdesk.errors import Conflict, DomainError, NotFound
from orderdesk.events.actor import CUSTOMER
from orderdesk.events.models import Event
from orders.models import Cancellation, Order, Refund
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.cancelling.open import open_cancellation
from orders.services.cancelling.wish import CancelWish
from orders.terms import CancellationStatus, OrderStatus, PaymentState, ShipmentStatus
from tests.builders import make_shipment
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db


def test_a_placed_order_is_cancelled_at_once_and_its_money_is_on_its_way() -> None:
    order = card_order(quantities=(2, 1))
    row = confirmed(opened(order))
    order.refresh_from_db()
    assert (row.status, order.status, order.cancel_reason) == ("completed", "cancelled", "plans_changed")
    refund = Refund.objects.get(order=order)
    assert (refund.amount, refund.cause, refund.quote) == (30_000, f"cancel:{row.pk}", row.quote)
    kinds = list(Event.objects.filter(subject_id=order.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds.count("order.cancelled") == kinds.count("cancellation.completed") == 1


def test_one_of_three_lines_goes_and_the_rest_stays() -> None:
    order = card_order(quantities=(2, 1, 1))
    first = order.lines.get(position=1)
    row = confirmed(opened(order, {first.pk: 1}))
    order.refresh_from_db()
    first.refresh_from_db()
    assert (order.status, order.cancelled_total, order.owed, first.cancelled_quantity) == (
        OrderStatus.PLACED,
        10_000,
        30_000,
        1,
    )
    assert Refund.objects.get(cancellation=row).amount == 10_000
    assert order.total == 40_000


def test_confirming_twice_is_one_cancellation() -> None:
    order = card_order()
    row = opened(order)
    confirmed(row)
    again = confirmed(row)
    assert again.status == CancellationStatus.COMPLETED
    assert Refund.objects.filter(order=order).count() == 1


def test_the_first_post_fixes_the_time_and_a_repeated_one_keeps_it() -> None:
    order = card_order()
    first = opened(order)
    later = open_cancellation(
        order.pk,
        CancelWish(order.pk, None, "mistake"),
        actor=CUSTOMER,
        at=first.requested_at + timedelta(minutes=10),
    )
    assert (later.pk, later.requested_at) == (first.pk, first.requested_at)


def test_a_free_window_that_was_open_at_the_first_post_stays_open() -> None:
    order = card_order(status=OrderStatus.CONFIRMED)
    row = opened(order)
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.PREPARING)
    assert confirmed(row).status == CancellationStatus.COMPLETED


def test_after_preparation_began_the_shop_is_asked() -> None:
    order = card_order(status=OrderStatus.PREPARING)
    row = confirmed(opened(order))
    order.refresh_from_db()
    assert (row.status, order.status) == (CancellationStatus.UNDER_REVIEW, OrderStatus.PREPARING)
    assert row.answer_by is not None
    assert not Refund.objects.exists()


def test_a_packed_parcel_is_never_opened_by_itself() -> None:
    order = card_order(status=OrderStatus.CONFIRMED)
    make_shipment(order, status=ShipmentStatus.PACKED)
    assert confirmed(opened(order)).status == CancellationStatus.UNDER_REVIEW


@pytest.mark.parametrize(
    ("quantity", "code"),
    [
        (0, "no_units"),
        (-1, "bad_quantity"),
        (1.5, "bad_quantity"),
        (True, "bad_quantity"),
        (99, "too_many_units"),
    ],
)
def test_bad_quantities_are_refused_with_a_sentence(quantity: Any, code: str) -> None:
    order = card_order()
    with pytest.raises(DomainError) as refused:
        opened(order, {order.lines.get().pk: quantity})
    assert refused.value.code == code
    assert str(refused.value)


def test_another_orders_line_is_unknown() -> None:
    order, other = card_order(), card_order()
    with pytest.raises(NotFound):
        opened(order, {other.lines.get().pk: 1})


@pytest.mark.parametrize("code", ["", "nonsense", "mind", "out_of_stock"])
def test_only_a_leaf_that_customers_choose_is_a_reason(code: str) -> None:
    order = card_order()
    with pytest.raises(DomainError) as refused:
        opened(order, reason=code)
    assert refused.value.code == "no_reason"


def test_a_changed_amount_is_shown_before_it_is_booked() -> None:
    order = card_order()
    row = opened(order)
    with pytest.raises(Conflict) as refused:
        confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest="0" * 64)
    assert refused.value.code == "quote_changed"


def test_a_page_of_an_hour_ago_has_expired() -> None:
    row = opened(card_order())
    Cancellation.objects.filter(pk=row.pk).update(requested_at=clock.now() - timedelta(hours=1))
    with pytest.raises(Conflict) as refused:
        confirmed(row)
    assert refused.value.code == "not_open"


def test_an_unpaid_order_gives_nothing_back() -> None:
    order = card_order(status=OrderStatus.AWAITING_PAYMENT, paid=False)
    confirmed(opened(order))
    order.refresh_from_db()
    assert (order.status, order.payment_state, order.kept_fee) == ("cancelled", PaymentState.NOTHING_DUE, 0)
    assert not Refund.objects.exists()


def test_statutes_name_the_article_when_they_win() -> None:
    order = card_order(legal_regime=LegalRegime.KR_GOODS)
    assert opened(order).outcome == "free"
