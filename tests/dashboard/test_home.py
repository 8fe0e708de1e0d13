"""Staff's home."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.dashboard.charts import Day, bars, days_for, line
from orderdesk.dashboard.queues import queues_for
from orders.terms import DeliveryMethod, OrderStatus
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db


def home_of(shop: Shop, role: str = Role.LEAD) -> Client:
    client = Client()
    client.force_login(make_user(shop, role))
    return client


def test_queues_count_what_waits_in_the_own_shops_only() -> None:
    shop = make_shop()
    make_order(shop)
    make_order(shop, status=OrderStatus.ON_HOLD)
    make_order()
    counts = {
        str(queue.url.rpartition("?")[2]): queue.count for queue in queues_for(make_user(shop, Role.LEAD))
    }
    assert (counts["status=placed"], counts["status=on_hold"]) == (1, 1)


def test_a_late_order_counts_as_late() -> None:
    order = make_order(promised_until=clock.now() - timedelta(hours=1))
    late = [q.count for q in queues_for(make_user(order.shop, Role.LEAD)) if q.url.endswith("late=1")]
    assert late == [1]


def test_what_is_to_ship_by_tomorrow_opens_the_desk_on_the_same_orders(client: Client) -> None:
    shop = make_shop()
    soon = clock.now() + timedelta(hours=20)
    due = make_order(shop, status=OrderStatus.CONFIRMED, ship_by=soon)
    others = [
        make_order(shop, status=OrderStatus.CONFIRMED, ship_by=soon + timedelta(days=1)),
        make_order(shop, status=OrderStatus.CONFIRMED, ship_by=soon, delivery_method=DeliveryMethod.PICKUP),
        make_order(status=OrderStatus.CONFIRMED, ship_by=soon),
    ]
    packer = make_user(shop, Role.PACKER)
    desk = next(queue for queue in queues_for(packer) if queue.url.startswith(reverse("shipping:desk")))
    client.force_login(packer)
    page = client.get(desk.url).content.decode()
    assert desk.count == 1
    assert [order.number in page for order in (due, *others)] == [True, False, False, False]


def test_each_role_sees_the_queues_it_can_act_on() -> None:
    shop = make_shop()
    kitchen = {queue.url for queue in queues_for(make_user(shop, Role.KITCHEN))}
    lead = {queue.url for queue in queues_for(make_user(shop, Role.LEAD))}
    assert kitchen < lead


def test_the_page_shows_queues_and_charts_in_korean() -> None:
    order = make_order()
    page = home_of(order.shop).get("/admin/").content.decode()
    assert "확인할 주문" in page
    assert page.count('<svg class="chart"') == 2


def test_a_silent_scheduler_is_said_aloud() -> None:
    page = home_of(make_shop()).get("/admin/").content.decode()
    assert "스케줄러" in page


def test_queries_do_not_grow_with_the_orders() -> None:
    shop = make_shop()
    client = home_of(shop)
    counts = []
    for _round in range(2):
        for _order in range(5):
            make_order(shop)
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 20


def test_days_without_orders_are_there_as_zero() -> None:
    order = make_order()
    days = days_for(frozenset([order.shop_id]), order.shop.zone)
    assert (len(days), sum(day.placed for day in days)) == (30, 1)


def test_bars_start_at_zero_and_the_tallest_fills_the_chart() -> None:
    today = clock.now().date()
    small, tall = bars([Day(today, 1), Day(today, 4, 2)])
    assert (tall.y, tall.height, small.height) == (0, 120, 30)
    assert tall.over_height == 60


def test_a_day_without_deliveries_breaks_the_line() -> None:
    today = clock.now().date()
    good, none = Day(today, 1, 0, 1, 1), Day(today)
    assert [len(piece) for piece in line([good, good, none, good])] == [2, 1]
