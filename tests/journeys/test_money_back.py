"""Staff give money back in a browser: an agent above the limit waits for another person; the board follows the law."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from orderdesk import clock
from orderdesk.accounts.roles import Role
from orderdesk.policies.models import Policy
from orders.models import CancelTerms, Order, Refund
from orders.services.cancelling.staff import goodwill_refund
from orders.terms import RefundStatus
from tests.builders import STAFF, make_order, make_shop, make_user
from tests.journeys.browsers import Windows, findings, overflow
from tests.orders.cancelling.rows import card_order

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def limited_order() -> Order:
    """An order in a shop whose agents give back 10,000 won alone."""
    shop = make_shop()
    policy = Policy.objects.create(shop=shop, kind="cancellation", version=1, status="draft")
    CancelTerms.objects.create(policy=policy, agent_limit=10_000)
    return card_order(shop=shop, quantities=(2,), unit_price=24_000, cancel_policy=policy)


def cancel_one_unit(page: Page, order: Order) -> None:
    page.goto(f"/admin/orders/order/{order.pk}/change/")
    page.locator(f"a[href*='/order/{order.pk}/action/cancel/']").click()
    page.locator("dialog [name^=line_]").fill("1")
    page.locator("dialog [name=reason]").select_option("out_of_stock")
    page.get_by_role("button", name="결과 보기").click()
    page.locator("dialog .outcome").get_by_text("한도 ₩10,000 초과").wait_for()
    assert page.locator("dialog .quote tfoot td").inner_text() == "₩24,000"
    assert findings(page) == []
    page.get_by_role("button", name="이 수량 취소").click()
    page.get_by_text("일부를 취소했습니다").wait_for()


def test_an_agents_refund_above_the_limit_goes_only_when_another_person_approves(windows: Windows) -> None:
    order = limited_order()
    agent, lead = make_user(order.shop), make_user(order.shop, Role.LEAD)
    desk = windows.open("ko", user=agent)
    cancel_one_unit(desk, order)
    refund = Refund.objects.get()
    assert (refund.amount, refund.status) == (24_000, RefundStatus.PENDING_APPROVAL)
    # The agent who asked has no way to approve it.
    assert desk.locator(f"a[href*='/refund/{refund.pk}/action/approve/']").count() == 0
    office = windows.open("ko", user=lead)
    office.goto("/admin/orders/refund/?status=pending_approval")
    office.get_by_role("link", name=order.number).click()
    office.locator(f"a[href*='/refund/{refund.pk}/action/approve/']").click()
    office.locator("dialog").get_by_role("button", name="승인").click()
    office.get_by_text("환불을 승인했습니다.").wait_for()
    refund = Refund.objects.get()
    assert (refund.status, refund.approved_by) == (RefundStatus.RESERVED, lead)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_board_is_in_the_order_of_the_law(windows: Windows, width: int) -> None:
    shop, now = make_shop(), clock.now()
    orders = [make_order(shop, unit_price=500_000) for _ in range(3)]
    for order, days in zip(orders, (3, -4, -1), strict=True):
        given = goodwill_refund(order.pk, actor=STAFF, amount=500_000, reason="late", token=str(order.pk))
        Refund.objects.filter(pk=given[0].pk).update(due_at=now + timedelta(days=days))
    board = windows.open("ko", width=width, user=make_user(shop, Role.LEAD))
    board.goto("/admin/orders/refund/?board=1&sort=due")
    shown = board.locator("table.rows tbody tr th, table.rows tbody tr td:first-child").all_inner_texts()
    assert [each for each in shown if each.startswith("T-")] == [orders[n].number for n in (1, 2, 0)]
    assert board.get_by_text("4일 초과").count() == 1
    assert (findings(board), overflow(board)) == ([], 0)
