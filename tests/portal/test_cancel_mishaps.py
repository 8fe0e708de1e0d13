"""What can go wrong on the road of cancelling: a clear sentence, a 4xx, nothing half done, what was typed stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.events.actor import Actor
from orders.models import Cancellation, Order, Refund
from orders.services.stop import cancel_order
from orders.terms import OrderStatus
from tests.builders import make_shop, make_user
from tests.orders.cancelling.rows import card_order
from tests.portal.roads import Road, road, text_of, virtual
from tests.portal.visits import order_path

pytestmark = pytest.mark.django_db
S = OrderStatus


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
def test_a_strange_quantity_is_told_and_stays(typed: str, status: int, says: str) -> None:
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
