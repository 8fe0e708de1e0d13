from pathlib import Path

import pytest

from orders.models import Order, OrderLine
from returns.models import CreditInvoice, CreditLine
from tests.orders.sources.samples import british_shop, imported, retail

pytestmark = pytest.mark.django_db


def sale(number: str, quantity: int, day: int, customer: str = "17850") -> str:
    return f"{number},85123A,HEART,{quantity},2011-01-{day:02d} 08:00:00,2.55,{customer},United Kingdom"


def credit(number: str, quantity: int, day: int, sku: str = "85123A", customer: str = "17850") -> str:
    return f"C{number},{sku},HEART,-{quantity},2011-01-{day:02d} 08:00:00,2.55,{customer},United Kingdom"


def matches() -> list[tuple[str, str | None]]:
    found = CreditLine.objects.order_by("invoice__at", "pk").values_list("invoice__number", "order__number")
    return [(number, order) for number, order in found]


def test_a_credit_is_matched_to_the_latest_sale_before_it(tmp_path: Path) -> None:
    path = retail(tmp_path / "r.csv", sale("1", 5, 1), sale("2", 5, 2), credit("3", 2, 3), sale("4", 5, 4))
    run = imported(british_shop(), "online_retail", path)
    assert matches() == [("C3", "2")]
    assert OrderLine.objects.get(order__number="2").returned_quantity == 2
    assert run.counts["credit_lines_matched"] == 1


def test_units_that_were_credited_are_not_credited_again(tmp_path: Path) -> None:
    path = retail(tmp_path / "r.csv", sale("1", 5, 1), sale("2", 2, 2), credit("3", 2, 3), credit("4", 2, 4))
    imported(british_shop(), "online_retail", path)
    assert matches() == [("C3", "2"), ("C4", "1")]


def test_a_credit_larger_than_any_sale_names_the_latest_and_returns_what_there_is(tmp_path: Path) -> None:
    path = retail(tmp_path / "r.csv", sale("1", 5, 1), credit("3", 9, 3))
    imported(british_shop(), "online_retail", path)
    assert matches() == [("C3", "1")]
    assert OrderLine.objects.get().returned_quantity == 5


@pytest.mark.parametrize(
    "row",
    [
        credit("3", 1, 3, customer="99999"),
        credit("3", 1, 3, customer=""),
        credit("3", 1, 3, sku="POST"),
        credit("3", 1, 3, sku="OTHER"),
    ],
)
def test_what_nobody_bought_is_matched_to_nothing(tmp_path: Path, row: str) -> None:
    imported(british_shop(), "online_retail", retail(tmp_path / "r.csv", sale("1", 5, 1), row))
    assert matches() == [("C3", None)]


def test_a_credit_before_its_sale_is_matched_to_nothing(tmp_path: Path) -> None:
    imported(british_shop(), "online_retail", retail(tmp_path / "r.csv", credit("3", 1, 1), sale("1", 5, 2)))
    assert matches() == [("C3", None)]


def test_a_changed_credit_gives_its_units_free_first(tmp_path: Path) -> None:
    shop = british_shop()
    imported(shop, "online_retail", retail(tmp_path / "a.csv", sale("1", 5, 1), credit("3", 4, 3)))
    imported(shop, "online_retail", retail(tmp_path / "b.csv", sale("1", 5, 1), credit("3", 3, 3)))
    assert OrderLine.objects.get().returned_quantity == 3
    assert (CreditInvoice.objects.get().total, Order.objects.count()) == (765, 1)
