"""Every state of a refund in the customer's words, and a page that moves with each."""

from __future__ import annotations

import pytest

from orders.models import GatewayAccount, Refund
from orders.services.refunds.submit import drain_refunds
from orders.terms import PaymentMethod
from tests.orders.cancelling.rows import card_order, confirmed, opened
from tests.portal.roads import Road, road, text_of
from tests.portal.visits import order_path

pytestmark = pytest.mark.django_db
# The simulator decides by the last three digits (orders/gateways/simulator.py).
STATES = [
    (10_000, "succeeded", "Refunded", "shows on the card in 3 to 5 business days"),
    (10_901, "failed", "The refund did not go through", "The shop looks into it and contacts you."),
    (10_902, "unknown", "The result is being checked", "you need not do anything"),
    (10_904, "submitted", "Sent to the card company", "3 to 5 business days"),
]


@pytest.mark.parametrize(("price", "status", "state", "sentence"), STATES)
def test_what_became_of_a_refund_stands_on_the_page_and_moves_its_etag(
    price: int, status: str, state: str, sentence: str
) -> None:
    way = road(unit_price=price)
    GatewayAccount.objects.create(shop=way.order.shop, gateway="simulator")
    confirmed(opened(way.order))
    before = way.client.get(order_path(way.order))
    assert "Refund approved" in text_of(before)
    drain_refunds()
    after = way.client.get(order_path(way.order), headers={"If-None-Match": before["ETag"]})
    assert (after.status_code, Refund.objects.get().status) == (200, status)
    assert state in text_of(after)
    assert sentence in text_of(after)


def test_a_refund_of_points_says_points() -> None:
    order = card_order(language="en")
    order.payments.update(method=PaymentMethod.POINTS)
    GatewayAccount.objects.create(shop=order.shop, gateway="simulator")
    confirmed(opened(order))
    assert "It goes back as points, at once." in text_of(Road(order).client.get(order_path(order)))
    drain_refunds()
    assert "It is back with your points." in text_of(Road(order).client.get(order_path(order)))


def test_totals_tell_what_was_cancelled_what_it_costs_now_and_what_went_back() -> None:
    way = road(quantities=(2, 1))
    GatewayAccount.objects.create(shop=way.order.shop, gateway="simulator")
    confirmed(opened(way.order, {way.order.lines.get(position=1).pk: 2}))
    drain_refunds()
    page = text_of(way.client.get(order_path(way.order)))
    assert "Total ₩30,000 Cancelled or given back -₩20,000 Costs now ₩10,000 Refunded ₩20,000" in page
