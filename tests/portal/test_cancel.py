"""The customer's road to cancelling: choose, see the outcome, confirm."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime
from orderdesk.events.actor import CUSTOMER
from orders.models import Cancellation, Order, Refund, RefundAccount
from orders.services.cancelling import decide
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.stop import cancel_order
from orders.terms import OrderStatus
from tests.builders import STAFF, make_order
from tests.orders.cancelling.rows import confirmed, opened
from tests.portal.roads import Road, road, text_of, virtual
from tests.portal.visits import every_row, order_path

pytestmark = pytest.mark.django_db
S = OrderStatus


# ── the straight way ──
def test_two_submits_cancel_one_of_three_lines_and_show_the_exact_refund() -> None:
    way = road(quantities=(2, 1, 1))
    page = way.outcome(**{way.line(): "1"})
    assert "You get back ₩10,000" in text_of(page)
    done = way.confirm(page)
    assert done.headers["Location"].endswith("?said=cancelled")
    shown = text_of(way.client.get(done.headers["Location"]))
    assert "1 cancelled" in shown
    assert "Refund approved ₩10,000" in shown
    assert Refund.objects.get().amount == 10_000


def test_reading_changes_nothing() -> None:
    way = road()
    page = way.outcome()
    before = every_row()
    for path in (way.path, page.request["PATH_INFO"], order_path(way.order)):
        assert way.client.get(path).status_code == 200
    assert every_row() == before


def test_nothing_is_chosen_beforehand() -> None:
    page = road(quantities=(2, 1)).client
    order = Order.objects.get()
    shown = page.get(reverse("portal:cancel", args=[order.public_id])).content.decode()
    assert " checked" not in shown
    assert re.findall(r'type="number"[^>]* value="([^"]*)"', shown) == [""]


def test_the_pages_cost_a_constant_number_of_queries(django_assert_max_num_queries: Any) -> None:
    way = road(quantities=(1,) * 12)
    page = way.outcome()
    with django_assert_max_num_queries(3):
        assert way.client.get(way.path).status_code == 200
    with django_assert_max_num_queries(9):
        assert way.client.get(page.request["PATH_INFO"]).status_code == 200


def test_the_first_post_fixes_the_time(frozen: Any) -> None:
    way = road(status=S.CONFIRMED)
    page = way.outcome()
    Order.objects.filter(pk=way.order.pk).update(status=S.PREPARING)
    frozen.shift(timedelta(minutes=20))
    way.confirm(page)
    assert Cancellation.objects.get().requested_at == clock.now() - timedelta(minutes=20)
    assert Order.objects.get().status == S.CANCELLED


def test_the_rule_the_law_and_the_last_day_stand_beside_the_money() -> None:
    shown = text_of(road(legal_regime=LegalRegime.KR_GOODS).outcome())
    assert "The shop has not confirmed the order yet" in shown
    assert "At the latest by:" in shown
    assert "전자상거래법 제18조 제2항" in shown
    assert "3 to 5 business days" in shown


def test_an_unpaid_order_says_that_nothing_is_charged() -> None:
    way = Road(make_order(status=S.AWAITING_PAYMENT, paid=False, language="en"))
    page = way.outcome()
    assert "nothing is charged" in text_of(page)
    done = way.confirm(page)
    assert (Order.objects.get().status, done.headers["Location"][-10:]) == (S.CANCELLED, "called_off")


# ── asking the shop ──
def test_a_request_tells_its_deadline_and_can_be_withdrawn() -> None:
    way = road(status=S.PREPARING)
    page = way.outcome()
    assert "The shop answers within 24 hours. Without an answer it is cancelled." in text_of(page)
    way.confirm(page)
    shown = text_of(way.client.get(order_path(way.order)))
    assert "You have asked to cancel" in shown
    assert "Cancel my order" not in shown
    row = Cancellation.objects.get()
    way.send(reverse("portal:cancel_answer", args=[way.order.public_id, row.pk, "withdraw"]))
    row.refresh_from_db()
    assert (row.status, Order.objects.get().status) == ("withdrawn", S.PREPARING)
    assert "You have withdrawn" in text_of(way.client.get(order_path(way.order)))


@pytest.mark.parametrize(
    ("answer", "status", "refunds"), [("take", "saved", 1), ("decline", "under_review", 0)]
)
def test_a_counter_offer_is_taken_or_not(answer: str, status: str, refunds: int) -> None:
    way = road(status=S.PREPARING)
    row = confirmed(opened(way.order))
    decide.counter_offer(row.pk, actor=STAFF, amount=3_000)
    assert "you get ₩3,000 back" in text_of(way.client.get(order_path(way.order)))
    way.send(reverse("portal:cancel_answer", args=[way.order.public_id, row.pk, answer]))
    row.refresh_from_db()
    assert (row.status, Refund.objects.count()) == (status, refunds)


def test_a_refusal_is_told_with_the_shops_sentence() -> None:
    way = road(status=S.PREPARING)
    row = confirmed(opened(way.order))
    decide.reject_cancellation(row.pk, actor=STAFF, code="made_to_order", text="Your name is on it already.")
    shown = text_of(way.client.get(order_path(way.order)))
    assert "It is made to order, as agreed when you ordered." in shown
    assert "Your name is on it already. Your order goes on." in shown


# ── the account ──
def test_money_that_cannot_go_back_asks_for_an_account_and_keeps_it_encrypted() -> None:
    way = virtual()
    page = way.outcome()
    answer = way.confirm(page, bank="088", number="110-123-456789", holder="홍길동")
    assert answer.status_code == 302
    kept = RefundAccount.objects.get()
    assert (kept.bank, kept.last4, Refund.objects.get().account) == ("088", "6789", kept)
    assert "110123456789" not in kept.number_encrypted
    assert "Shinhan Bank ····6789" in text_of(way.client.get(order_path(way.order)))


@pytest.mark.parametrize(
    ("account", "field"),
    [
        ({}, "number"),
        ({"bank": "999", "number": "1234567", "holder": "Hong"}, "bank"),
        ({"bank": "088", "number": "12-34", "holder": "Hong"}, "number"),
        ({"bank": "088", "number": "１２３４５６７８", "holder": "Hong"}, "number"),
        ({"bank": "088", "number": "1234567", "holder": ""}, "holder"),
    ],
)
def test_a_wrong_account_is_marked_and_what_was_typed_stays(account: dict[str, str], field: str) -> None:
    way = virtual()
    answer = way.confirm(way.outcome(), **account)
    assert (answer.status_code, answer.context["bad_field"]) == (422, field)
    for typed in account.values():
        assert not typed or html.escape(typed) in answer.content.decode() or typed == "999"
    assert Order.objects.get().status == S.PLACED


def test_an_account_can_be_named_later_when_the_shop_cancelled() -> None:
    way = virtual()
    cancel_order(way.order.pk, actor=STAFF, reason="out_of_stock")
    refund = Refund.objects.get()
    assert refund.next_at is None
    path = reverse("portal:refund_account", args=[way.order.public_id])
    assert "Waiting for your bank account" in text_of(way.client.get(order_path(way.order)))
    assert "₩10,000 goes back to you." in text_of(way.client.get(path))
    wrong = way.send(path, bank="088", number="1", holder="Hong")
    assert (wrong.status_code, wrong.context["account"].holder) == (422, "Hong")
    way.send(path, bank="088", number="110123456789", holder="Hong")
    sent = Refund.objects.get()
    assert (sent.account == RefundAccount.objects.get(), sent.next_at is None) == (True, False)
    assert way.send(path, bank="088", number="110123456780", holder="Eve").status_code == 302
    assert RefundAccount.objects.count() == 1


# ── the place of the one offer ──
def offered(row: Cancellation) -> dict[str, Any]:
    """What settings.CANCEL_OFFERS may give."""
    return {
        "title": {"en": "Free delivery", "ko": "무료 배송"},
        "text": f"For {row.order.number}",
        "accept": "Take it",
    }


@pytest.fixture
def offering(settings: Any) -> None:
    settings.CANCEL_OFFERS = f"{__name__}.offered"


@pytest.mark.usefixtures("offering")
def test_one_offer_stands_on_the_page_and_once_refused_it_stays_away_for_a_week(frozen: Any) -> None:
    way = road(quantities=(2,))
    page = way.outcome(**{way.line(): "1"})
    assert "Free delivery" in text_of(page)
    row = Cancellation.objects.get()
    way.send(reverse("portal:cancel_answer", args=[way.order.public_id, row.pk, "no-offer"]))
    assert "Free delivery" not in text_of(way.client.get(page.request["PATH_INFO"]))
    assert "Free delivery" not in text_of(way.outcome(**{way.line(): "1"}))
    assert "Free delivery" not in text_of(way.outcome(**{way.line(): "2"}))
    frozen.shift(timedelta(days=7, minutes=1))
    assert "Free delivery" in text_of(way.outcome(**{way.line(): "1"}))


@pytest.mark.usefixtures("offering")
def test_an_accepted_offer_keeps_the_order_and_a_standing_one_does_not_hinder() -> None:
    way, other = road(), road()
    way.outcome()
    row = Cancellation.objects.get()
    way.send(reverse("portal:cancel_answer", args=[way.order.public_id, row.pk, "offer"]))
    row.refresh_from_db()
    assert row.status == "saved"
    other.confirm(other.outcome())
    other.order.refresh_from_db()
    assert other.order.status == S.CANCELLED


@pytest.mark.usefixtures("offering")
def test_a_mistake_gets_no_persuasion() -> None:
    assert "Free delivery" not in text_of(road().outcome(reason="mistake", everything="1"))


def test_confirming_by_another_road_is_the_same_page() -> None:
    way = road()
    page = way.outcome()
    row = Cancellation.objects.get()
    confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest=page.context["digest"])
    assert way.client.get(page.request["PATH_INFO"]).status_code == 302
