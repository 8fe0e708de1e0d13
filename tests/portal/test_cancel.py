"""The customer's road to cancelling: choose, see the outcome, confirm; and everything that can go wrong on it."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime, OrderKind
from orderdesk.events.actor import CUSTOMER, Actor
from orders.models import Cancellation, Order, Refund, RefundAccount
from orders.services.cancelling import decide
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.stop import cancel_order
from orders.terms import OrderStatus, PaymentMethod
from tests.builders import STAFF, make_order, make_shop, make_user
from tests.orders.cancelling.rows import card_order, confirmed, opened
from tests.portal.visits import every_row, order_path, visitor_of

pytestmark = pytest.mark.django_db
S = OrderStatus


class Road:
    """A customer's browser at one order's pages of cancelling."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.client: Client = visitor_of(order)
        self.path = reverse("portal:cancel", args=[order.public_id])
        self.token = self.client.get(order_path(order) + "?lang=en").context["form_token"]

    def send(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, {"form_token": self.token, **fields})

    def wish(self, reason: str = "plans_changed", **fields: Any) -> Any:
        """The first submit."""
        return self.send(self.path, **(fields or {"everything": "1"}), reason=reason)

    def outcome(self, **fields: Any) -> Any:
        """The page of the outcome."""
        return self.client.get(self.wish(**fields).headers["Location"])

    def confirm(self, page: Any, **fields: Any) -> Any:
        """The second submit, from a page of the outcome."""
        return self.send(page.request["PATH_INFO"], digest=page.context["digest"], **fields)

    def line(self, position: int = 1) -> str:
        return f"units-{self.order.lines.get(position=position).pk}"


