"""Orders found by what staff type."""

from __future__ import annotations

import pytest

from orderdesk.accounts import name_search
from orderdesk.accounts.models import Shop
from orders.models import Order
from orders.search import Found, find_orders
from tests.builders import make_customer, make_order, make_shipment, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    minjun = make_customer(shop, name="김민준", email="mj.kim@example.com", phone="010-1111-2345")
    seoyeon = make_customer(shop, name="이서연", email="lee@example.net", phone="010-2222-9876")
    first = make_order(shop, number="N-20261121-0042", customer=minjun, source="naver", source_ref="2026NV77")
    make_order(shop, number="N-20261122-0001", customer=seoyeon)
    make_shipment(first, carrier="cj", tracking_number="688900112233")
    make_order(make_shop(), number="N-20261121-0042")
    return shop


def found(text: str, shop: Shop) -> tuple[Found, list[str], bool]:
    answer = find_orders(text, Order.objects.filter(shop=shop), {shop.pk})
    return answer.by, sorted(answer.rows.values_list("number", flat=True)), answer.only is not None


@pytest.mark.parametrize(
    ("text", "by", "numbers"),
    [
        ("N-20261121-0042", Found.NUMBER, ["N-20261121-0042"]),
        (" n-20261121-0042 ", Found.NUMBER, ["N-20261121-0042"]),
        ("N-20261121 -0042", Found.NUMBER, ["N-20261121-0042"]),
        ("2026nv77", Found.NUMBER, ["N-20261121-0042"]),
        ("6889 0011 2233", Found.TRACKING, ["N-20261121-0042"]),
        ("6889-0011-2233", Found.TRACKING, ["N-20261121-0042"]),
        ("010-1111-2345", Found.PHONE, ["N-20261121-0042"]),
        ("+82 10 1111 2345", Found.PHONE, ["N-20261121-0042"]),
        ("９８７６", Found.PHONE, ["N-20261122-0001"]),
        ("lee@example.net", Found.MAIL, ["N-20261122-0001"]),
        ("kim@exam", Found.MAIL, ["N-20261121-0042"]),
        ("mj.k", Found.NAME, ["N-20261121-0042"]),
        ("준", Found.NAME, ["N-20261121-0042"]),
        ("서연", Found.NAME, ["N-20261122-0001"]),
        ("김민준", Found.NAME, ["N-20261121-0042"]),
        ("박", Found.NAME, []),
        ("0000", Found.NOTHING, []),
        ("010-9999-0000", Found.NOTHING, []),
        ("  ", Found.NOTHING, []),
    ],
)
def test_a_text_is_recognised_and_finds_its_orders(
    text: str, by: Found, numbers: list[str], shop: Shop
) -> None:
    assert found(text, shop)[:2] == (by, numbers)


def test_one_exact_hit_is_named(shop: Shop) -> None:
    assert found("n-20261121-0042", shop)[2]


def test_two_exact_hits_are_listed(shop: Shop) -> None:
    make_order(shop, number="N-9", customer=make_customer(shop, phone="010-3333-2345"))
    by, numbers, only = found("2345", shop)
    assert (by, numbers, only) == (Found.PHONE, ["N-20261121-0042", "N-9"], False)


def test_a_name_of_too_many_people_is_judged_order_by_order(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.search.CUSTOMERS", 1)
    make_order(shop, number="N-8", customer=make_customer(shop, name="김 하은"))
    assert found("김", shop)[1] == ["N-20261121-0042", "N-8"]


def test_orders_that_one_may_not_see_are_not_found(shop: Shop) -> None:
    assert find_orders("N-20261121-0042", Order.objects.none(), set()).only is None


def test_a_mail_is_looked_up_by_what_few_others_have() -> None:
    assert name_search.telling("ho26307@example") == ["o2", "26", "63", "30"]
    assert name_search.telling("김민준 kim@") == ["김민", "민준", "준k", "ki"]
