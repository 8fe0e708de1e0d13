"""The console in a real browser: no policy violation, no serious accessibility finding, keyboard, and life without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from orderdesk.accounts.models import Shop
from orders.models import Order
from tests.builders import make_order, make_shop, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.console.urls"),
    pytest.mark.django_db(transaction=True),
]
AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
LIST = "/admin/orders/order/"
PAGES = (
    "/admin/",
    LIST,
    f"{LIST}?status=placed&q=홍",
    f"{LIST}?status=completed",
    "/admin/accounts/customer/",
    "/admin/search/",
    "/accounts/2fa/",
    "/admin/nowhere/",
)
PASSWORD = "desk-of-orders-1"


@pytest.fixture
def order(transactional_db: None) -> Order:
    shop = make_shop(name="Namu")
    user = make_user(shop, "lead", username="lead")
    user.set_password(PASSWORD)
    user.save()
    make_order(shop, status="ready")
    return make_order(shop, number="N-1")


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, order: Order) -> Iterator[Page]:
    yield from _opened(chromium, live_server, scripts=True)


@pytest.fixture
def plain_page(chromium: Browser, live_server: LiveServer, order: Order) -> Iterator[Page]:
    yield from _opened(chromium, live_server, scripts=False)


def _opened(chromium: Browser, live_server: LiveServer, *, scripts: bool) -> Iterator[Page]:
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=scripts, locale="en-US")
    page = context.new_page()
    violations: list[str] = []
    page.on("console", lambda m: violations.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("pageerror", lambda error: violations.append(str(error)))
    page.goto("/accounts/login/?next=/admin/")
    page.fill("[name=login]", "lead")
    page.fill("[name=password]", PASSWORD)
    page.click(".form-actions button")
    page.wait_for_url("**/admin/")
    yield page
    context.close()
    assert violations == []


def _findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("axe.run(document, {preload: false})")
    serious = [found for found in result["violations"] if found["impact"] in {"serious", "critical"}]
    return [f"{found['id']}: {node['html'][:200]}" for found in serious for node in found["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_have_no_serious_accessibility_finding(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    found = {}
    for address in PAGES:
        page.goto(address)
        found[address] = _findings(page)
    assert found == {address: [] for address in PAGES}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_forms_and_dialogs_have_none_either(page: Page, order: Order, theme: str) -> None:
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(f"/admin/accounts/customer/{order.customer_id}/change/")
    assert _findings(page) == []
    page.goto(f"{LIST}{order.pk}/change/")
    page.keyboard.press("n")
    page.wait_for_selector("dialog[open] form")
    assert _findings(page) == []


def test_an_action_runs_in_a_dialog_from_key_to_message(page: Page, order: Order) -> None:
    page.goto(f"{LIST}{order.pk}/change/")
    page.keyboard.press("n")
    page.fill("dialog [name=text]", "refuse")
    page.click("dialog .button-primary")
    expect(page.locator("#dialog")).to_contain_text("Refused: too late")
    page.fill("dialog [name=text]", "ring twice")
    page.click("dialog .button-primary")
    expect(page.locator(".message-success")).to_have_text("Noted.")
    order.refresh_from_db()
    assert order.customer_note == "ring twice"


def test_rows_are_walked_chosen_and_opened_by_key(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    page.keyboard.press("x")
    expect(page.locator(".bulk-bar")).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/**")
    expect(page.locator("h1")).to_have_text("N-1")


def test_slash_searches_the_list_and_question_mark_helps(page: Page) -> None:
    page.goto(LIST)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("N-1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change/")
    assert page.url.endswith("/change/")


def test_the_theme_stays_after_a_reload(page: Page) -> None:
    page.goto(LIST)
    page.click("[data-theme-toggle]")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_polled_list_takes_a_new_row_and_keeps_what_was_chosen(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.console.site.OrderConsole.live_seconds", 1)
    page.goto(LIST)
    page.check("input[name=ids] >> nth=1")
    page.locator("input[name=ids] >> nth=1").blur()
    make_order(Shop.objects.get(), number="N-NEW")
    expect(page.locator("tbody tr").first).to_contain_text("N-NEW", timeout=8_000)
    expect(page.locator("tr", has_text="N-NEW").locator("input")).not_to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("1")


def test_everything_works_without_scripts(plain_page: Page, order: Order) -> None:
    plain_page.goto(LIST)
    plain_page.check("input[name=ids] >> nth=0")
    plain_page.click(".bulk-bar button")
    plain_page.click("[name=confirm]")
    expect(plain_page.locator(".lead")).to_contain_text("1 row changed.")
    plain_page.goto(f"{LIST}{order.pk}/change/")
    plain_page.click("a[data-dialog] >> nth=0")
    plain_page.fill("[name=text]", "plain")
    plain_page.click(".action-form .button-primary")
    expect(plain_page.locator(".message-success")).to_have_text("Noted.")


def test_a_phone_shows_the_list_without_widening_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(LIST)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
