"""One verb on many orders."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderdesk.events.models import Event
from orders.guards import HELD
from orders.models import Order
from orders.services.bulk import perform_bulk, preview_bulk
from orders.terms import OrderStatus
from tests.builders import STAFF, make_order, make_shop

pytestmark = pytest.mark.django_db


def test_each_order_gets_its_answer_and_a_bad_one_stops_nobody() -> None:
    shop = make_shop()
    good, held = make_order(shop), make_order(shop, status=OrderStatus.ON_HOLD)
    answers = {a.order_id: a.refusal for a in perform_bulk([good.pk, held.pk], "confirm", actor=STAFF)}
    assert answers[good.pk] is None
    assert answers[held.pk] == HELD.message
    assert Order.objects.get(pk=good.pk).status == OrderStatus.CONFIRMED


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    order = make_order()
    preview = preview_bulk([order.pk], "confirm")
    assert (Event.objects.count(), Order.objects.get().status) == (0, OrderStatus.PLACED)
    assert preview == perform_bulk([order.pk], "confirm", actor=STAFF)


def test_doing_it_again_does_nothing() -> None:
    order = make_order()
    perform_bulk([order.pk], "confirm", actor=STAFF)
    assert perform_bulk([order.pk], "confirm", actor=STAFF)[0].refusal is not None
    assert Event.objects.filter(kind="order.confirmed").count() == 1


def test_statements_do_not_grow_with_the_orders() -> None:
    shop = make_shop()
    counts = []
    for size in (2, 20):
        ids = [make_order(shop).pk for _ in range(size)]
        with CaptureQueriesContext(connection) as queries:
            perform_bulk(ids, "confirm", actor=STAFF)
        counts.append(len(queries))
    assert counts[0] == counts[1]
