"""Bulk actions on the order list: a dry run first, then a result per row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.events.models import Event
from orders.models import Cancellation, Order, Refund
from orders.terms import OrderStatus
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/order/bulk/"


def send(client: Client, action: str, *orders: Order, **data: Any) -> Any:
    answer = client.post(URL, {"action": action, "ids": [order.pk for order in orders], **data})
    assert answer.status_code == 200
    return answer.context


def outcome(context: Any) -> dict[str, bool]:
    return {row.label: row.ok for row in context["rows"]}


def test_the_dry_run_says_per_row_and_does_nothing(staff_client: Client, shop: Shop) -> None:
    new, held = make_order(shop), make_order(shop, status=OrderStatus.ON_HOLD)
    context = send(staff_client, "confirm", new, held)
    assert outcome(context) == {new.number: True, held.number: False}
    assert context["message_count"] == 1
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("confirm", OrderStatus.PLACED, OrderStatus.CONFIRMED),
        ("start_preparing", OrderStatus.CONFIRMED, OrderStatus.PREPARING),
        ("complete", OrderStatus.DELIVERED, OrderStatus.COMPLETED),
    ],
)
def test_the_deed_answers_per_row(
    staff_client: Client, shop: Shop, action: str, before: str, after: str
) -> None:
    fits, other = make_order(shop, status=before), make_order(shop, status=OrderStatus.CANCELLED)
    context = send(staff_client, action, fits, other, confirm="1")
    assert outcome(context) == {fits.number: True, other.number: False}
    assert Order.objects.get(pk=fits.pk).status == after


def test_orders_of_other_shops_are_left_out(staff_client: Client, shop: Shop) -> None:
    foreign = make_order(make_shop())
    context = send(staff_client, "confirm", make_order(shop), foreign, confirm="1")
    assert len(context["rows"]) == 1
    assert Order.objects.get(pk=foreign.pk).status == OrderStatus.PLACED


def test_many_orders_are_assigned_where_the_colleague_works(client: Client, shop: Shop) -> None:
    second = make_shop()
    user, colleague = make_user(shop, Role.LEAD), make_user(shop)
    user.memberships.create(shop=second, role=Role.LEAD)
    client.force_login(user)
    here, there = make_order(shop), make_order(second)
    context = send(client, "assign", here, there, confirm="1", person=colleague.pk)
    assert outcome(context) == {here.number: True, there.number: False}
    assert Order.objects.get(pk=here.pk).assigned_to == colleague


def test_tags_are_added_and_old_ones_stay(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    for words in ("급함", "선물, 급함"):
        send(staff_client, "tag", order, confirm="1", tags=words)
    assert sorted(order.tags.values_list("name", flat=True)) == ["급함", "선물"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.KITCHEN, Role.ANALYST])
def test_bulk_needs_its_permission(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    order = make_order(shop)
    assert client.post(URL, {"action": "confirm", "ids": [order.pk], "confirm": "1"}).status_code == 403


@pytest.mark.parametrize(
    ("action", "data"), [("confirm", {}), ("assign", {"person": ""}), ("tag", {"tags": "급함"})]
)
def test_a_bulk_costs_the_same_for_any_number_of_rows(
    staff_client: Client,
    shop: Shop,
    action: str,
    data: dict[str, str],
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    orders = [make_order(shop) for _ in range(40)]
    with django_assert_max_num_queries(18):
        context = send(staff_client, action, *orders, confirm="1", **data)
    assert len(context["rows"]) == 40


def test_cancelling_many_says_the_money_of_each_and_does_only_what_the_guard_allows(
    staff_client: Client, shop: Shop
) -> None:
    new, gone = make_order(shop, unit_price=7_000), make_order(shop, status=OrderStatus.DELIVERED)
    context = send(staff_client, "cancel", new, gone)
    assert outcome(context) == {new.number: True, gone.number: False}
    assert "₩7,000 goes back" in [str(row.note) for row in context["rows"]]
    assert not Cancellation.objects.exists()
    data = {"reason": "out_of_stock", "restock": "on", "customer_note": "죄송해요", "confirm": "1"}
    context = send(staff_client, "cancel", new, gone, **data)
    assert outcome(context) == {new.number: True, gone.number: False}
    done = Cancellation.objects.get()
    assert (done.order, done.customer_note, done.notify) == (new, "죄송해요", False)
    assert Refund.objects.get().amount == 7_000


def test_the_dry_run_of_cancelling_costs_the_same_for_any_number(
    staff_client: Client, shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    orders = [make_order(shop, quantities=(1, 2)) for _ in range(8)]
    with django_assert_max_num_queries(18):
        assert all(outcome(send(staff_client, "cancel", *orders)).values())
