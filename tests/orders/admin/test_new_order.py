"""An order taken by phone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Order
from orders.terms import OrderStatus
from tests.builders import make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/order/add/"


def typed(shop: Shop, **changes: Any) -> dict[str, Any]:
    return {
        "shop": shop.pk,
        "customer_name": "김민준",
        "customer_phone": "010-1234-5678",
        "address1": "서울특별시 중구 세종대로 110",
        "payment_method": "bank_transfer",
        "shipping": "3000",
        "lines-TOTAL_FORMS": "2",
        "lines-INITIAL_FORMS": "0",
        "lines-0-name": "면 셔츠",
        "lines-0-quantity": "2",
        "lines-0-unit_price": "15000",
        "lines-1-name": "",
        "lines-1-quantity": "1",
    } | changes


def test_a_phone_order_is_placed_and_opened(staff_client: Client, shop: Shop) -> None:
    answer = staff_client.post(URL, typed(shop))
    order = Order.objects.get()
    assert answer["Location"] == f"/admin/orders/order/{order.pk}/change/"
    assert (order.total, order.lines.count(), order.status) == (33_000, 1, OrderStatus.AWAITING_PAYMENT)


def test_cash_on_delivery_is_placed_at_once(staff_client: Client, shop: Shop) -> None:
    staff_client.post(URL, typed(shop, payment_method="cash_on_delivery"))
    assert Order.objects.get().status == OrderStatus.PLACED


def test_another_row_comes_without_a_script_and_keeps_what_was_typed(
    staff_client: Client, shop: Shop
) -> None:
    answer = staff_client.post(URL, typed(shop, more="1", customer_name=""))
    text = answer.content.decode()
    assert (answer.status_code, Order.objects.exists()) == (200, False)
    assert all(part in text for part in ("lines-2-name", "면 셔츠", "010-1234-5678"))
    assert "This field is required" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"lines-0-name": "", "lines-0-unit_price": ""},
        {"lines-0-unit_price": ""},
        {"lines-0-unit_price": "99.5"},
        {"customer_name": ""},
        {"customer_phone": "", "customer_email": ""},
        {"order_discount": "9999999"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    staff_client: Client, shop: Shop, changes: dict[str, str]
) -> None:
    answer = staff_client.post(URL, typed(shop, **changes))
    assert (answer.status_code, Order.objects.exists()) == (422, False)
    assert "세종대로" in answer.content.decode()


def test_a_foreign_shop_cannot_be_chosen(staff_client: Client) -> None:
    assert staff_client.post(URL, typed(make_shop())).status_code == 422


@pytest.mark.parametrize("role", [Role.PACKER, Role.KITCHEN, Role.ANALYST])
def test_taking_orders_needs_its_permission(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get(URL).status_code == 403
