from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk import clock
from orderdesk.accounts.models import Shop
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.urls("tests.console.urls")
LIST = "/admin/orders/order/"


def _numbers(client: Client, query: str = "") -> list[str]:
    page = client.get(f"{LIST}{query}").content.decode()
    return [part.split("</a>")[0].split(">")[-1] for part in page.split('<th scope="row">')[1:]]


def test_staff_see_the_orders_of_their_shop_only(desk: Client, shop: Shop) -> None:
    make_order(shop, number="MINE")
    make_order(make_shop(), number="THEIRS")
    assert _numbers(desk) == ["MINE"]


def test_a_row_shows_its_cells_escaped(desk: Client, shop: Shop) -> None:
    make_order(shop, number="<b>1", recipient_name="<script>x</script>")
    page = desk.get(LIST).content.decode()
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
    assert "&lt;b&gt;1</a>" in page


def test_money_and_state_stand_in_their_columns(desk: Client, shop: Shop) -> None:
    make_order(shop, quantities=(3,), unit_price=5_000)
    page = desk.get(LIST).content.decode()
    assert '<td class="num"><span class="num">₩15,000</span></td>' in page
    assert '<span class="pill pill-moving">Placed</span>' in page


def test_the_first_page_takes_a_constant_number_of_queries(
    desk: Client, shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(60):
        make_order(shop)
    with django_assert_max_num_queries(6):
        answer = desk.get(LIST)
    assert answer.content.count(b'name="ids"') == 50


def test_a_page_of_fifty_rows_stays_small(desk: Client, shop: Shop) -> None:
    for _number in range(50):
        make_order(shop)
    assert len(desk.get(f"{LIST}?status=placed").content) < 35_000


def test_next_leads_to_the_rest(desk: Client, shop: Shop) -> None:
    for number in range(53):
        make_order(shop, number=f"N{number}", placed_at=clock.now() - timedelta(minutes=number))
    context = desk.get(LIST).context
    assert _numbers(desk, context["next_url"]) == ["N50", "N51", "N52"]


def test_the_count_stops_at_its_cap(desk: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.console.site.OrderConsole.count_cap", 50)
    for _number in range(52):
        make_order(shop)
    assert desk.get(LIST).context["count"] == "50+"


def test_chips_narrow_the_rows_together(desk: Client, shop: Shop) -> None:
    make_order(shop, number="A", status="placed")
    make_order(shop, number="B", status="ready")
    make_order(shop, number="C", status="on_hold")
    make_order(shop, number="D", status="placed", placed_at=clock.now() - timedelta(days=10))
    assert set(_numbers(desk, "?status=placed,ready&placed=7d")) == {"A", "B"}
    assert _numbers(desk, "?held=1") == ["C"]


def test_a_chip_links_to_itself_off_and_on(desk: Client) -> None:
    chips = {chip.name: chip for chip in desk.get(f"{LIST}?status=placed").context["chips"]}
    links = {option.label: option.url for option in chips["status"].options}
    assert links["Placed"] == "?"
    assert links["Ready"] == "?status=placed%2Cready"
    assert chips["status"].value == "Placed"


@pytest.mark.parametrize(
    "query", ["?status=nonsense", "?placed=2026-13-45~x", "?held=2", "?sort=%00", "?after=%F0"]
)
def test_nonsense_in_the_address_shows_all_rows(desk: Client, shop: Shop, query: str) -> None:
    make_order(shop, number="A")
    assert _numbers(desk, query) == ["A"]


def test_days_of_a_period_are_both_included(desk: Client, shop: Shop) -> None:
    make_order(shop, number="A", placed_at="2026-11-01T00:00:00+09:00")
    make_order(shop, number="B", placed_at="2026-11-02T23:59:00+09:00")
    make_order(shop, number="C", placed_at="2026-11-03T00:00:00+09:00")
    assert set(_numbers(desk, "?placed=2026-11-01~2026-11-02")) == {"A", "B"}


def test_an_exact_number_goes_straight_to_the_order(desk: Client, shop: Shop) -> None:
    order = make_order(shop, number="N-7")
    assert desk.get(f"{LIST}?q=N-7")["Location"] == f"/admin/orders/order/{order.pk}/change/"


def test_a_name_is_searched_in_the_visible_rows(desk: Client, shop: Shop) -> None:
    make_order(shop, number="A", recipient_name="김민준")
    make_order(shop, number="B", recipient_name="이서연")
    make_order(make_shop(), number="C", recipient_name="김민준")
    assert _numbers(desk, "?q=민준") == ["A"]


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    assert "Nothing here yet." in desk.get(LIST).content.decode()
    assert "No row matches" in desk.get(f"{LIST}?status=ready").content.decode()


def test_rows_alone_are_answered_304_while_nothing_changed(desk: Client, shop: Shop) -> None:
    make_order(shop)
    first = desk.get(LIST, headers={"X-Fragment": "rows"})
    again = desk.get(LIST, headers={"X-Fragment": "rows", "If-None-Match": first["ETag"]})
    assert first.content.startswith(b"<tr>")
    assert (again.status_code, again.content) == (304, b"")


def test_a_role_without_view_gets_403_and_a_stranger_the_login(client: Client, shop: Shop) -> None:
    assert client.get(LIST, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.force_login(make_user(None))
    assert client.get(LIST).status_code == 403
