"""The report on cancelling: figures with links to what is behind them, filters, files, and who may."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Order, OrderLine
from orders.services.cancelling.staff import StaffCancel, cancel_units
from tests.builders import STAFF, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/cancellation/report/"


def cancelled(shop: Shop, reason: str = "out_of_stock", sku: str = "TS-1", name: str = "셔츠") -> Order:
    order = make_order(shop, unit_price=12_000)
    OrderLine.objects.filter(order=order).update(sku=sku, name=name)
    cancel_units(order.pk, StaffCancel(reason), actor=STAFF)
    return order


def test_a_row_leads_to_its_cancellations_and_on_to_the_order(staff_client: Client, shop: Shop) -> None:
    order, other = cancelled(shop), cancelled(shop, "late", sku="TS-2")
    context = staff_client.get(URL).context
    tables = {table.key: table for table in context["tables"]}
    for key in ("reason", "product"):
        row = next(row for row in tables[key].rows if row.slice.key in ("out_of_stock", "TS-1"))
        assert row.slice.lost == 12_000
        text = staff_client.get(row.url).content.decode()
        assert order.number in text
        assert other.number not in text
    wish = order.cancellations.get()
    page = staff_client.get(f"/admin/orders/cancellation/{wish.pk}/change/").content.decode()
    assert f"/admin/orders/order/{order.pk}/change/" in page


def test_every_row_of_every_breakdown_opens_its_list(staff_client: Client, shop: Shop) -> None:
    order = cancelled(shop)
    for table in staff_client.get(URL).context["tables"]:
        for row in table.rows:
            assert order.number in staff_client.get(row.url).content.decode(), table.key


def test_the_report_costs_the_same_for_any_number(
    staff_client: Client, shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        cancelled(shop)
    with django_assert_max_num_queries(24):
        assert staff_client.get(URL).status_code == 200


def test_period_and_shop_narrow_it(staff_client: Client, shop: Shop) -> None:
    cancelled(shop)
    for query in ("from=2020-01-01&to=2020-01-31", "shop=999999"):
        assert "Nothing was cancelled" in staff_client.get(f"{URL}?{query}").content.decode()
    assert staff_client.get(f"{URL}?shop={shop.pk}").context["bars"]


@pytest.mark.parametrize(
    "query", ["from=abc", "from=2026-13-40", "to=9999-99-99", "from=2026-02-02&to=2026-01-01"]
)
def test_a_spoiled_period_is_said_in_a_sentence(staff_client: Client, query: str) -> None:
    answer = staff_client.get(f"{URL}?{query}")
    assert answer.status_code == 422
    assert answer.context["asked"].error


def test_the_file_runs_no_formula(staff_client: Client, shop: Shop) -> None:
    cancelled(shop, sku="=1+1", name='=HYPERLINK("http://x")')
    lines = b"".join(staff_client.get(f"{URL}csv/").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=HYPERLINK" in lines
    assert "'=1+1" in lines
    book = b"".join(staff_client.get(f"{URL}xlsx/").streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert sheet is not None
    assert [cell.value for cell in sheet[1]][-1] == "Money lost"


def test_another_shops_figures_are_not_in_it(staff_client: Client) -> None:
    foreign = make_shop()
    cancelled(foreign)
    assert staff_client.get(f"{URL}?shop={foreign.pk}").context["bars"] == []


@pytest.mark.parametrize(
    ("role", "page", "file"), [(Role.ANALYST, 200, 200), (Role.AGENT, 200, 403), (Role.PACKER, 403, 403)]
)
def test_who_may_see_it_and_take_it_along(
    client: Client, shop: Shop, role: str, page: int, file: int
) -> None:
    client.force_login(make_user(shop, role))
    assert [client.get(url).status_code for url in (URL, f"{URL}csv/")] == [page, file]
