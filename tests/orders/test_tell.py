from typing import Any

import pytest

from orderdesk.events.dispatch import drain_reactions
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.notifications.models import Message, MessageState, Suppression
from orderdesk.notifications.rendering import LINK_MARKER
from orderdesk.notifications.services.send import drain_messages
from orders import phrases
from orders.models import Order
from orders.reactions import tell_change
from orders.services.links import ask_to_resend_link, links_for, revoke_links
from orders.services.payments import Capture, record_payment
from orders.services.place import NewLine, NewOrder, place_order
from orders.services.steps import confirm_order, hand_over_at_counter, mark_ready, start_preparing
from orders.services.stop import cancel_order, expire_order, hold_order, release_order
from orders.services.tell import content_for
from orders.terms import DeliveryMethod, OrderStatus, PaymentMethod
from tests.builders import STAFF, make_customer, make_order, make_shop

pytestmark = pytest.mark.django_db


def told(order: Order) -> list[tuple[str, str]]:
    """Kinds and channels written for an order so far; every reaction must have worked."""
    drain_reactions()
    assert list(Reaction.objects.exclude(state=ReactionState.DONE).values_list("last_error", flat=True)) == []
    rows = Message.objects.filter(subject_kind="order", subject_id=order.pk).order_by("id")
    return list(rows.values_list("kind", "channel"))


def test_each_step_writes_its_mail() -> None:
    order = make_order()
    confirm_order(order.pk, actor=STAFF)
    start_preparing(order.pk, actor=STAFF)
    hold_order(order.pk, actor=STAFF, reason="fraud")
    release_order(order.pk, actor=STAFF)
    kinds = [kind for kind, _ in told(order)]
    assert kinds == ["order.confirmed", "order.preparing", "order.held", "order.released"]


def test_a_suspicion_is_not_told_to_the_customer() -> None:
    order = make_order()
    hold_order(order.pk, actor=STAFF, reason="fraud")
    told(order)
    assert "fraud" not in Message.objects.get().body_text.lower()


def test_a_cancelled_order_is_mailed_and_texted_with_what_happens_to_the_money() -> None:
    order = make_order(customer=None, unit_price=48_000)
    cancel_order(order.pk, actor=STAFF, reason="out_of_stock")
    assert told(order) == [("order.cancelled", "email"), ("order.cancelled", "sms")]
    assert all("₩48,000" in message.body_text for message in Message.objects.all())


def test_a_quiet_cancellation_tells_nobody() -> None:
    order = make_order()
    cancel_order(order.pk, actor=STAFF, reason="other", notify=False)
    assert told(order) == []


def test_somebody_without_mail_gets_every_step_as_a_text() -> None:
    shop = make_shop()
    order = make_order(shop, customer=make_customer(shop, email=""))
    confirm_order(order.pk, actor=STAFF)
    assert told(order) == [("order.confirmed", "sms")]


def test_somebody_without_any_address_leaves_a_row_that_says_so() -> None:
    shop = make_shop()
    order = make_order(shop, customer=make_customer(shop, email="", phone=""), recipient_phone="")
    confirm_order(order.pk, actor=STAFF)
    told(order)
    assert (Message.objects.get().state, Message.objects.get().reason) == (
        MessageState.SUPPRESSED,
        "no address",
    )


def test_an_unpaid_order_is_told_where_and_until_when_to_pay() -> None:
    new = NewOrder(
        customer_name="홍길동",
        customer_email="a@example.com",
        lines=[NewLine("면 셔츠", 1, 48_000)],
        payment_method=PaymentMethod.BANK_TRANSFER,
    )
    order = place_order(make_shop(), new, actor=STAFF)
    order.payments.update(detail="나무은행 123-456")
    assert told(order) == [("order.awaiting_payment", "email")]
    text = Message.objects.get().body_text
    assert "나무은행 123-456" in text
    assert phrases.hour(order.pay_by, order) in text if order.pay_by else True


def test_a_passed_through_step_is_no_news() -> None:
    order = make_order(status=OrderStatus.CONFIRMED)
    mark_ready(order.pk, actor=STAFF)
    assert told(order) == []


def test_a_customer_who_comes_to_the_shop_hears_that_it_is_ready_and_that_it_was_handed_over() -> None:
    order = make_order(status=OrderStatus.PREPARING, delivery_method=DeliveryMethod.PICKUP)
    mark_ready(order.pk, actor=STAFF)
    hand_over_at_counter(order.pk, actor=STAFF)
    assert {kind for kind, _ in told(order)} == {"order.ready", "order.delivered"}


def test_an_expired_order_is_told_that_nothing_was_charged() -> None:
    order = make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False)
    expire_order(order.pk, actor=STAFF)
    assert told(order) == [("order.expired", "email")]


def test_the_link_goes_out_on_request() -> None:
    order = make_order()
    ask_to_resend_link(order.pk, actor=STAFF)
    assert told(order) == [("link.requested", "email")]


def test_a_repeated_reaction_writes_nothing_more() -> None:
    order = make_order()
    confirm_order(order.pk, actor=STAFF)
    told(order)
    tell_change(Event.objects.get(kind="order.confirmed"))
    assert Message.objects.count() == 1


def test_writing_and_sending_move_what_the_customers_page_shows(settings: Any) -> None:
    order = make_order()
    confirm_order(order.pk, actor=STAFF)
    revisions = [Order.objects.get().revision]
    drain_reactions()
    revisions.append(Order.objects.get().revision)
    drain_messages()
    revisions.append(Order.objects.get().revision)
    assert revisions == sorted(set(revisions))
    assert Order.objects.get().version == order.version + 1


def test_messages_speak_the_orders_language() -> None:
    order = make_order(language="en")
    content = content_for(order, "order.cancelled", {"reason": "out_of_stock"})
    assert content.words["reason"] == "An item is out of stock."
    assert content.words["link"] == LINK_MARKER


def test_links_are_made_for_many_orders_in_a_fixed_number_of_statements(
    django_assert_max_num_queries: Any,
) -> None:
    orders = [make_order() for _ in range(5)]
    names = [f"order:{order.pk}" for order in orders]
    first = links_for(names)
    with django_assert_max_num_queries(3):
        assert links_for(names) == first
    revoke_links(orders[0].pk, actor=STAFF)
    assert links_for(names)[names[0]] != first[names[0]]


def test_what_was_paid_at_once_is_not_asked_for() -> None:
    new = NewOrder(
        customer_name="홍길동",
        customer_email="a@example.com",
        lines=[NewLine("면 셔츠", 1, 48_000)],
        payment_method=PaymentMethod.CARD,
    )
    order = place_order(make_shop(), new, actor=STAFF)
    record_payment(order.pk, Capture(48_000, PaymentMethod.CARD), actor=STAFF)
    assert told(order) == [("order.received", "email")]


def test_a_customer_whose_mail_bounced_gets_a_text() -> None:
    order = make_order()
    Suppression.objects.create(
        shop=order.shop, channel="email", address=order.customer.email, reason="bounced"
    )
    confirm_order(order.pk, actor=STAFF)
    assert told(order) == [("order.confirmed", "email"), ("order.confirmed", "sms")]
