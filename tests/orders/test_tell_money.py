"""Messages about cancelling and refunds: one for each cause, with the exact money, and never “partly” for all of it."""

from __future__ import annotations

import re

import pytest

from orderdesk.accounts.models import OrderKind
from orderdesk.events.actor import GATEWAY, Actor
from orderdesk.events.dispatch import drain_reactions
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.notifications.models import Message
from orderdesk.notifications.services.send import drain_messages
from orders.gateways import Outcome, RefundAnswer
from orders.models import GatewayAccount, Order, Payment, Refund
from orders.reactions import tell_refund_done
from orders.services.cancelling import decide
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.locking import locked_order, note_change
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.submit import drain_refunds
from orders.services.stop import cancel_order
from orders.terms import OrderStatus, PaymentMethod
from tests.builders import STAFF, make_order, make_shop, make_user
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db
S = OrderStatus
PARTLY = re.compile(r"부분|일부|part(ly|ial)", re.IGNORECASE)


def mails(order: Order) -> dict[str, str]:
    """Subject and text of each mail so far, by kind; every reaction must have worked, and no kind comes twice."""
    drain_reactions()
    assert list(Reaction.objects.exclude(state=ReactionState.DONE).values_list("last_error", flat=True)) == []
    rows = Message.objects.filter(subject_id=order.pk, channel="email").order_by("pk")
    kinds = [row.kind for row in rows]
    assert len(kinds) == len(set(kinds))
    return {row.kind: f"{row.subject_line}\n{row.body_text}" for row in rows}


def settled(order: Order) -> None:
    """The simulator pays what is due back."""
    GatewayAccount.objects.get_or_create(shop=order.shop, gateway="simulator")
    drain_refunds()


def paid_by_two(first: int, second: int) -> Order:
    """Paid in two payments of the simulator."""
    total = first + second
    order = make_order(unit_price=total, paid=False, captured_total=total, language="en")
    for amount in (first, second):
        Payment.objects.create(
            order=order,
            method=PaymentMethod.CARD,
            gateway="simulator",
            authorised=amount,
            captured=amount,
            currency="KRW",
            captured_at=order.placed_at,
            reference=f"p-{amount}",
        )
    return order


def test_a_customers_own_cancelling_is_told_as_such_with_what_goes_back() -> None:
    order = card_order(quantities=(2, 1), language="en")
    confirmed(opened(order))
    text = mails(order)["order.cancelled"]
    assert "Cancelled, as you asked" in text
    assert "The ₩30,000 you paid will be refunded." in text
    assert "sorry" not in text


def test_a_part_is_told_item_by_item() -> None:
    order = card_order(quantities=(2, 1), language="en")
    confirmed(opened(order, {order.lines.get(position=1).pk: 2}))
    text = mails(order)["order.units_cancelled"]
    assert "- 면 셔츠 1 × 2  ₩20,000" in text
    assert "You get back: ₩20,000" in text
    assert "The rest of your order goes on." in text


def test_the_shops_note_and_reason_stand_in_the_mail() -> None:
    order = card_order(quantities=(2,), language="en")
    wanted = StaffCancel(
        "out_of_stock", units={order.lines.get().pk: 1}, customer_note="The blue one is gone."
    )
    cancel_units(order.pk, wanted, actor=Actor.staff(make_user(order.shop, "owner").pk))
    text = mails(order)["order.units_cancelled"]
    assert "Reason: An item is out of stock." in text
    assert "From the shop: The blue one is gone." in text


def test_a_request_its_refusal_and_its_offer_are_told() -> None:
    order = card_order(status=S.PREPARING, language="en")
    row = confirmed(opened(order))
    assert "Without an answer it is cancelled." in mails(order)["cancellation.submitted"]
    decide.counter_offer(row.pk, actor=STAFF, amount=3_000)
    assert "you get ₩3,000 back" in mails(order)["cancellation.counter_offered"]
    decide.decline_counter(row.pk, actor=STAFF)
    decide.reject_cancellation(row.pk, actor=STAFF, code="already_shipped", text="The van has just left.")
    text = mails(order)["cancellation.rejected"]
    assert "It has left already." in text
    assert "The van has just left." in text


