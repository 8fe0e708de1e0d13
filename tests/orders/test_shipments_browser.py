"""A scanner and a keyboard in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Order
from orders.terms import OrderStatus
from tests.builders import make_shop, make_user
from tests.orders.shipping import CJ_FITTING, parcel_order, soon

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def desk(chromium: Browser, live_server: Any, shop: Shop) -> Any:
    packer = make_user(shop, Role.PACKER)
    session = SessionStore()
    session[SESSION_KEY] = str(packer.pk)
    session[BACKEND_SESSION_KEY] = "orderdesk.accounts.backends.MembershipBackend"
    session[HASH_SESSION_KEY] = packer.get_session_auth_hash()
    session.save()
    context = chromium.new_context(base_url=live_server.url)
    context.add_cookies([{"name": "sessionid", "value": str(session.session_key), "url": live_server.url}])
    page = context.new_page()
    yield page
    context.close()


def type_code(page: Page, code: str) -> None:
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_scan_after_scan_needs_no_mouse(desk: Page, shop: Shop) -> None:
    one, two = parcel_order(shop=shop), parcel_order(shop=shop)
    desk.goto(reverse("shipping:scan"))
    for order in (one, two):
        type_code(desk, order.number)
    desk.wait_for_selector(".scan-good:nth-child(2)")
    assert [order.shipments.get().status for order in (one, two)] == ["picked", "picked"]


def test_waybill_after_waybill_needs_no_mouse(desk: Page, shop: Shop) -> None:
    orders = [parcel_order(shop=shop, ship_by=soon(hours)) for hours in (1, 2)]
    desk.goto(reverse("shipping:waybills"))
    for order, number in zip(orders, (CJ_FITTING, "650012345686"), strict=True):
        desk.wait_for_selector(f"text={order.number}")
        type_code(desk, number)
    desk.wait_for_selector(".empty")
    assert set(Order.objects.values_list("status", flat=True)) == {OrderStatus.IN_DELIVERY}
