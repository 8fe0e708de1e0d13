"""The customers' pages in a real browser, on a phone of 360 pixels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orders.models import Cancellation, CourierPing, Order, Shipment, TrackingEvent
from orders.services.cancelling.decide import counter_offer
from orders.services.links import courier_link, customer_link
from orders.services.steps import confirm_order
from orders.terms import OrderStatus, PaymentMethod, ShipmentStatus
from tests.builders import STAFF, make_order, make_shipment, make_shop
from tests.orders.cancelling.rows import card_order, confirmed, opened
from tests.portal.visits import path_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
Opener = Callable[..., "Page"]


@pytest.fixture
def phone(chromium: Browser, live_server: Any) -> Iterator[Opener]:
    """Opens a path on a phone; whatever the browser complains about fails the test."""
    contexts, complaints = [], []

    def opened(path: str, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": 360, "height": 740}, bypass_csp=False, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if "Content Security" in m.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def parcel_order() -> Order:
    order = make_order(make_shop(sender_phone="0212345678"), status=OrderStatus.IN_DELIVERY, language="en")
    parcel = make_shipment(
        order, status=ShipmentStatus.IN_TRANSIT, carrier="cj", tracking_number="123456789012"
    )
    for hour in range(7):
        at = clock.now().replace(hour=hour)
        TrackingEvent.objects.create(shipment=parcel, at=at, code="in_transit", location=f"Hub {hour}")
    return order


def courier_run() -> Shipment:
    shop = make_shop(kind=OrderKind.FOOD, language="en")
    order = make_order(
        shop, status=OrderStatus.IN_DELIVERY, latitude=37.5665, longitude=126.978, language="en"
    )
    run = make_shipment(order, status=ShipmentStatus.PICKED_UP, courier_name="Kim")
    CourierPing.objects.create(shipment=run, at=clock.now(), latitude=37.57, longitude=126.99)
    return run


def asked() -> Cancellation:
    """A request to cancel with an offer to answer."""
    row = confirmed(opened(card_order(status=OrderStatus.PREPARING, language="en")))
    return counter_offer(row.pk, actor=STAFF, amount=1_000)


def places() -> dict[str, Callable[[], str]]:
    """The room's pages, by what makes one and tells its path."""
    return {
        "parcel": lambda: path_of(customer_link(parcel_order())),
        "courier": lambda: path_of(customer_link(courier_run().order)),
        "delivered": lambda: path_of(customer_link(make_order(status=OrderStatus.DELIVERED))),
        "cancelled": lambda: path_of(
            customer_link(make_order(status=OrderStatus.CANCELLED, cancelled_at=clock.now()))
        ),
        "asked": lambda: path_of(customer_link(asked().order)),
        "refund": lambda: path_of(customer_link(confirmed(opened(card_order())).order)),
        "run": lambda: path_of(courier_link(courier_run())),
        "dead": lambda: "/o/0000000000000000000000/",
        "track": lambda: "/track/",
        "welcome": lambda: "/",
    }


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", list(places()))
def test_every_page_is_accessible_and_fits_the_phone(phone: Opener, name: str, colours: str) -> None:
    assert_fine(phone(places()[name](), color_scheme=colours))


def assert_fine(page: Page) -> None:
    """No serious finding of axe, and nothing to scroll sideways."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {preload: false})")["violations"]
    assert [
        (v["id"], [n["html"] for n in v["nodes"]]) for v in found if v["impact"] in ("serious", "critical")
    ] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_of_cancelling_are_accessible_and_fit_the_phone(phone: Opener, colours: str) -> None:
    order = card_order(quantities=(2, 1), language="en")
    order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    page = phone(path_of(customer_link(order)), color_scheme=colours)
    page.get_by_role("link", name="Cancel my order").click()
    assert_fine(page)
    see = page.get_by_role("button", name="See what I get back")
    see.click()
    assert_fine(page)
    page.get_by_label("Everything").check()
    page.get_by_label("Plans changed").check()
    see.click()
    assert_fine(page)
    page.get_by_role("button", name="Cancel it").click()
    page.locator("#number_error").wait_for()
    assert_fine(page)


def test_without_javascript_the_customer_can_still_cancel(phone: Opener) -> None:
    order = card_order(quantities=(2,), language="en")
    page = phone(path_of(customer_link(order)), java_script_enabled=False)
    page.get_by_role("link", name="Cancel my order").click()
    assert page.get_by_role("button", name="One more").count() == 0
    page.locator("input[type=number]").fill("1")
    page.get_by_label("Plans changed").check()
    page.get_by_role("button", name="See what I get back").click()
    page.get_by_role("button", name="Cancel it").click()
    page.get_by_role("heading", name="Refund").wait_for()
    assert order.refunds.get().amount == 10_000


def test_news_appear_without_a_reload_and_without_a_jump(phone: Opener) -> None:
    order = make_order(language="en")
    page = phone(path_of(customer_link(order)))
    page.evaluate("window.stayed = true; scrollTo(0, 120)")
    before = page.evaluate("scrollY")
    confirm_order(order.pk, actor=STAFF)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_role("heading", name="The shop has confirmed your order").wait_for()
    assert page.evaluate("[window.stayed, scrollY]") == [True, before]


def test_a_sentence_being_typed_survives_the_news(phone: Opener) -> None:
    order = make_order(status=OrderStatus.DELIVERED, language="en")
    page = phone(path_of(customer_link(order)))
    page.get_by_text("It did not arrive").first.click()
    page.get_by_label("What did you find?").fill("Nothing at the door")
    page.get_by_role("button", name="Tell the shop").click()
    page.get_by_text("We have told the shop").wait_for()
    assert order.tasks.get().detail == "Nothing at the door"


def test_without_javascript_the_customer_can_still_answer(phone: Opener) -> None:
    order = make_order(status=OrderStatus.DELIVERED, language="en")
    page = phone(path_of(customer_link(order)), java_script_enabled=False)
    page.get_by_role("button", name="I have it").click()
    order.refresh_from_db()
    assert order.status == OrderStatus.COMPLETED


def test_a_courier_shares_the_phones_position(phone: Opener) -> None:
    run = courier_run()
    place = {"latitude": 37.51, "longitude": 127.01}
    page = phone(path_of(courier_link(run)), geolocation=place, permissions=["geolocation"])
    with page.expect_response(lambda response: response.url.endswith("/ping/")) as sent:
        page.get_by_role("button", name="Share my position").click()
    assert sent.value.json() == {"kept": True}
    assert run.pings.order_by("-at")[0].latitude == 37.51
