"""The order list: rows, chips, search, pages, queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk import clock
from orderdesk.accounts.models import AccessRecord, Shop, User
from orderdesk.accounts.roles import Role
from orders.models import Tag
from orders.terms import OrderStatus
from tests.builders import make_customer, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/order/"


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_row_says_what_it_is_and_where_it_stands(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop, unit_price=48_000)
    text = page(staff_client)
    assert all(part in text for part in (order.number, "Placed", "₩48,000", "홍*동"))
    assert "홍길동" not in text


def test_orders_of_other_shops_are_not_listed(staff_client: Client) -> None:
    assert make_order(make_shop()).number not in page(staff_client)


def test_without_the_permission_the_list_is_closed(client: Client) -> None:
    client.force_login(make_user())
    assert client.get(URL).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=on_hold", "held"),
        ("status=placed,on_hold", "held late mine new"),
        ("held=1", "held"),
        ("late=1", "late"),
        ("unpaid=1", "unpaid"),
        ("mine=1", "mine"),
        ("kind=food", ""),
        ("placed=today", "held late mine new unpaid"),
        ("status=nonsense", "held late mine new unpaid"),
    ],
)
def test_a_chip_narrows_the_list(
    staff_client: Client, shop: Shop, lead: User, query: str, expected: str
) -> None:
    make_order(shop, number="o-new")
    make_order(shop, number="o-held", status=OrderStatus.ON_HOLD)
    make_order(shop, number="o-late", promised_until=clock.now() - timedelta(hours=1))
    make_order(shop, number="o-unpaid", status=OrderStatus.AWAITING_PAYMENT, paid=False)
    make_order(shop, number="o-mine", assigned_to=lead)
    text = page(staff_client, query)
    shown = sorted(name for name in ("new", "held", "late", "unpaid", "mine") if f"o-{name}" in text)
    assert " ".join(shown) == expected


def test_a_tag_narrows_the_list_and_stands_on_the_row(staff_client: Client, shop: Shop) -> None:
    tag = Tag.objects.create(shop=shop, name="선물")
    tagged, plain = make_order(shop), make_order(shop)
    tagged.tags.add(tag)
    text = page(staff_client, f"tag={tag.pk}")
    assert (tagged.number in text, plain.number in text, "선물" in text) == (True, False, True)


def test_an_exact_number_leads_straight_to_the_order(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop, number="N-1")
    answer = staff_client.get(URL, {"q": " n-1"})
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/orders/order/{order.pk}/change/")


def test_a_search_by_name_is_recorded_without_the_name(staff_client: Client, shop: Shop) -> None:
    make_order(shop, customer=make_customer(shop, name="김민준"))
    assert "김*준" in page(staff_client, "q=민준")
    record = AccessRecord.objects.get()
    assert (record.what, record.field, record.reason) == ("search", "name", "")


def test_a_search_by_number_is_no_look_at_a_person(staff_client: Client, shop: Shop) -> None:
    make_order(shop, number="N-1")
    staff_client.get(URL, {"q": "N-1"})
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("query", ["", "status=placed", "q=홍길", "late=1"])
def test_the_list_costs_the_same_for_any_number_of_rows(
    staff_client: Client,
    shop: Shop,
    lead: User,
    query: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    tag = Tag.objects.create(shop=shop, name="선물")
    for _ in range(60):
        make_order(shop, assigned_to=lead).tags.add(tag)
    page(staff_client, query)
    with django_assert_max_num_queries(12 if query.startswith("q") else 10):
        text = page(staff_client, query)
    assert text.count("<tr>") > 50 or query == "late=1"


def test_the_next_page_begins_after_the_last_row(staff_client: Client, shop: Shop) -> None:
    numbers = {make_order(shop).number for _ in range(60)}
    first = staff_client.get(URL)
    rest = page(staff_client, first.context["next_url"].lstrip("?"))
    listed = first.content.decode()
    assert {n for n in numbers if n in listed} | {n for n in numbers if n in rest} == numbers
    assert sum(n in listed for n in numbers) == 50


def test_everybody_has_the_usual_views(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, Role.PACKER))
    client.cookies["django_language"] = "en"
    assert 'href="?status=confirmed%2Cpreparing%2Cready"' in page(client)
