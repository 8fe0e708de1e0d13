from datetime import timedelta
from typing import Any

import pytest

from orderdesk import clock
from orderdesk.notifications.channels import Answer, Deferred, Overtaken
from orderdesk.notifications.channels import smtp as smtp_module
from orderdesk.notifications.models import DeliveryAttempt, DeliveryClass, Message, MessageState, Suppression
from orderdesk.notifications.services import claims, send
from orderdesk.notifications.services.claims import claim_batch, hand_over, recover
from orderdesk.notifications.services.send import drain_messages
from tests.notifications.peers import Handler, make_message

pytestmark = pytest.mark.django_db(transaction=True)
S = MessageState
EMAIL = ["email"]


def sent(message: Message) -> Message:
    drain_messages()
    message.refresh_from_db()
    return message


def expire_lease(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(due_at=clock.now() - timedelta(seconds=1))


def test_a_mail_arrives_once_and_is_accepted(smtp: Handler) -> None:
    message = sent(make_message())
    assert (message.state, smtp.received[message.header_id]) == (S.ACCEPTED, 1)
    assert message.delivery_attempts.get().answer.startswith("250")


def test_lines_that_begin_with_a_dot_arrive_whole(smtp: Handler) -> None:
    sent(make_message(body_html="", body_text=".\n..two\n"))
    assert b"X-Orderdesk-Message" in smtp.contents[0]
    assert smtp.contents[0].rstrip().endswith(b"..two")


def test_many_mails_share_one_connection(smtp: Handler, monkeypatch: Any) -> None:
    opened: list[Any] = []
    real = smtp_module._connect

    def connect() -> Any:
        opened.append(real())
        return opened[-1]

    monkeypatch.setattr(smtp_module, "_connect", connect)
    for _ in range(5):
        make_message()
    assert drain_messages() == 5
    assert (len(opened), sum(smtp.received.values())) == (1, 5)


@pytest.mark.parametrize(
    ("mode", "state", "copies"),
    [
        ("mail 4xx", S.QUEUED, 0),
        ("mail 5xx", S.REJECTED, 0),
        ("mail auth", S.QUEUED, 0),
        ("rcpt 4xx", S.QUEUED, 0),
        ("rcpt 5xx", S.REJECTED, 0),
        ("cut at rcpt", S.QUEUED, 0),
        ("data 4xx", S.QUEUED, 0),
        ("data 421", S.QUEUED, 0),
        ("data 5xx", S.REJECTED, 0),
        ("cut after content", S.UNKNOWN, 1),
        ("garbage", S.UNKNOWN, 1),
        ("slow", S.UNKNOWN, 1),
    ],
)
def test_each_fault_of_a_server_has_its_true_outcome(
    smtp: Handler, monkeypatch: Any, mode: str, state: str, copies: int
) -> None:
    monkeypatch.setattr(smtp_module, "REPLY_SECONDS", 0.3)
    smtp.mode = mode
    message = sent(make_message(delivery_class=DeliveryClass.AT_MOST_ONCE))
    assert (message.state, smtp.received[message.header_id]) == (state, copies)
    assert message.possible_duplicates == 0
    assert message.delivery_attempts.get().outcome == state


def test_no_server_at_all_leaves_every_mail_in_the_queue(settings: Any, smtp: Handler) -> None:
    settings.EMAIL_PORT = 1
    messages = [make_message() for _ in range(3)]
    drain_messages()
    assert {sent(message).state for message in messages} == {S.QUEUED}
    # The first one met the closed door; the others were spared the attempt.
    assert DeliveryAttempt.objects.count() == 1


def test_a_mail_that_must_arrive_goes_again_after_a_lost_answer_and_is_flagged(
    settings: Any, smtp: Handler
) -> None:
    settings.MESSAGE_RETRY_SECONDS = 0
    smtp.mode = "cut after content"
    message = make_message()
    claims_made = drain_messages(limit=1)
    smtp.mode = "good"
    message = sent(message)
    assert claims_made == 1
    assert (message.state, message.possible_duplicates, smtp.received[message.header_id]) == (
        S.ACCEPTED,
        1,
        2,
    )


def test_a_lost_answer_is_followed_by_three_copies_at_most(settings: Any, smtp: Handler) -> None:
    settings.MESSAGE_RETRY_SECONDS = 0
    smtp.mode = "cut after content"
    message = make_message()
    for _ in range(6):
        drain_messages()
    message.refresh_from_db()
    assert (message.state, message.possible_duplicates) == (S.UNKNOWN, 3)
    assert smtp.received[message.header_id] == 4


def test_every_attempt_bears_the_same_message_id(settings: Any, smtp: Handler) -> None:
    settings.MESSAGE_RETRY_SECONDS = 0
    smtp.mode = "cut after content"
    make_message()
    drain_messages(limit=1)
    drain_messages(limit=1)
    ids = [line for text in smtp.contents for line in text.split(b"\r\n") if line.startswith(b"Message-ID")]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_worker_that_slept_through_its_lease_cannot_send(smtp: Handler) -> None:
    message = make_message()
    [stale] = claim_batch("sleeper", 10, EMAIL)
    expire_lease(message)
    assert recover() == 1
    assert sent(message).state == S.ACCEPTED
    with pytest.raises(Overtaken):
        hand_over(stale)
    assert smtp.received[message.header_id] == 1


def test_the_answer_of_a_late_worker_still_settles_an_unknown_mail() -> None:
    message = make_message(delivery_class=DeliveryClass.AT_MOST_ONCE)
    [claim] = claim_batch("slow", 10, EMAIL)
    hand_over(claim)
    expire_lease(message)
    recover()
    assert Message.objects.get().state == S.UNKNOWN
    assert claims.accept(claim, Answer("250 late"))
    assert Message.objects.get().state == S.ACCEPTED


def test_a_recoverer_does_not_take_a_claim_that_was_made_anew() -> None:
    message = make_message()
    [old] = claim_batch("first", 10, EMAIL)
    expire_lease(message)
    stale_view = Message.objects.get()
    recover()
    [fresh] = claim_batch("second", 10, EMAIL)
    claims._recover_one(claims.Claim(stale_view, "first"), clock.now())
    hand_over(fresh)
    assert Message.objects.get().owner == "second"
    assert old.message.pk == fresh.message.pk


def test_two_drains_never_claim_the_same_mail() -> None:
    for _ in range(6):
        make_message()
    first, second = claim_batch("a", 4, EMAIL), claim_batch("b", 4, EMAIL)
    assert len(first) == 4
    assert {c.message.pk for c in first} & {c.message.pk for c in second} == set()


def test_a_mail_whose_time_has_passed_is_not_sent(smtp: Handler) -> None:
    message = sent(make_message(expires_at=clock.now() - timedelta(minutes=1)))
    assert (message.state, message.reason, sum(smtp.received.values())) == (S.SUPPRESSED, "expired", 0)


def test_a_bounce_stops_mails_that_wait_already(smtp: Handler) -> None:
    message = make_message()
    Suppression.objects.create(
        shop=message.shop, channel="email", address=message.recipient, reason="bounced"
    )
    assert (sent(message).state, message.reason) == (S.SUPPRESSED, "bounced")


def test_a_mail_that_cannot_be_built_does_not_block_the_others(smtp: Handler) -> None:
    poison = make_message(recipient="two\nlines@example.com")
    good = make_message()
    drain_messages()
    assert (sent(poison).state, sent(good).state) == (S.REJECTED, S.ACCEPTED)
    assert poison.reason.startswith("render")


def test_urgent_mails_go_first(smtp: Handler) -> None:
    make_message(subject_line="later", priority=5)
    make_message(subject_line="first", priority=1)
    drain_messages()
    assert [b"Subject: first" in text for text in smtp.contents] == [True, False]


def test_a_message_that_nobody_takes_for_days_is_given_up(settings: Any, smtp: Handler) -> None:
    smtp.mode = "rcpt 4xx"
    message = make_message()
    Message.objects.filter(pk=message.pk).update(created_at=clock.now() - timedelta(days=4))
    assert sent(message).state == S.REJECTED
    assert message.reason.startswith("given up")


def test_a_channel_in_trouble_is_left_alone_for_the_rest_of_the_run() -> None:
    run = send.Drain("worker", end=0)
    make_message()
    [claim] = claim_batch("x", 1, EMAIL)
    run._deferred(claim, Deferred("down", whole_channel=True))
    assert run.down == {"email"}


class Broken:
    """A channel with a bug, before or after the hand-over."""

    late = False

    def deliver(self, parcel: Any, hand_over: Any) -> Answer:
        if self.late:
            hand_over()
        raise KeyError("bug")

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("late", "state"), [(False, S.REJECTED), (True, S.UNKNOWN)])
def test_a_bug_in_a_channel_is_told_truthfully_and_blocks_nobody(
    monkeypatch: Any, late: bool, state: str
) -> None:
    monkeypatch.setattr(Broken, "late", late)
    monkeypatch.setattr(send, "open_channel", lambda _name: Broken())
    messages = [make_message(delivery_class=DeliveryClass.AT_MOST_ONCE) for _ in range(2)]
    assert [sent(message).state for message in messages] == [state, state]


def test_a_channel_that_is_set_up_wrongly_costs_no_message(settings: Any) -> None:
    settings.CHANNELS = {"email": "orderdesk.no.such_channel"}
    message = sent(make_message())
    assert message.state == S.QUEUED
    assert "ModuleNotFoundError" in message.delivery_attempts.get().answer
