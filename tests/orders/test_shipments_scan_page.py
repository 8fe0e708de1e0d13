"""Scan to the next step."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.accounts.roles import Role
from orders.admin.shipping import scan as scan_page
from orders.models import Order
from orders.services.courier import assign_courier
from orders.services.shipments import plan_shipment
from orders.services.stop import hold_order
from orders.services.waybills import enter_waybill
from orders.terms import HoldReason, OrderStatus
from tests.builders import STAFF, make_shop, make_user
from tests.orders.shipping import CJ_NUMBER, food_order, parcel_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def scanner(client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(scan_page, "ECHO_SECONDS", 0.0)
    client.force_login(make_user(shop, Role.PACKER))
    return client


def scan(client: Client, code: str, **headers: str) -> Any:
    return client.post(reverse("shipping:scan"), {"code": code}, headers=headers)


def test_scan_by_scan_a_parcel_is_picked_checked_packed_and_handed_over(scanner: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    states = []
    for _ in range(3):
        assert scan(scanner, order.number).status_code == 200
        states.append(order.shipments.get().status)
    enter_waybill(order.shipments.get().pk, carrier="cj", number=CJ_NUMBER, actor=STAFF)
    scan(scanner, CJ_NUMBER)
    order.refresh_from_db()
    assert states == ["picked", "quality_checked", "packed"]
    assert order.status == OrderStatus.IN_DELIVERY


def test_a_packed_parcel_without_a_waybill_says_what_is_missing(scanner: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    for _ in range(3):
        scan(scanner, order.number)
    answer = scan(scanner, order.number)
    assert answer.status_code == 422
    assert answer.context["result"]["good"] is False


def test_a_code_names_one_parcel_of_an_order(scanner: Client, shop: Shop) -> None:
    order = parcel_order(2, shop=shop)
    line = order.lines.get()
    first, second = (plan_shipment(order.pk, {line.pk: 1}, actor=STAFF) for _ in range(2))
    scan(scanner, f"{order.number}/2")
    assert [order.shipments.get(pk=each.pk).status for each in (first, second)] == ["planned", "picked"]


def test_food_goes_from_stove_to_courier(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_page, "ECHO_SECONDS", 0.0)
    order = food_order(status=OrderStatus.CONFIRMED)
    client.force_login(make_user(order.shop, Role.KITCHEN))
    scan(client, order.number)
    scan(client, order.number)
    assert Order.objects.get(pk=order.pk).status == OrderStatus.READY
    assert scan(client, order.number).status_code == 422
    assign_courier(order.pk, name="김기사", actor=STAFF)
    scan(client, order.number)
    assert Order.objects.get(pk=order.pk).status == OrderStatus.IN_DELIVERY


@pytest.mark.parametrize(
    "code", ["", "   ", "N-none", "N-none/1", "/1", "x/99999999999", "0" * 200, "' OR 1=1 --"]
)
def test_an_unknown_code_is_a_sentence(scanner: Client, code: str) -> None:
    answer = scan(scanner, code)
    assert answer.status_code == 422
    assert answer.context["result"]["sentence"]


def test_a_foreign_shops_order_is_unknown(scanner: Client) -> None:
    assert scan(scanner, parcel_order().number).status_code == 422


def test_a_held_order_says_so(scanner: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    plan_shipment(order.pk, actor=STAFF)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.STOCK)
    assert scan(scanner, order.number).status_code == 422


def test_a_finished_parcel_has_no_step(scanner: Client) -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    scanner.force_login(make_user(shop, Role.PACKER))
    order = parcel_order(shop=shop, status=OrderStatus.DELIVERED)
    assert scan(scanner, order.number).status_code == 422


def test_the_script_gets_the_answer_alone(scanner: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    answer = scan(scanner, order.number, **{"X-Fragment": "scan"})
    assert b"<html" not in answer.content
    assert order.number in answer.content.decode()


def test_a_label_read_twice_by_a_trembling_hand_is_one_step(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, Role.PACKER))
    order = parcel_order(shop=shop)
    assert [scan(client, order.number).status_code for _ in range(2)] == [200, 422]
    assert order.shipments.get().status == "picked"


def test_a_picked_order_is_being_prepared_and_the_scan_says_so(scanner: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    answer = scan(scanner, order.number)
    order.refresh_from_db()
    assert (order.status, bool(order.preparing_at)) == (OrderStatus.PREPARING, True)
    assert (
        "준비" in answer.context["result"]["sentence"] or "prepared" in answer.context["result"]["sentence"]
    )


def test_a_shop_without_the_step_picks_and_stays_confirmed(scanner: Client, shop: Shop) -> None:
    Shop.objects.filter(pk=shop.pk).update(uses_preparing=False)
    order = parcel_order(shop=shop)
    scan(scanner, order.number)
    order.refresh_from_db()
    assert (order.status, order.shipments.get().status) == (OrderStatus.CONFIRMED, "picked")
