"""What became of each message, in words that its reader may know."""

from __future__ import annotations

import html

import pytest

from orderdesk import clock
from orderdesk.notifications.models import Message, MessageState
from orders.models import Order
from tests.builders import make_order
from tests.portal.visits import order_path, visitor_of

pytestmark = pytest.mark.django_db
S = MessageState


def sent(order: Order, state: str, reason: str) -> None:
    Message.objects.create(
        shop=order.shop,
        subject_kind="order",
        subject_id=order.pk,
        kind="order.confirmed",
        channel="email",
        recipient="a@example.com",
        language="ko",
        body_text="x",
        due_at=clock.now(),
        header_id=f"{order.pk}-1",
        state=state,
        reason=reason,
    )


def page_of(order: Order, language: str) -> str:
    return html.unescape(visitor_of(order).get(f"{order_path(order)}?lang={language}").content.decode())


@pytest.mark.parametrize(
    ("reason", "english", "korean"),
    [
        ("no address", "not sent: we have no address or number of yours", "연락처가 없어요"),
        ("bad address", "not sent: the address is not complete", "주소가 올바르지 않아요"),
        ("expired", "not sent: it was out of date before it could leave", "지난 소식이 됐어요"),
        ("bounced", "not sent: an earlier mail to this address came back", "돌아온 적이 있어요"),
        ("complained", "not sent: you marked an earlier mail as spam", "스팸으로 신고하셨어요"),
        ("asked", "not sent: you asked not to be written to", "받지 않겠다고 하셨어요"),
    ],
)
def test_what_was_not_sent_says_why(reason: str, english: str, korean: str) -> None:
    order = make_order()
    sent(order, S.SUPPRESSED, reason)
    assert english in page_of(order, "en")
    assert korean in page_of(order, "ko")


@pytest.mark.parametrize("state", [S.SUPPRESSED, S.REJECTED, S.BOUNCED, S.UNKNOWN, S.QUEUED])
def test_a_servers_or_a_colleagues_words_stay_inside(state: MessageState) -> None:
    order = make_order()
    sent(order, state, "550 5.1.1 blocked, customer is a nuisance")
    assert "nuisance" not in page_of(order, "en")
    assert "5.1.1" not in page_of(order, "ko")


def test_a_message_called_off_is_not_listed() -> None:
    order = make_order()
    sent(order, S.CANCELLED, "by staff")
    assert "Messages we sent" not in page_of(order, "en")
