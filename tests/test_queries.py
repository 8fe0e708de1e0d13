"""How many statements a page costs: under its bar, and the same whatever the number of rows or the length of the history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.events.dispatch import drain_reactions
from orders.models import Order, TrackingEvent
from orders.services.desk import add_note, report_problem
from orders.services.stop import hold_order, release_order
from tests.builders import STAFF, make_order, make_shipment, make_shop, make_user
from tests.portal.visits import order_path, visitor_of

pytestmark = pytest.mark.django_db
Visit = Callable[[], object]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def lead(shop: Shop) -> Client:
    client = Client()
    client.force_login(make_user(shop, Role.LEAD))
    client.get(reverse("admin:index"))
    return client


def cost(visit: Visit) -> int:
    """Statements but for savepoints, on the second visit: the first one fills caches."""
    visit()
    with CaptureQueriesContext(connection) as seen:
        visit()
    return len([query for query in seen if "SAVEPOINT" not in query["sql"]])


def with_history(order: Order, length: int) -> Order:
    """Notes, holds, scans, lines of the timeline and reactions, `length` of each."""
    parcel = order.shipments.first() or make_shipment(order)
    for n in range(length):
        add_note(order.pk, f"note {n}", actor=STAFF)
        hold_order(order.pk, actor=STAFF, reason="other")
        release_order(order.pk, actor=STAFF)
        at = clock.now() - timedelta(hours=n + 1)
        TrackingEvent.objects.create(shipment=parcel, at=at, code="in_transit", raw_status=f"s{n}")
    report_problem(order.pk, "broken", actor=STAFF)
    release_order(order.pk, actor=STAFF)
    drain_reactions()
    return order


LISTS = [
    ("admin:orders_order_changelist", 10),
    ("admin:orders_task_changelist", 12),
    ("admin:index", 20),
    ("shipping:desk", 10),
    ("shipping:waybills", 14),
    ("shipping:kitchen", 10),
    ("admin:accounts_customer_changelist", 10),
    ("admin:notifications_message_changelist", 10),
]


@pytest.mark.parametrize(("name", "bar"), LISTS)
def test_a_list_costs_the_same_with_few_and_with_many_rows(
    lead: Client, shop: Shop, name: str, bar: int
) -> None:
    counts = []
    for size in (1, 6):
        for _n in range(size):
            with_history(make_order(shop, status="confirmed", quantities=(1, 2)), 1)
        counts.append(cost(lambda: lead.get(reverse(name))))
    assert counts[0] == counts[1] <= bar


def test_the_order_page_costs_the_same_however_long_its_history(lead: Client, shop: Shop) -> None:
    orders = [with_history(make_order(shop, quantities=(1,) * size), size) for size in (1, 8)]
    counts = [cost(lambda o=order: lead.get(page_of(o))) for order in orders]  # type: ignore[misc]
    assert counts[0] == counts[1] <= 20


def page_of(order: Order) -> str:
    return reverse("admin:orders_order_change", args=[order.pk])


def test_the_tracking_page_is_one_query_however_much_there_is(shop: Shop) -> None:
    orders = [with_history(make_order(shop, quantities=(1,) * size), size) for size in (1, 8)]
    visits = [(visitor_of(order), order) for order in orders]
    assert [cost(lambda v=v: v[0].get(order_path(v[1]))) for v in visits] == [1, 1]  # type: ignore[misc]


def test_a_transition_stays_under_its_bar_however_long_the_history(lead: Client, shop: Shop) -> None:
    counts = []
    for length in (1, 8):
        orders = [with_history(make_order(shop), length) for _n in range(2)]
        waiting = iter(orders)
        counts.append(cost(lambda waiting=waiting: confirm(lead, next(waiting))))  # type: ignore[misc]
        assert {order.status for order in Order.objects.filter(pk__in=[o.pk for o in orders])} == {
            "confirmed"
        }
    assert counts[0] == counts[1] <= 16


def confirm(lead: Client, order: Order) -> object:
    action = reverse("admin:orders_order_action", args=[order.pk, "confirm"])
    return lead.post(action, headers={"X-Fragment": "dialog"})


def test_a_bulk_of_a_hundred_costs_no_more_than_one_of_ten(lead: Client, shop: Shop) -> None:
    counts = []
    for size in (10, 100):
        batches = iter([[make_order(shop).pk for _n in range(size)] for _twice in range(2)])
        counts.append(cost(lambda batches=batches: confirm_all(lead, next(batches))))  # type: ignore[misc]
    # SQLite takes fewer values in one statement, so that a long INSERT is cut in two.
    allowed = counts[0] + (0 if connection.vendor == "postgresql" else 2)
    assert counts[1] <= allowed <= 30
    assert not Order.objects.exclude(status="confirmed").exists()


def confirm_all(lead: Client, ids: list[int]) -> object:
    fields = {"action": "confirm", "ids": ids, "confirm": "1"}
    return lead.post(reverse("admin:orders_order_bulk"), fields)
