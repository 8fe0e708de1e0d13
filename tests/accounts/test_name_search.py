"""Customers found by a part of their name or mail."""

from __future__ import annotations

import pytest

from orderdesk.accounts.models import Customer, Shop
from orderdesk.accounts.name_search import containing, customer_ids, pieces
from tests.builders import make_customer, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = make_shop()
    make_customer(shop, name="김민준", email="mj.kim@example.com")
    make_customer(shop, name="이 서연", email="seoyeon_lee@example.net")
    make_customer(shop, name="Jane Doe", email="jane@doe.example")
    return shop


def names(text: str, shop: Shop) -> set[str]:
    by_index = set(customer_ids(text, {shop.pk}, 10))
    assert by_index == set(containing(text).filter(shop=shop).values_list("pk", flat=True)) or not pieces(
        text
    )
    return set(Customer.objects.filter(pk__in=by_index).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("김", {"김민준"}),
        ("준", {"김민준"}),
        ("민준", {"김민준"}),
        ("김민준", {"김민준"}),
        ("김 민준", {"김민준"}),
        ("이서연", {"이 서연"}),
        ("김준", set()),
        ("jane d", {"Jane Doe"}),
        ("DOE", {"Jane Doe"}),
        ("j.kim", {"김민준"}),
        ("kim@example", {"김민준"}),
        ("n_lee", {"이 서연"}),
        ("nxlee", set()),
        ("%", set()),
        ("a", set()),
        ("", set()),
    ],
)
def test_a_part_of_a_name_or_mail_finds_its_customer(text: str, found: set[str], shop: Shop) -> None:
    assert names(text, shop) == found


def test_a_changed_name_is_found_by_its_new_form_only(shop: Shop) -> None:
    Customer.objects.filter(name="김민준").update(name="박도윤")
    assert (names("민준", shop), names("도윤", shop)) == (set(), {"박도윤"})


def test_a_deleted_customer_is_not_found(shop: Shop) -> None:
    Customer.objects.filter(name="김민준").delete()
    assert names("민준", shop) == set()


def test_customers_of_other_shops_stay_unseen(shop: Shop) -> None:
    assert customer_ids("민준", {make_shop().pk}, 10) == []


def test_no_more_ids_come_than_asked_for(shop: Shop) -> None:
    for _ in range(5):
        make_customer(shop, name="김하은")
    assert len(customer_ids("김", {shop.pk}, 3)) == 3
