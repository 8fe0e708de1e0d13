"""Refunds in the console: the panel of the order, the queues, the second person, the law's board."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk import clock
from orderdesk.accounts.models import Shop, User
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import GATEWAY, Actor
from orderdesk.policies.models import Policy
from orders.gateways import Outcome, RefundAnswer
from orders.models import CancelTerms, Order, Refund, RefundAttempt
from orders.services.cancelling.staff import goodwill_refund
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.void import retry_refund
from orders.terms import RefundStatus
from tests.builders import make_order, make_shop, make_user
from tests.orders.cancelling.rows import card_order

pytestmark = pytest.mark.django_db
S = RefundStatus


def limited(order: Order, agent: int) -> Order:
    policy = Policy.objects.create(shop=order.shop, kind="cancellation", version=1, status="draft")
    CancelTerms.objects.create(policy=policy, agent_limit=agent, lead_limit=None)
    Order.objects.filter(pk=order.pk).update(cancel_policy=policy)
    return Order.objects.get(pk=order.pk)


def given(order: Order, amount: int, user: User | None = None, token: str = "t") -> Refund:
    actor = Actor.staff((user or make_user(order.shop, Role.OWNER)).pk)
    return goodwill_refund(order.pk, actor=actor, amount=amount, reason="late", token=token)[0]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_goodwill_is_seen_before_it_is_given_and_a_double_click_is_one(
    staff_client: Client, shop: Shop
) -> None:
    order = card_order(shop=shop, unit_price=30_000)
    url = f"/admin/orders/order/{order.pk}/action/goodwill/"
    data = {"amount": "5000", "reason": "late", "note": "", "token_of_form": "abc"}
    seen = staff_client.post(url, data)
    assert "₩5,000" in seen.content.decode()
    assert not Refund.objects.exists()
    confirmed = {**data, "previewed": seen.context["preview"].token}
    assert [staff_client.post(url, confirmed).status_code for _ in range(2)] == [302, 302]
    assert list(Refund.objects.values_list("amount", "status")) == [(5_000, S.RESERVED)]


@pytest.mark.parametrize("amount", ["-1", "0", "1.5", "30001", "abc", ""])
def test_goodwill_of_a_wrong_amount_is_refused_with_the_input_kept(
    staff_client: Client, shop: Shop, amount: str
) -> None:
    order = card_order(shop=shop, unit_price=30_000)
    data = {"amount": amount, "reason": "late", "note": "메모", "token_of_form": "abc"}
    answer = staff_client.post(f"/admin/orders/order/{order.pk}/action/goodwill/", data)
    assert answer.status_code == 422
    assert "메모" in answer.content.decode()
    assert not Refund.objects.exists()


def test_an_agents_refund_above_the_limit_waits_for_another_person(client: Client, shop: Shop) -> None:
    order, agent, lead = limited(card_order(shop=shop), 1_000), make_user(shop), make_user(shop, Role.LEAD)
    refund = given(order, 5_000, agent)
    assert refund.status == S.PENDING_APPROVAL
    url = f"/admin/orders/refund/{refund.pk}/action/approve/"
    client.force_login(agent)
    assert client.post(url).status_code == 403
    client.force_login(lead)
    assert client.post(url).status_code == 302
    assert Refund.objects.get(pk=refund.pk).approved_by == lead


def test_ones_own_refund_has_a_grey_button_that_says_why(
    staff_client: Client, shop: Shop, lead: User
) -> None:
    order = limited(card_order(shop=shop), 1_000)
    CancelTerms.objects.update(lead_limit=1_000)
    refund = given(order, 5_000, lead)
    client = staff_client
    assert "Nobody approves their own refund" in page(client, f"/admin/orders/refund/{refund.pk}/change/")
    assert client.post(f"/admin/orders/refund/{refund.pk}/action/approve/").status_code == 422


def test_the_order_shows_every_step_the_items_and_a_book_that_sums_to_zero(
    staff_client: Client, shop: Shop
) -> None:
    order = card_order(shop=shop, unit_price=30_000)
    given(order, 5_000)
    paid = RefundAnswer(Outcome.SUCCEEDED, "ref-1", 5_000)
    settle_refund(order.refunds.get().pk, paid, actor=GATEWAY)
    answer = staff_client.get(f"/admin/orders/order/{order.pk}/change/")
    text = answer.content.decode()
    for words in ("Paid back", "₩5,000", "Later than promised", "The book: 3 entries", "₩25,000"):
        assert words in text, words
    assert "could not be shown" not in text


def test_an_unknown_result_is_said_in_plain_words_with_safe_buttons_only(
    staff_client: Client, shop: Shop
) -> None:
    refund = unknown(card_order(shop=shop))
    text = page(staff_client, f"/admin/orders/refund/{refund.pk}/change/")
    assert "Result unknown: nobody knows yet whether it was paid." in text
    assert "action/ask/" in text
    assert "Ask the payment company first" in text
    assert all(f"action/{verb}/" not in text for verb in ("retry", "approve", "record_payout", "void"))


def unknown(order: Order) -> Refund:
    refund = given(order, 5_000)
    refund.submit(clock.now())
    refund.save()
    RefundAttempt.objects.create(
        refund=refund, number=1, verb="refund", key=refund.key, sent_at=clock.now(), outcome=Outcome.UNKNOWN
    )
    refund.lose_sight("timeout")
    refund.save()
    return refund


def test_a_transfer_is_paid_by_another_person_than_who_asked(
    staff_client: Client, shop: Shop, lead: User
) -> None:
    own = given(make_order(shop), 2_000, lead, "own")
    other = given(make_order(shop), 2_000, token="other")
    data = {"bank_reference": "B-1"}
    answers = [
        staff_client.post(f"/admin/orders/refund/{refund.pk}/action/record_payout/", data).status_code
        for refund in (own, other)
    ]
    assert answers == [422, 302]
    assert Refund.objects.get(pk=other.pk).status == S.SUCCEEDED


def test_the_board_is_in_the_order_of_the_law_with_interest_apart(staff_client: Client, shop: Shop) -> None:
    orders = [make_order(shop, unit_price=1_000_000) for _ in range(3)]
    refunds = [given(order, 1_000_000, token=f"t{order.pk}") for order in orders]
    now = clock.now()
    for refund, days in zip(refunds, (2, -3, -1), strict=True):
        Refund.objects.filter(pk=refund.pk).update(due_at=now + timedelta(days=days))
    text = page(staff_client, "/admin/orders/refund/?board=1&sort=due")
    places = [text.index(orders[n].number) for n in (1, 2, 0)]
    assert places == sorted(places)
    assert "3 days overdue" in text
    assert "₩1,644" in text


def test_a_failed_refund_stays_on_the_board_until_it_is_tried_anew(staff_client: Client, shop: Shop) -> None:
    refund = given(make_order(shop, unit_price=1_000_000), 1_000_000)
    Refund.objects.filter(pk=refund.pk).update(due_at=clock.now() - timedelta(days=3))
    settle_refund(refund.pk, RefundAnswer(Outcome.FAILED, detail="no"), actor=GATEWAY)
    board, overdue = ("/admin/orders/refund/?board=1&sort=due", "/admin/orders/refund/?overdue=1")
    for address in (board, overdue):
        text = page(staff_client, address)
        assert refund.order.number in text
        assert "3 days overdue" in text
        assert "₩1,644" in text
    retry_refund(refund.pk, actor=GATEWAY)
    assert [refund.order.number in page(staff_client, address) for address in (board, overdue)] == [False] * 2


def test_goodwill_has_no_day_of_the_law(shop: Shop) -> None:
    order = card_order(shop=shop, unit_price=30_000, legal_regime="kr_goods")
    assert given(order, 1_000).due_at is None


def test_another_shops_refund_is_not_there(staff_client: Client) -> None:
    refund = given(card_order(shop=make_shop()), 1_000)
    assert staff_client.get(f"/admin/orders/refund/{refund.pk}/change/").status_code == 404
    assert refund.order.number not in page(staff_client, "/admin/orders/refund/")


@pytest.mark.parametrize(
    "query", ["", "status=pending_approval", "by_hand=1", "overdue=1", "board=1&sort=due", "q=T-1"]
)
def test_every_queue_opens_with_a_fixed_number_of_queries(
    staff_client: Client, shop: Shop, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        given(make_order(shop), 1_000, token=f"t{number}")
    with django_assert_max_num_queries(9):
        shown = page(staff_client, f"/admin/orders/refund/?{query}")
    assert "/admin/orders/refund/" in shown
