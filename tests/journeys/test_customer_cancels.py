"""A customer cancels on a phone: two submits, the exact money before the second, and no thumb on the scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from orders.models import Order, OrderLine, Refund
from orders.services.links import customer_link
from orders.terms import PaymentMethod
from tests.builders import make_shop
from tests.journeys.browsers import Windows
from tests.orders.cancelling.rows import card_order
from tests.portal.visits import path_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = ("오가닉 면 셔츠", "리넨 앞치마", "도자기 머그")
# What makes one button louder than another.
WEIGHT = """button => {
  const box = button.getBoundingClientRect(), style = getComputedStyle(button);
  return [Math.round(box.width), Math.round(box.height), Math.round(box.top), style.backgroundColor, style.color,
          style.borderColor, style.borderWidth, style.fontWeight, style.fontSize, style.opacity];
}"""


@pytest.fixture
def order(transactional_db: None) -> Order:
    order = card_order(shop=make_shop(language="ko"), quantities=(2, 1, 1), language="ko")
    for line, name in zip(order.lines.all(), NAMES, strict=True):
        OrderLine.objects.filter(pk=line.pk).update(name=name)
    return order


def phone_of(windows: Windows, order: Order, posts: list[str]) -> Page:
    """A phone on the order's page that counts what it sends."""
    page = windows.open("ko", width=360)
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.goto(path_of(customer_link(order)))
    return page


def button(page: Page, msgid: str) -> Locator:
    with translation.override("ko"):
        return page.get_by_role("button", name=gettext(msgid), exact=True)


def choose(page: Page, *names: str) -> None:
    page.get_by_role("link", name="주문 취소", exact=True).click()
    for name in names:
        page.get_by_label(name).check()
    page.get_by_label("실수로 주문·중복 주문").check()
    button(page, "See what I get back").click()


def weights(*buttons: Locator) -> list[Any]:
    return [each.evaluate(WEIGHT) for each in buttons]


def test_one_of_three_lines_goes_in_two_submits_with_the_exact_refund(windows: Windows, order: Order) -> None:
    posts: list[str] = []
    page = phone_of(windows, order, posts)
    choose(page, "리넨 앞치마")
    expect(page.locator("#total")).to_have_text("₩10,000")
    button(page, "Cancel it").click()
    expect(page.get_by_role("heading", name="환불", exact=True)).to_be_visible()
    expect(page.locator(".items .gone")).to_contain_text("리넨 앞치마")
    assert len(posts) == 2
    refund = Refund.objects.get()
    assert (refund.amount, list(refund.lines.values_list("order_line__name", "amount"))) == (
        10_000,
        [("리넨 앞치마", 10_000)],
    )


def test_nothing_is_preselected_and_both_answers_weigh_the_same(windows: Windows, order: Order) -> None:
    page = phone_of(windows, order, [])
    page.get_by_role("link", name="주문 취소", exact=True).click()
    chosen = page.evaluate(
        "[...document.querySelectorAll('main input')].filter(i => i.type !== 'hidden' && (i.checked || "
        "(i.type === 'number' && i.value !== ''))).length"
    )
    assert chosen == 0
    keep = page.get_by_role("link", name="그대로 둘게요", exact=True)
    first, second = weights(button(page, "See what I get back"), keep)
    assert first == second
    page.locator("#everything").check()
    page.get_by_label("실수로 주문·중복 주문").check()
    button(page, "See what I get back").click()
    yes, no = weights(button(page, "Cancel it"), button(page, "Keep it as it is"))
    assert yes == no
    button(page, "Keep it as it is").click()
    expect(page.locator("[role=status]")).to_contain_text("바뀌지 않았어요")
    order.refresh_from_db()
    assert order.status == "placed"


def test_steppers_and_the_box_for_everything_agree(windows: Windows, order: Order) -> None:
    page = phone_of(windows, order, [])
    page.get_by_role("link", name="주문 취소", exact=True).click()
    everything, number = page.locator("#everything"), page.locator("input[type=number]")
    everything.check()
    assert (number.input_value(), page.get_by_label("도자기 머그").is_checked()) == ("2", True)
    page.get_by_role("button", name="하나 빼기").click()
    assert (number.input_value(), everything.is_checked()) == ("1", False)
    page.get_by_role("button", name="하나 더하기").dblclick()
    assert (number.input_value(), everything.is_checked()) == ("2", True)


def test_the_back_button_after_confirming_cancels_nothing_twice(windows: Windows, order: Order) -> None:
    page = phone_of(windows, order, [])
    choose(page, "리넨 앞치마", "도자기 머그")
    button(page, "Cancel it").dblclick()
    page.wait_for_url("**said=cancelled*")
    page.go_back()
    expect(page.locator("#total")).to_have_count(0)
    assert Refund.objects.get().amount == 20_000


def test_a_wrong_account_keeps_what_was_typed(windows: Windows, order: Order) -> None:
    order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    page = phone_of(windows, order, [])
    choose(page, "리넨 앞치마")
    page.get_by_label("은행", exact=True).select_option("088")
    page.get_by_label("계좌번호").fill("12")
    page.get_by_label("예금주").fill("홍길동")
    button(page, "Cancel it").click()
    expect(page.locator("#number_error")).to_be_visible()
    assert page.get_by_label("예금주").input_value() == "홍길동"
    page.get_by_label("계좌번호").fill("110-123-456789")
    button(page, "Cancel it").click()
    expect(page.locator(".refunds")).to_contain_text("신한은행 ····6789")
