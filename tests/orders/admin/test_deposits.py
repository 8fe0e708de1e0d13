"""Bank deposits and the orders they pay."""

from __future__ import annotations

import pytest
from django.test import Client

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Deposit, Order
from orders.terms import OrderStatus
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/deposit/"


def deposit(shop: Shop, **values: object) -> Deposit:
    defaults = {
        "reference": "B1",
        "at": clock.now(),
        "amount": 10_000,
        "currency": "KRW",
        "payer_name": "홍길동",
    }
    return Deposit.objects.create(shop=shop, **defaults | values)


def unpaid(shop: Shop) -> Order:
    return make_order(shop, status=OrderStatus.AWAITING_PAYMENT, paid=False)


def test_the_list_shows_those_that_wait(staff_client: Client, shop: Shop) -> None:
    deposit(shop)
    deposit(make_shop(), payer_name="남궁민수")
    text = staff_client.get(URL).content.decode()
    assert ("홍*동" in text, "남**수" in text) == (True, False)


def test_an_order_that_fits_is_offered_and_matched(staff_client: Client, shop: Shop) -> None:
    order = unpaid(shop)
    paid = deposit(shop)
    assert order.number in staff_client.get(f"{URL}{paid.pk}/change/").content.decode()
    staff_client.post(f"{URL}{paid.pk}/action/match/", {"order": order.pk})
    assert Order.objects.get(pk=order.pk).status == OrderStatus.PLACED


def test_an_order_is_named_by_its_number_too(staff_client: Client, shop: Shop) -> None:
    order, paid = unpaid(shop), deposit(shop, payer_name="회사")
    staff_client.post(f"{URL}{paid.pk}/action/match/", {"number": order.number})
    assert Order.objects.get(pk=order.pk).captured_total == 10_000


def test_a_deposit_is_matched_only_once(staff_client: Client, shop: Shop) -> None:
    first, second, paid = unpaid(shop), unpaid(shop), deposit(shop)
    staff_client.post(f"{URL}{paid.pk}/action/match/", {"number": first.number})
    answer = staff_client.post(f"{URL}{paid.pk}/action/match/", {"number": second.number})
    assert (answer.status_code, Order.objects.get(pk=second.pk).captured_total) == (422, 0)


def test_a_typed_deposit_finds_its_order_by_itself(staff_client: Client, shop: Shop) -> None:
    order = unpaid(shop)
    at = clock.now().astimezone()
    data = {
        "shop": shop.pk,
        "at_0": f"{at:%Y-%m-%d}",
        "at_1": "23:59:59",
        "amount": 10000,
        "payer_name": "홍길동",
    }
    staff_client.post(f"{URL}add/", {**data, "reference": "B-77"})
    assert Order.objects.get(pk=order.pk).status == OrderStatus.PLACED


@pytest.mark.parametrize("role", [Role.PACKER, Role.KITCHEN, Role.ANALYST])
def test_deposits_need_the_permission_for_money(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get(URL).status_code == 403
