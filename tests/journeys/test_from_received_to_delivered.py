"""One order's whole life through the doors: the agent's desk and the customer's phone at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from orderdesk.accounts.roles import Role
from orders.models import Order
from orders.services.links import customer_link
from tests.builders import make_customer, make_order, make_shop, make_user
from tests.journeys.browsers import Windows
from tests.portal.visits import path_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LANGUAGES = ["ko", "en"]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def order(transactional_db: None, language: str) -> Order:
    shop = make_shop(language=language)
    return make_order(shop, customer=make_customer(shop, language=language), language=language)


def desk_of(windows: Windows, order: Order, language: str) -> Page:
    page = windows.open(language, user=make_user(order.shop, Role.AGENT, language=language))
    page.goto(reverse("admin:orders_order_change", args=[order.pk]))
    return page


def phone_of(windows: Windows, order: Order, language: str) -> Page:
    page = windows.open(language, width=360)
    page.goto(path_of(customer_link(order)))
    page.evaluate("window.stayed = true")
    return page


def by_key(desk: Page, key: str) -> None:
    """Open the action by its letter and send its form without touching the mouse."""
    desk.keyboard.press(key)
    desk.wait_for_selector("dialog[open] form")
    with desk.expect_navigation():
        desk.keyboard.press("Enter")


def by_button(desk: Page, name: str) -> None:
    desk.locator(f"a[data-dialog][href*='/action/{name}/']").first.click()
    with desk.expect_navigation():
        desk.locator("dialog[open] .form-buttons button").click()


def headline(phone: Page, before: str) -> str:
    """The customer's headline once it has changed by itself."""
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.wait_for_function("old => document.querySelector('h1').textContent !== old", arg=before)
    assert phone.evaluate("window.stayed") is True
    return str(phone.locator("h1").text_content())


def to_the_door(desk: Page, order: Order) -> None:
    """Waybill by typing, then the parcel's arrival."""
    desk.goto(f"{reverse('shipping:waybills')}?order={order.pk}")
    desk.keyboard.type("650012345675")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".empty")
    desk.goto(reverse("admin:orders_order_change", args=[order.pk]))


def test_the_agent_moves_the_order_and_the_customer_watches(
    windows: Windows, order: Order, language: str
) -> None:
    desk, phone = desk_of(windows, order, language), phone_of(windows, order, language)
    said = [str(phone.locator("h1").text_content())]
    for key in ("c", "p"):
        by_key(desk, key)
        said.append(headline(phone, said[-1]))
    by_key(desk, "r")
    to_the_door(desk, order)
    said.append(headline(phone, said[-1]))
    by_button(desk, "delivered")
    said.append(headline(phone, said[-1]))
    with translation.override(language):
        assert said[1] == gettext("The shop has confirmed your order")
        phone.get_by_role("button", name=gettext("I have it")).click()
        expect(phone.locator("[role=status]")).to_contain_text(gettext("Thank you. Your order is complete."))
    order.refresh_from_db()
    assert (order.status, len(set(said))) == ("completed", 5)


def test_a_refusal_in_the_dialog_keeps_what_was_typed(windows: Windows, order: Order, language: str) -> None:
    desk = desk_of(windows, order, language)
    desk.keyboard.press("h")
    desk.fill("dialog[open] [name=note]", "call first")
    desk.locator("dialog[open] .form-buttons button").click()
    # Without a reason the browser itself holds the form back.
    assert desk.locator("dialog[open] [name=note]").input_value() == "call first"
    desk.select_option("dialog[open] [name=reason]", index=1)
    with desk.expect_navigation():
        desk.locator("dialog[open] .form-buttons button").click()
    order.refresh_from_db()
    assert (order.status, order.holds.get().note) == ("on_hold", "call first")


def test_two_agents_at_once_one_is_told_what_changed(windows: Windows, order: Order, language: str) -> None:
    first, second = desk_of(windows, order, language), desk_of(windows, order, language)
    second.keyboard.press("h")
    second.wait_for_selector("dialog[open] form")
    second.fill("dialog[open] [name=note]", "kept words")
    second.select_option("dialog[open] [name=reason]", index=1)
    by_key(first, "c")
    second.locator("dialog[open] .form-buttons button").click()
    expect(second.locator("dialog[open] .conflict")).to_be_visible()
    assert second.locator("dialog[open] [name=note]").input_value() == "kept words"
    order.refresh_from_db()
    assert order.status == "confirmed"