def test_a_withdrawn_request_is_no_news_to_who_withdrew_it() -> None:
    order = card_order(status=S.PREPARING)
    decide.withdraw_cancellation(confirmed(opened(order)).pk, actor=STAFF)
    assert set(mails(order)) == {"cancellation.submitted"}


def test_row_26_a_full_refund_never_says_partly() -> None:
    for language in ("ko", "en"):
        order = card_order(language=language)
        confirmed(opened(order))
        settled(order)
        text = mails(order)["refund.done"]
        assert "₩10,000" in text
        assert ("전액" in text) == (language == "ko")
        assert not PARTLY.search(text)


def test_row_14_one_mail_for_a_cause_of_several_refunds_whoever_tells_first() -> None:
    order = paid_by_two(4_000, 6_000)
    confirmed(opened(order))
    assert Refund.objects.count() == 2
    GatewayAccount.objects.create(shop=order.shop, gateway="simulator")
    drain_refunds(1)
    assert "refund.done" not in mails(order)
    drain_refunds()
    for refund in Refund.objects.all():
        answer = RefundAnswer(Outcome.SUCCEEDED, str(refund.gateway_ref), refund.amount)
        settle_refund(refund.pk, answer, actor=GATEWAY)
    for event in Event.objects.filter(kind="refund.succeeded"):
        tell_refund_done(event)
    assert "all that you paid was refunded: ₩10,000" in mails(order)["refund.done"]


def test_the_last_part_says_that_all_is_back() -> None:
    order = card_order(quantities=(2,), language="en")
    confirmed(opened(order, {order.lines.get().pk: 1}))
    settled(order)
    assert "With it all that you paid" not in mails(order)["refund.done"]
    confirmed(opened(order))
    settled(order)
    drain_reactions()
    last = Message.objects.filter(kind="refund.done", channel="email").order_by("-pk")[0]
    assert "we have refunded ₩10,000. With it all that you paid is back with you." in last.body_text


def test_a_refund_whose_result_is_still_to_come_is_told_as_sent() -> None:
    order = card_order(unit_price=10_004, language="en")
    confirmed(opened(order))
    refund = Refund.objects.get()
    refund.submit(refund.created_at)
    refund.save()
    with locked_order(order.pk) as locked:
        note_change(locked, "refund.submitted", GATEWAY, refund=refund.pk, amount=refund.amount)
    text = mails(order)["refund.sent"]
    assert "we have sent your refund of ₩10,004" in text
    assert "3 to 5 business days" in text


def test_money_without_a_way_back_asks_for_the_account() -> None:
    order = card_order(language="en")
    order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    cancel_order(order.pk, actor=STAFF, reason="out_of_stock")
    text = mails(order)["refund.account_needed"]
    assert "₩10,000 goes back to you" in text
    assert "Do not send it by mail" in text


def test_a_quiet_cancelling_asks_nobody() -> None:
    order = card_order()
    order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    cancel_order(order.pk, actor=STAFF, reason="out_of_stock", notify=False)
    assert mails(order) == {}


def test_row_25_a_mail_that_fails_undoes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    order = card_order()
    confirmed(opened(order))
    settled(order)
    drain_reactions()

    def broken(*_args: object) -> None:
        raise OSError("no mail today")

    monkeypatch.setattr(
        "orderdesk.notifications.channels.console.ConsoleChannel.deliver", broken, raising=False
    )
    monkeypatch.setattr("orderdesk.notifications.services.send.open_channel", broken)
    drain_messages()
    order.refresh_from_db()
    assert (order.status, Refund.objects.get().status) == ("cancelled", "succeeded")


def test_food_is_told_in_words_of_food_or_of_neither() -> None:
    order = card_order(shop=make_shop(kind=OrderKind.FOOD), quantities=(2, 1))
    order.lines.update(name="비빔밥")
    confirmed(opened(order, {order.lines.get(position=1).pk: 1}))
    settled(order)
    told = " ".join(mails(order).values())
    assert not re.search(r"상품|구매|반품|택배|배송", told)
