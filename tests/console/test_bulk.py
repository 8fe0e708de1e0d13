from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop
from orders.models import Order
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.urls("tests.console.urls")
BULK = "/admin/orders/order/bulk/"


def _post(client: Client, *orders: Order, **data: Any) -> Any:
    return client.post(BULK, {"action": "note", "ids": [order.pk for order in orders], **data})


def test_the_dry_run_tells_per_row_and_does_nothing(desk: Client, shop: Shop) -> None:
    good, bad = make_order(shop), make_order(shop, status="ready")
    page = _post(desk, good, bad)
    assert (page.context["ok_count"], page.context["refused_count"], page.context["message_count"]) == (
        1,
        1,
        1,
    )
    assert b"Nothing has been done yet." in page.content
    assert not Order.objects.filter(customer_note="bulk").exists()


def test_confirming_does_it_and_shows_each_result(desk: Client, shop: Shop) -> None:
    good, bad = make_order(shop), make_order(shop, status="ready")
    page = _post(desk, good, bad, confirm="1")
    assert b"1 row changed." in page.content
    assert list(Order.objects.filter(customer_note="bulk")) == [good]


def test_rows_of_another_shop_are_left_out(desk: Client, shop: Shop) -> None:
    mine, theirs = make_order(shop), make_order(make_shop())
    page = _post(desk, mine, theirs)
    assert [row.id for row in page.context["rows"]] == [mine.pk]
    assert page.context["left_out"] == 1


def test_rows_seen_but_not_mine_to_change_are_left_out(client: Client, shop: Shop) -> None:
    seen = make_shop()
    user = make_user(shop, "agent")
    seen.memberships.create(user=user, role="analyst")
    client.force_login(user)
    order = make_order(seen)
    _post(client, order, confirm="1")
    assert not Order.objects.filter(customer_note="bulk").exists()


def test_a_role_without_the_permission_gets_403(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, "analyst"))
    assert _post(client, make_order(shop)).status_code == 403


def test_no_row_chosen_leads_back_to_the_list(desk: Client) -> None:
    assert _post(desk)["Location"] == "/admin/orders/order/"


def test_an_unknown_action_and_a_get_do_not_exist(desk: Client, shop: Shop) -> None:
    assert desk.post(BULK, {"action": "nope", "ids": [make_order(shop).pk]}).status_code == 404
    assert desk.get(BULK).status_code == 405