def text_of(page: Any) -> str:
    """What stands on a page, tags taken out."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def road(**values: Any) -> Road:
    return Road(card_order(**{"language": "en", **values}))


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
        way.client.get(way.path)
    with django_assert_max_num_queries(9):
        way.client.get(page.request["PATH_INFO"])


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
    way.confirm(page)
    assert Order.objects.get().status == S.CANCELLED


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
def virtual(**values: Any) -> Road:
    way = road(**values)
    way.order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    return way


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
    refund.refresh_from_db()
    assert refund.account is not None
    assert refund.next_at is not None
    assert way.send(path, bank="088", number="110123456780", holder="Eve").status_code == 302
    assert RefundAccount.objects.count() == 1


# ── bad input: a clear sentence, a 4xx, nothing half done, what was typed stays ──
@pytest.mark.parametrize(
    ("typed", "status", "says"),
    [
        ("1.5", 422, "whole number"),
        ("-1", 422, "whole number"),
        ("9" * 7, 422, "whole number"),
        ("１", 422, "whole number"),
        ("two", 422, "whole number"),
        ("", 422, "Please choose what to cancel."),
        ("0", 422, "Please choose what to cancel."),
        ("3", 422, "choose again"),
    ],
)
def test_strange_quantities(typed: str, status: int, says: str) -> None:
    way = road(quantities=(2,))
    answer = way.wish(**{way.line(): typed})
    assert answer.status_code == status
    assert says in text_of(answer)
    assert f'value="{typed}"' in answer.content.decode()
    assert not Cancellation.objects.exists()


def test_a_line_of_another_order_is_not_found() -> None:
    way, other = road(), card_order()
    answer = way.wish(**{f"units-{other.lines.get().pk}": "1"})
    assert answer.status_code == 404
    assert "not part of your order" in text_of(answer)
    assert not Cancellation.objects.exists()


@pytest.mark.parametrize("reason", ["", "mind", "nothing-of-this-name", "out_of_stock", "a\x00b", "x" * 99])
def test_only_a_customers_leaf_is_a_reason(reason: str) -> None:
    way = road()
    answer = way.send(way.path, reason=reason, note="keep me", **{way.line(): "1"})
    assert answer.status_code == 422
    assert "Please choose a reason." in text_of(answer)
    assert "keep me" in answer.content.decode()


def test_a_note_of_strange_signs_is_cleaned_and_a_long_one_is_kept_and_refused() -> None:
    way = road()
    assert way.wish(**{way.line(): "1", "note": "a\x00b\r\nc"}).status_code == 302
    assert Cancellation.objects.get().customer_note == "ab\nc"
    long = way.wish(**{way.line(): "1", "note": "가" * 501})
    assert long.status_code == 422
    assert "가" * 501 in long.content.decode()


def test_a_page_of_another_browser_is_not_taken_and_what_was_typed_stays() -> None:
    way = road()
    answer = way.client.post(
        way.path, {"form_token": "stolen", "everything": "1", "reason": "mistake", "note": "x"}
    )
    assert answer.status_code == 403
    assert (
        'id="reason-mistake" type="radio" name="reason" value="mistake" required checked'
        in answer.content.decode()
    )
    page = way.outcome()
    assert way.client.post(page.request["PATH_INFO"], {"digest": page.context["digest"]}).status_code == 403
    assert Order.objects.get().status == S.PLACED


def test_an_expired_link_opens_nothing() -> None:
    way = road()
    page = way.outcome()
    way.order.links.update(expires_at=clock.now())
    for path in (way.path, page.request["PATH_INFO"]):
        assert way.client.get(path).status_code == way.send(path).status_code == 404


def test_another_orders_wish_is_nobodys() -> None:
    way, other = road(), road()
    page = other.outcome()
    wish_id = Cancellation.objects.get().pk
    for name, more in (("cancel_outcome", []), ("cancel_answer", ["keep"])):
        path = reverse(f"portal:{name}", args=[way.order.public_id, wish_id, *more])
        assert way.send(path, digest=page.context["digest"]).status_code == 404
    assert Cancellation.objects.get().status == "requested"
    huge = reverse("portal:cancel_outcome", args=[way.order.public_id, 2**70])
    assert way.client.get(huge).status_code == 404


def test_a_page_that_waited_too_long_is_gone_and_says_where_to_begin_again(frozen: Any) -> None:
    way = road()
    page = way.outcome()
    frozen.shift(timedelta(minutes=40))
    for answer in (way.client.get(page.request["PATH_INFO"]), way.confirm(page)):
        assert answer.status_code == 410
        assert "This page has expired" in text_of(answer)
    assert Order.objects.get().status == S.PLACED


def test_a_double_click_is_one_cancellation() -> None:
    way = road()
    page = way.outcome()
    answers = [way.confirm(page), way.confirm(page)]
    assert [answer.headers["Location"][-9:] for answer in answers] == ["cancelled"] * 2
    assert Refund.objects.count() == 1


def test_the_back_button_after_confirming_leads_to_the_order() -> None:
    way = road()
    page = way.outcome()
    way.confirm(page)
    again = way.client.get(page.request["PATH_INFO"])
    assert again.headers["Location"].endswith("?said=cancelled")
    assert "no-store" in page["Cache-Control"]
    assert "cancelled already" in text_of(way.client.get(way.path))
    assert way.wish().status_code == 422


def test_two_tabs_the_older_one_has_expired() -> None:
    way = road(quantities=(2, 1))
    first = way.outcome(**{way.line(1): "2"})
    second = way.outcome(**{way.line(2): "1"})
    assert way.confirm(first).status_code == 410
    assert way.confirm(second).status_code == 302
    assert Refund.objects.get().amount == 10_000


def test_staff_and_customer_at_once_are_one_cancellation() -> None:
    way = road()
    page = way.outcome()
    cancel_order(way.order.pk, actor=Actor.staff(make_user(way.order.shop).pk), reason="out_of_stock")
    assert way.confirm(page).headers["Location"].endswith("?said=cancelled")
    assert Cancellation.objects.get().decision["also"] == "customer"
    assert Refund.objects.count() == 1


def test_an_amount_that_changed_is_shown_again_before_anything_happens() -> None:
    way = virtual()
    page = way.outcome()
    answer = way.send(
        page.request["PATH_INFO"], digest="0" * 64, bank="088", number="1234567", holder="홍길동"
    )
    assert answer.status_code == 409
    assert "The amount has changed" in text_of(answer)
    assert answer.context["account"].holder == "홍길동"
    assert Order.objects.get().status == S.PLACED


@pytest.mark.parametrize("kind", [OrderKind.PARCEL, OrderKind.FOOD])
def test_what_has_left_says_so_where_the_button_was(kind: str) -> None:
    way = Road(card_order(shop=make_shop(kind=kind), status=S.IN_DELIVERY, language="en"))
    for path in (order_path(way.order), way.path):
        assert "It has left already" in text_of(way.client.get(path))
    answer = way.wish()
    assert answer.status_code == 409
    assert ("send it back" in text_of(answer)) == (kind == OrderKind.PARCEL)


def test_keeping_it_gives_the_wish_up() -> None:
    way = road()
    way.outcome()
    row = Cancellation.objects.get()
    answer = way.send(reverse("portal:cancel_answer", args=[way.order.public_id, row.pk, "keep"]))
    row.refresh_from_db()
    assert (row.status, answer.headers["Location"][-4:]) == ("abandoned", "kept")


def test_tries_are_limited_and_what_was_typed_stays() -> None:
    way = road(quantities=(2,))
    answers = [way.wish(**{way.line(): "1", "note": "still here"}) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {302}
    assert answers[30].status_code == 429
    assert "still here" in answers[30].content.decode()


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
