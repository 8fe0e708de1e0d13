from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.accounts.models import Shop
from orderdesk.events.models import Event
from orderdesk.notifications.channels import Parcel, Refused
from orderdesk.notifications.channels.email import build_mail
from orderdesk.notifications.content import Content, single_line
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, MessageState, Suppression
from orderdesk.notifications.rendering import LINK_MARKER
from orderdesk.notifications.services.send import drain_messages
from orderdesk.notifications.services.write import Letter, write_message
from orders.services.steps import confirm_order
from tests.builders import STAFF, make_order, make_shop

S = MessageState


def make_letter(shop: Shop, **values: Any) -> Letter:
    kind = values.get("kind", "order.received")
    words = {**KINDS[kind].samples, "link": LINK_MARKER} | values.pop("words", {})
    defaults: dict[str, Any] = {
        "kind": kind,
        "channel": "email",
        "shop": shop,
        "subject": ("order", 1),
        "customer": None,
        "recipient": "buyer@example.com",
        "language": "ko",
        "content": Content(words, rows=[("면 셔츠 × 1", "₩10,000")], totals=[("합계", "₩10,000")]),
    }
    return Letter(**defaults | values)


def make_event() -> Event:
    order = make_order()
    confirm_order(order.pk, actor=STAFF)
    return Event.objects.get(kind="order.confirmed")


@pytest.mark.django_db
def test_an_event_writes_a_message_once() -> None:
    event = make_event()
    letter = make_letter(event.shop)
    assert write_message(letter, event) is not None
    assert write_message(letter, event) is None
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_write_one_message() -> None:
    event = make_event()
    letter = make_letter(event.shop)

    def write(_: int) -> Message | None:
        try:
            return write_message(letter, event)
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        written = [message for message in pool.map(write, range(50)) if message]
    assert (len(written), Message.objects.count()) == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("recipient", "reason"),
    [("", "no address"), ("not an address", "bad address"), ("a@b@c.kr", "bad address")],
)
def test_without_a_usable_address_the_row_says_so(recipient: str, reason: str) -> None:
    message = write_message(make_letter(make_shop(), recipient=recipient), None)
    assert message is not None
    assert (message.state, message.reason) == (S.SUPPRESSED, reason)


@pytest.mark.django_db
def test_an_address_that_complained_is_not_written_to_by_this_shop_only() -> None:
    shop, other = make_shop(), make_shop()
    Suppression.objects.create(shop=shop, channel="email", address="buyer@example.com", reason="complained")
    states = [write_message(make_letter(s, recipient="Buyer@Example.com"), None) for s in (shop, other)]
    assert [message.state for message in states if message] == [S.SUPPRESSED, S.QUEUED]


@pytest.mark.django_db
def test_the_private_link_is_never_stored() -> None:
    message = write_message(make_letter(make_shop(), link_for="order:1"), None)
    assert message is not None
    assert LINK_MARKER in message.body_html
    assert "/o/" not in message.body_text + message.body_html


@pytest.mark.django_db
def test_the_private_link_is_filled_in_when_it_is_handed_over() -> None:
    order = make_order()
    write_message(make_letter(order.shop, link_for=f"order:{order.pk}"), None)
    drain_messages()
    sent: Any = mail.outbox[0]
    assert "/o/" in sent.body
    assert LINK_MARKER not in sent.body + sent.alternatives[0][0]


@pytest.mark.django_db
def test_a_message_whose_order_is_gone_is_refused_instead_of_sent_without_its_link() -> None:
    message = write_message(make_letter(make_shop(), link_for="order:0"), None)
    drain_messages()
    assert message is not None
    message.refresh_from_db()
    assert (message.state, mail.outbox) == (S.REJECTED, [])


def parcel(**values: Any) -> Parcel:
    shop = Shop(name=values.pop("shop", "나무마켓"), sender_email="shop@example.com")
    defaults = {"recipient": "a@example.com", "subject_line": "주문", "header_id": "x.orderdesk"}
    return Parcel(Message(shop=shop, **defaults | values), "본문", "<p>본문</p>")


@given(st.text(max_size=80), st.text(max_size=40))
def test_no_name_or_subject_can_add_a_header_or_a_recipient(subject: str, name: str) -> None:
    try:
        built = build_mail(parcel(subject_line=single_line(subject), shop=name)).message()
        read = message_from_bytes(built.as_bytes(), policy=policy.default)
    except (ValueError, UnicodeError, Refused):
        return
    expected = {"subject", "from", "to", "message-id", "x-orderdesk-message", "auto-submitted", "date"}
    assert {key.lower() for key in read} - {"mime-version", "content-type"} == expected
    assert read["To"] == "a@example.com"


@pytest.mark.parametrize("bad", ["a\r\nBcc: x@y.kr", "a\nb", "a\x00b", "a\u2028b", "a\x85b", "a\x0bb"])
def test_line_breaks_of_every_kind_become_spaces(bad: str) -> None:
    assert len(single_line(bad).splitlines()) == 1
    assert "\x00" not in single_line(bad)
