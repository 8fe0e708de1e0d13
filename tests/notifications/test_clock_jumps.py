"""A worker whose clock jumps, or is off: every mail goes once, and none is lost."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
import time_machine

from orderdesk import clock
from orderdesk.notifications.channels import Overtaken
from orderdesk.notifications.models import DeliveryClass, MessageState
from orderdesk.notifications.services.claims import claim_batch, hand_over
from orderdesk.notifications.services.send import drain_messages
from tests.notifications.peers import Handler, make_message

pytestmark = pytest.mark.django_db(transaction=True)
# The last one leads behind the nineteenth of January 2038, when 32 bits of seconds are full.
JUMPS = [timedelta(hours=hours) for hours in (1, -1, 24, -24)] + [timedelta(days=4200)]
MINUTES = timedelta(minutes=10)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("kind", DeliveryClass)
def test_a_clock_that_jumps_and_comes_back_sends_each_mail_once(
    smtp: Handler, kind: str, jump: timedelta
) -> None:
    messages = [make_message(delivery_class=kind) for _n in range(3)]
    with time_machine.travel(clock.now() + jump):
        drain_messages()
        messages.append(make_message(delivery_class=kind))
        drain_messages()
    for shift in (timedelta(0), jump, timedelta(days=2)):
        with time_machine.travel(clock.now() + shift):
            drain_messages()
    assert smtp.received == {message.header_id: 1 for message in messages}


@pytest.mark.parametrize("off", [MINUTES, -MINUTES], ids=["fast", "slow"])
def test_a_worker_whose_clock_is_off_takes_over_whole_or_not_at_all(smtp: Handler, off: timedelta) -> None:
    message = make_message(delivery_class=DeliveryClass.AT_MOST_ONCE)
    (held,) = claim_batch("right", 10, ["email"])
    with time_machine.travel(clock.now() + off):
        drain_messages()
    sent = smtp.received.total()
    with nullcontext() if sent == 0 else pytest.raises(Overtaken):
        hand_over(held)
    message.refresh_from_db()
    assert (sent, message.state) in {(1, MessageState.ACCEPTED), (0, MessageState.HANDED_OVER)}
