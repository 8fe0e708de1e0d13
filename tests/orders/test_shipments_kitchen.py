"""The kitchen's board."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.accounts.roles import Role
from orders.models import AccessLink, Order
from orders.services.courier import assign_courier
from orders.services.stop import hold_order
from orders.terms import DeliveryMethod, HoldReason, OrderStatus
from tests.builders import STAFF, make_order, make_shop, make_user
from tests.orders.shipping import food_order, soon

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop(kind=OrderKind.FOOD)


@pytest.fixture
def cook(client: Client, shop: Shop) -> Client:
    client.force_login(make_user(shop, Role.KITCHEN))
    return client


def press(client: Client, order: Order, verb: str, **data: str) -> Any:
    return client.post(reverse("shipping:kitchen_act", args=[order.pk, verb]), data, follow=True)


def status_of(order: Order) -> str:
    return str(Order.objects.get(pk=order.pk).status)


def test_an_order_walks_over_the_board(cook: Client, shop: Shop) -> None:
    order = make_order(shop)
    press(cook, order, "confirm", minutes="20")
    press(cook, order, "start")
    press(cook, order, "ready")
    assert status_of(order) == OrderStatus.READY
    press(cook, order, "courier", name="김기사", phone="010-1111-2222")
    press(cook, order, "depart")
    assert status_of(order) == OrderStatus.IN_DELIVERY


@pytest.mark.parametrize("minutes", ["", "0", "241", "-5", "x", "²"])
def test_minutes_that_make_no_sense_are_refused(cook: Client, shop: Shop, minutes: str) -> None:
    order = make_order(shop)
    press(cook, order, "confirm", minutes=minutes)
    assert status_of(order) == OrderStatus.PLACED


def test_a_customer_at_the_counter_takes_it(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.READY, delivery_method=DeliveryMethod.PICKUP)
    press(cook, order, "counter")
    assert status_of(order) == OrderStatus.DELIVERED


def test_a_late_press_says_what_happened_instead(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.READY)
    answer = press(cook, order, "start")
    assert "message-error" in answer.content.decode()


def test_nothing_leaves_without_a_courier(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.READY)
    assert "message-error" in press(cook, order, "depart").content.decode()


def test_an_unknown_verb_and_a_foreign_order_are_not_found(cook: Client, shop: Shop) -> None:
    assert press(cook, make_order(shop), "burn").status_code == 404
    assert press(cook, food_order(), "ready").status_code == 404


def test_a_packer_does_not_accept_orders(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, Role.PACKER))
    assert press(client, make_order(shop), "confirm", minutes="20").status_code == 403


def test_the_board_shows_dishes_notes_and_lateness_but_no_names(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.PREPARING, customer_note="덜 맵게", promised_until=soon(-1))
    page = cook.get(reverse("shipping:kitchen")).content.decode()
    assert all(word in page for word in (order.number, "덜 맵게", "면 셔츠", "ticket-late"))
    assert "홍길동" not in page


def test_the_poll_hears_304_until_something_moves(cook: Client, shop: Shop) -> None:
    order = make_order(shop)
    ask = {"X-Fragment": "board"}
    first = cook.get(reverse("shipping:kitchen"), headers=ask)
    again = {**ask, "If-None-Match": first["ETag"]}
    assert cook.get(reverse("shipping:kitchen"), headers=again).status_code == 304
    press(cook, order, "confirm", minutes="20")
    assert cook.get(reverse("shipping:kitchen"), headers=again).status_code == 200


def test_the_couriers_code_is_made_by_a_post(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.READY)
    address = reverse("shipping:courier_code", args=[order.pk])
    assert cook.get(address).status_code == 405
    assert cook.post(address).status_code == 302
    assign_courier(order.pk, name="김기사", actor=STAFF)
    page = cook.post(address).content.decode()
    assert "/c/" in page
    assert AccessLink.objects.count() == 1


def test_the_board_asks_a_fixed_number_of_queries(
    cook: Client, shop: Shop, django_assert_max_num_queries: Any
) -> None:
    for _ in range(4):
        assign_courier(make_order(shop, status=OrderStatus.READY).pk, name="김기사", actor=STAFF)
    with django_assert_max_num_queries(12):
        page = cook.get(reverse("shipping:kitchen")).content.decode()
    assert page.count('class="ticket"') == 4


def test_a_held_card_says_why(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.CONFIRMED)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.ACCIDENT, note="국물이 쏟아짐")
    page = cook.get(reverse("shipping:kitchen")).content.decode()
    assert str(HoldReason.ACCIDENT.label) in page
    assert "국물이 쏟아짐" in page


def test_cooking_begins_before_it_ends(cook: Client, shop: Shop) -> None:
    order = make_order(shop, status=OrderStatus.CONFIRMED)
    page = cook.get(reverse("shipping:kitchen")).content.decode()
    addresses = [reverse("shipping:kitchen_act", args=[order.pk, verb]) for verb in ("start", "ready")]
    assert page.index(addresses[0]) < page.index(addresses[1])
