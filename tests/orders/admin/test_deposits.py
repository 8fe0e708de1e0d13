"""Bank deposits and the orders they pay."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Deposit, Order
from orders.services.payments import match_deposit
from orders.terms import OrderStatus
from tests.builders import STAFF, make_order, make_shop, make_user

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


def test_the_list_shows_the_deposits_of_ones_own_shops(staff_client: Client, shop: Shop) -> None:
    deposit(shop)
    deposit(make_shop(), payer_name="남궁민수")
    text = staff_client.get(URL).content.decode()
    assert ("홍*동" in text, "남**수" in text) == (True, False)


def test_a_matched_deposit_stays_findable_with_its_order(staff_client: Client, shop: Shop) -> None:
    order, paid = unpaid(shop), deposit(shop)
    deposit(shop, reference="B2", payer_name="남궁민수")
    match_deposit(paid.pk, order.pk, actor=STAFF)
    waiting = staff_client.get(URL, {"state": "waiting"}).content.decode()
    matched = staff_client.get(URL, {"state": "matched"}).content.decode()
    assert ("홍*동" in waiting, "남**수" in waiting) == (False, True)
    assert ("홍*동" in matched, "남**수" in matched, order.number in matched) == (True, False, True)
    assert order.number in staff_client.get(URL, {"q": order.number}).content.decode()


def test_a_payment_shows_the_reference_as_the_bank_wrote_it(staff_client: Client, shop: Shop) -> None:
    order, paid = unpaid(shop), deposit(shop, reference="20261124-77")
    match_deposit(paid.pk, order.pk, actor=STAFF)
    page = staff_client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert ("20261124-77" in page, f"{shop.pk}:20261124-77" in page) == (True, False)


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


def typed(shop: Shop, **values: object) -> dict[str, object]:
    at = timezone.localtime()
    data = {"shop": shop.pk, "at": f"{at:%Y-%m-%dT%H:%M}", "amount": "10000", "payer_name": "홍길동"}
    return {**data, "reference": "B-77", **values}


def test_a_typed_deposit_says_to_which_order_it_was_booked(staff_client: Client, shop: Shop) -> None:
    order = unpaid(shop)
    page = staff_client.post(f"{URL}add/", typed(shop), follow=True).content.decode()
    assert Order.objects.get(pk=order.pk).status == OrderStatus.PLACED
    link = f'<a href="/admin/orders/order/{order.pk}/change/">{order.number}</a>'
    assert f"booked to order {link}" in page


def test_two_orders_that_fit_are_offered_at_once(staff_client: Client, shop: Shop) -> None:
    first, second = unpaid(shop), unpaid(shop)
    page = staff_client.post(f"{URL}add/", typed(shop), follow=True).content.decode()
    assert "2 orders fit the deposit" in page
    assert all(f'name="order" value="{order.pk}"' in page for order in (first, second))


def test_the_same_reference_typed_again_changes_nothing(staff_client: Client, shop: Shop) -> None:
    unpaid(shop)
    staff_client.post(f"{URL}add/", typed(shop))
    page = staff_client.post(f"{URL}add/", typed(shop), follow=True).content.decode()
    assert "stored before" in page
    other = staff_client.post(f"{URL}add/", typed(shop, amount="9000"))
    assert (other.status_code, Deposit.objects.count()) == (422, 1)


@pytest.mark.parametrize(
    "values",
    [{"amount": "0"}, {"amount": "10.5"}, {"reference": ""}, {"at": "2999-01-01T10:00"}, {"at": "gestern"}],
)
def test_what_makes_no_sense_is_asked_again_with_the_input_kept(
    staff_client: Client, shop: Shop, values: dict[str, str]
) -> None:
    answer = staff_client.post(f"{URL}add/", typed(shop, **values))
    assert (answer.status_code, Deposit.objects.count()) == (422, 0)
    assert 'value="홍길동"' in answer.content.decode()


@pytest.mark.parametrize("role", [Role.PACKER, Role.KITCHEN, Role.ANALYST])
def test_deposits_need_the_permission_for_money(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get(URL).status_code == 403
