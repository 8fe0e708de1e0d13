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


# ── all rows of a filter ──
def test_every_row_of_the_filter_is_taken_page_or_not(desk: Client, shop: Shop) -> None:
    for number in range(3):
        make_order(shop, status="ready" if number else "placed")
    page: Any = desk.post(f"{BULK}?status=ready", {"action": "note", "every": "1"})
    assert len(page.context["rows"]) == 2
    assert not Order.objects.filter(customer_note="bulk").exists()


def test_a_filter_is_taken_up_to_the_limit_and_says_so(
    desk: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.console.bulk.LIMIT", 2)
    for _ in range(3):
        make_order(shop)
    page: Any = desk.post(BULK, {"action": "note", "every": "1"})
    assert (len(page.context["rows"]), page.context["capped"]) == (2, True)
    assert b"Only the first 2 rows" in page.content


def test_the_deed_goes_on_chunk_by_chunk_and_says_how_far_it_is(
    desk: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.console.bulk.CHUNK", 2)
    orders = [make_order(shop) for _ in range(4)]
    bad = make_order(shop, status="ready")
    page = _post(desk, *orders, bad, confirm="1")
    assert b"2 of 5 rows" in page.content
    for _ in range(2):
        carried = {"ids": page.context["ids"], "progress": page.context["progress"].signed}
        page = desk.post(BULK, {"action": "note", "confirm": "1", **carried})
    assert (page.context["ok_count"], page.context["refused_count"], page.context["ids"]) == (4, 1, "")
    assert [row.ok for row in page.context["rows"]] == [False, True, True, True, True]
    assert Order.objects.filter(customer_note="bulk").count() == 4


def test_a_spoiled_progress_starts_anew(desk: Client, shop: Shop) -> None:
    page = _post(desk, make_order(shop), confirm="1", progress="x:y")
    assert page.context["progress"].total == 1


def test_a_long_page_shows_what_stays_first(
    desk: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orderdesk.console.bulk.SHOWN", 1)
    make_order(shop)
    refused = make_order(shop, status="ready")
    page: Any = desk.post(BULK, {"action": "note", "every": "1"})
    assert [row.id for row in page.context["rows"]] == [refused.pk]
    assert b"and 1 more row" in page.content
