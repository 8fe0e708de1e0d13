"""The shipping desk: queue, waybills one by one, slips and tickets."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext
from openpyxl import load_workbook

from orderdesk.accounts.models import AccessRecord, OrderKind, Shop
from orderdesk.accounts.roles import Role
from orderdesk.notifications.models import Message
from orders.admin.shipping.codes import barcode, qr
from orders.models import Order
from orders.services.shipments import plan_shipment
from orders.services.stop import hold_order
from orders.terms import DeliveryMethod, HoldReason, OrderStatus
from tests.builders import STAFF, make_shop, make_user
from tests.orders.shipping import CJ_FITTING, CJ_NUMBER, parcel_order, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def packer(client: Client, shop: Shop) -> Client:
    client.force_login(make_user(shop, Role.PACKER))
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_most_urgent_order_stands_first(packer: Client, shop: Shop) -> None:
    later, sooner = parcel_order(shop=shop, ship_by=soon(30)), parcel_order(shop=shop, ship_by=soon(2))
    page = text(packer.get(reverse("shipping:desk")))
    assert page.index(sooner.number) < page.index(later.number)


def test_an_order_of_another_shop_is_not_there(packer: Client) -> None:
    foreign = parcel_order()
    assert foreign.number not in text(packer.get(reverse("shipping:desk")))
    ids = {"ids": [str(foreign.pk)]}
    assert packer.post(reverse("shipping:slips"), ids).status_code == 302
    assert packer.post(reverse("shipping:problem", args=[foreign.pk]), {"detail": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("query", "shown"), [("late=1", [True, False]), ("today=1", [True, False]), ("kind=food", [False, False])]
)
def test_chips_narrow_the_queue(packer: Client, shop: Shop, query: str, shown: list[bool]) -> None:
    orders = [parcel_order(shop=shop, ship_by=soon(-3)), parcel_order(shop=shop, ship_by=soon(80))]
    page = text(packer.get(f"{reverse('shipping:desk')}?{query}"))
    assert [order.number in page for order in orders] == shown


def test_recipients_are_masked_on_the_screen(packer: Client, shop: Shop) -> None:
    parcel_order(shop=shop)
    page = text(packer.get(reverse("shipping:desk")))
    assert "홍*동" in page
    assert "홍길동" not in page


@pytest.mark.parametrize("role", [Role.POLICY_EDITOR, Role.ANALYST])
def test_the_desk_is_shut_to_roles_that_do_not_ship(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    names = ("desk", "waybills", "upload", "upload_template", "scan", "kitchen")
    assert [client.get(reverse(f"shipping:{name}")).status_code for name in names] == [403] * 6


def test_pages_ask_the_same_number_of_queries_for_more_rows(
    packer: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        plan_shipment(parcel_order(2, 1, shop=shop).pk, actor=STAFF)
    with django_assert_max_num_queries(9):
        page = text(packer.get(reverse("shipping:desk")))
    assert page.count('name="ids"') == 3


# ── one waybill after the other ──
def test_a_scanned_number_ships_the_order_and_shows_the_next(packer: Client, shop: Shop) -> None:
    first, second = parcel_order(shop=shop, ship_by=soon(1)), parcel_order(shop=shop, ship_by=soon(9))
    assert first.number in text(packer.get(reverse("shipping:waybills")))
    entry = {"order": first.pk, "carrier": "cj", "number": CJ_FITTING, "leaves": "1"}
    page = text(packer.post(reverse("shipping:waybills"), entry, follow=True))
    first.refresh_from_db()
    assert first.status == OrderStatus.IN_DELIVERY
    assert second.number in page


DOUBT = "%(number)s: the last digit does not fit the others. Compare it with the label."


def test_a_last_digit_that_does_not_fit_stops_before_anything_leaves(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "cj", "number": "6500-1234-5678"}
    answer = packer.post(reverse("shipping:waybills"), entry)
    assert answer.status_code == 422
    page = text(answer)
    assert order.number in page
    assert gettext(DOUBT) % {"number": "650012345678"} in page
    assert 'value="6500-1234-5678"' in page
    assert '<input type="checkbox" name="leaves" value="1">' in page
    assert '<input type="hidden" name="confirmed" value="650012345678">' in page
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert not order.shipments.exclude(tracking_number="").exists()
    assert not Message.objects.filter(kind="order.departed").exists()


def test_a_doubted_number_that_is_sent_again_is_taken(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "cj", "number": "6500-1234-5678", "leaves": "1"}
    confirmed = {**entry, "confirmed": "650012345678"}
    page = text(packer.post(reverse("shipping:waybills"), confirmed, follow=True))
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_DELIVERY
    assert order.shipments.get().tracking_number == "650012345678"
    assert "650012345678" in page


def test_confirming_one_number_does_not_confirm_another(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "cj", "number": "650012345679", "leaves": "1"}
    answer = packer.post(reverse("shipping:waybills"), {**entry, "confirmed": "650012345678"})
    assert answer.status_code == 422
    assert '<input type="hidden" name="confirmed" value="650012345679">' in text(answer)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_a_last_digit_that_fits_is_not_asked_about(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "cj", "number": CJ_FITTING, "leaves": "1"}
    packer.post(reverse("shipping:waybills"), entry)
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_DELIVERY


def test_a_refused_number_keeps_the_order_and_what_was_typed(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "cj", "number": "123", "leaves": "1"}
    answer = packer.post(reverse("shipping:waybills"), entry)
    assert answer.status_code == 422
    assert order.number in text(answer)
    assert 'value="123"' in text(answer)


def test_the_carrier_is_remembered_for_the_next_parcel(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    parcel_order(shop=shop)
    entry = {"order": order.pk, "carrier": "hanjin", "number": "4123-4567-8905", "leaves": "1"}
    page = text(packer.post(reverse("shipping:waybills"), entry, follow=True))
    assert '<option value="hanjin" selected>' in page


def test_a_skipped_order_gives_way_to_the_next(packer: Client, shop: Shop) -> None:
    first, second = parcel_order(shop=shop, ship_by=soon(1)), parcel_order(shop=shop, ship_by=soon(9))
    page = text(packer.get(f"{reverse('shipping:waybills')}?skip={first.pk},x,{'9' * 40}"))
    assert second.number in page


def test_a_waybill_without_hand_over_leaves_the_order_where_it_is(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    packer.post(reverse("shipping:waybills"), {"order": order.pk, "carrier": "cj", "number": CJ_FITTING})
    order.refresh_from_db()
    assert (order.status, order.shipments.get().tracking_number) == (OrderStatus.CONFIRMED, CJ_FITTING)


@pytest.mark.parametrize("order_id", ["", "x", "0"])
def test_a_waybill_for_no_order_is_not_found(packer: Client, order_id: str) -> None:
    entry = {"order": order_id, "carrier": "cj", "number": CJ_NUMBER}
    assert packer.post(reverse("shipping:waybills"), entry).status_code == 404


# ── paper ──
def test_a_slip_shows_whom_and_what_and_is_written_down(packer: Client, shop: Shop) -> None:
    order = parcel_order(2, shop=shop)
    page = text(packer.post(reverse("shipping:slips"), {"ids": [order.pk]}))
    assert all(word in page for word in ("홍길동", "010-1234-5678", "세종대로", order.number, "면 셔츠"))
    assert AccessRecord.objects.get().subject == f"order:{order.pk}"


def test_slips_of_many_orders_are_one_sheet_a_parcel(packer: Client, shop: Shop) -> None:
    one, two = parcel_order(2, shop=shop), parcel_order(shop=shop)
    line = one.lines.get()
    for _ in range(2):
        plan_shipment(one.pk, {line.pk: 1}, actor=STAFF)
    page = text(packer.post(reverse("shipping:slips"), {"ids": [one.pk, two.pk, "x"]}))
    assert page.count('class="sheet"') == 3
    assert f"{one.number}/2" in page


def test_a_ticket_names_no_person(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop, customer_note="덜 맵게")
    page = text(packer.post(reverse("shipping:tickets"), {"ids": [order.pk]}))
    assert "덜 맵게" in page
    assert "홍길동" not in page
    assert not AccessRecord.objects.exists()


def test_printing_nothing_goes_back_and_says_so(packer: Client) -> None:
    answer = packer.post(reverse("shipping:slips"), {"back": "https://evil.example/"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("shipping:desk"))


def test_codes_carry_no_style_and_say_what_they_hold() -> None:
    drawn = barcode("N-1/2") + qr("https://example.com", label="page")
    assert "style" not in drawn
    assert 'aria-label="N-1/2"' in drawn
    assert barcode("주문-1") == ""


def test_the_ship_list_is_guarded_against_formulas(packer: Client, shop: Shop, tmp_path: Any) -> None:
    parcel_order(shop=shop, customer_note='=HYPERLINK("http://evil")')
    answer: Any = packer.post(reverse("shipping:list"))
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    assert rows[1][9] == '\'=HYPERLINK("http://evil")'
    assert AccessRecord.objects.get().what == "export"


# ── problems ──
def test_a_reported_problem_holds_the_order(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    packer.post(reverse("shipping:problem", args=[order.pk]), {"detail": "찢어진 셔츠"})
    order.refresh_from_db()
    assert (order.status, order.tasks.get().kind) == (OrderStatus.ON_HOLD, "problem")


def test_a_problem_without_words_is_asked_again(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    packer.post(reverse("shipping:problem", args=[order.pk]), {"detail": "  "})
    assert Order.objects.get(pk=order.pk).status == OrderStatus.CONFIRMED


def test_held_and_picked_up_orders_are_not_in_the_queue(packer: Client, shop: Shop) -> None:
    held, pickup = parcel_order(shop=shop), parcel_order(shop=shop, delivery_method=DeliveryMethod.PICKUP)
    hold_order(held.pk, actor=STAFF, reason=HoldReason.STOCK)
    page = text(packer.get(reverse("shipping:desk")))
    assert held.number not in page
    assert pickup.number not in page


def test_food_shows_its_promise_where_it_has_no_deadline(client: Client) -> None:
    kitchen = make_shop(kind=OrderKind.FOOD)
    client.force_login(make_user(kitchen, Role.KITCHEN))
    order = parcel_order(shop=kitchen, promised_until=soon(1))
    assert order.number in text(client.get(reverse("shipping:desk")))


# ── pages and search ──
def test_the_queue_is_paged_in_its_order_without_gap_or_repeat(
    packer: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.admin.shipping.desk.SHOWN", 2)
    urgent = [parcel_order(shop=shop, ship_by=soon(hours)) for hours in (1, 2)]
    promised = parcel_order(shop=shop, ship_by=None, promised_until=soon(3))
    aged = parcel_order(shop=shop, ship_by=soon(4))
    last = parcel_order(shop=shop, ship_by=soon(5))
    seen: list[int] = []
    answer: Any = packer.get(reverse("shipping:desk"))
    while url := answer.context["next_url"]:
        seen += [row.order.pk for row in answer.context["rows"]]
        answer = packer.get(reverse("shipping:desk") + url)
    seen += [row.order.pk for row in answer.context["rows"]]
    assert seen == [order.pk for order in (*urgent, promised, aged, last)]
    assert (len(answer.context["rows"]), answer.context["count"]) == (1, "5")


def test_the_queue_is_searched_by_number_and_name(packer: Client, shop: Shop) -> None:
    wanted, other = parcel_order(shop=shop), parcel_order(shop=shop)
    page = text(packer.get(reverse("shipping:desk"), {"q": wanted.number}))
    assert (wanted.number in page, f">{other.number}<" in page) == (True, False)
    both = packer.get(reverse("shipping:desk"), {"q": "홍"}).context["rows"]
    assert {row.order.pk for row in both} == {wanted.pk, other.pk}
    assert AccessRecord.objects.get().what == "search"
