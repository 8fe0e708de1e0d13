"""More processes than one needs, or a broker that is gone for a while: each step is still done once."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count
from kombu import Connection

from orderdesk import clock
from orderdesk.events.models import Event
from orderdesk.notifications.models import Message
from orders.models import Order
from orders.terms import OrderStatus
from tests.builders import make_order, make_shop
from tests.chaos.outbox import Outbox, outbox
from tests.chaos.proxy import line_to
from tests.operations.test_broker import QUEUE, WORKER
from tests.processes import BIN, ROOT, child_environment, running

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
DRAINS = 4
EACH = 15
BEAT = ("celery", "--quiet", "-A", "orderdesk", "beat", "--pidfile=", "--max-interval", "1")


def make_what_is_due() -> None:
    """Orders whose times have passed: unpaid ones to expire, delivered ones to complete."""
    shop, past = make_shop(), clock.now() - timedelta(minutes=1)
    for _n in range(EACH):
        make_order(shop, status=OrderStatus.AWAITING_PAYMENT, paid=False, pay_by=past)
        make_order(shop, status=OrderStatus.DELIVERED, complete_after=past)


def assert_each_step_once(box: Outbox) -> None:
    assert box.faults() == []
    twice = Event.objects.values("kind", "subject_kind", "subject_id").annotate(n=Count("id")).filter(n__gt=1)
    assert list(twice) == []
    doubled = Message.objects.values("kind", "subject_id", "channel").annotate(n=Count("id")).filter(n__gt=1)
    assert list(doubled) == []


def assert_all_due_is_done() -> None:
    done = Order.objects.values_list("status").annotate(n=Count("id"))
    counts = dict(done)
    assert (counts[OrderStatus.EXPIRED], counts[OrderStatus.COMPLETED]) == (EACH, EACH)


def wait_until_done(box: Outbox, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while box.waiting() and time.monotonic() < end:
        time.sleep(0.2)


def broker_environment(box: Outbox, url: str) -> dict[str, str]:
    return {**box.environment, "CHAOS_BROKER_URL": url, "CHAOS_QUEUE": QUEUE, "LOG_LEVEL": "CRITICAL"}


def test_four_drains_at_once_do_each_step_once(tmp_path: Path) -> None:
    make_what_is_due()
    with outbox(tmp_path) as box:
        box.fill(EACH)
        command = [str(BIN / "python"), "manage.py", "drain", "--once"]
        env = child_environment(**box.environment)
        drains = [subprocess.Popen(command, cwd=ROOT, env=env) for _n in range(DRAINS)]
        assert [drain.wait(timeout=60) for drain in drains] == [0] * DRAINS
        assert_each_step_once(box)
    assert_all_due_is_done()


def assert_two_beats_do_each_step_once(folder: Path, url: str) -> None:
    make_what_is_due()
    with outbox(folder) as box, ExitStack() as processes:
        env = broker_environment(box, url)
        box.fill(EACH)
        processes.enter_context(running(*WORKER, **env))
        for _n in range(2):
            processes.enter_context(running(*BEAT, **env))
        wait_until_done(box)
        # Both go on to wake the worker for a while, for nothing.
        time.sleep(2.5)
        assert_each_step_once(box)
    assert_all_due_is_done()


def test_two_beats_at_once_do_each_step_once(tmp_path: Path) -> None:
    assert_two_beats_do_each_step_once(tmp_path, "filesystem://")


@pytest.mark.broker
def test_two_beats_at_once_on_a_real_broker_do_each_step_once(tmp_path: Path) -> None:
    assert_two_beats_do_each_step_once(tmp_path, os.environ["TEST_BROKER_URL"])


@pytest.mark.broker
def test_a_broker_that_was_gone_and_lost_its_queue_costs_a_delay_and_no_mail(tmp_path: Path) -> None:
    broker = os.environ["TEST_BROKER_URL"]
    with outbox(tmp_path) as box, line_to(broker) as (line, url), ExitStack() as processes:
        env = broker_environment(box, url)
        processes.enter_context(running(*WORKER, **env))
        processes.enter_context(running(*BEAT, **env))
        box.fill(5)
        wait_until_done(box)
        assert box.faults() == []
        line.cut()
        box.fill(5)
        time.sleep(2)
        flush(broker)
        line.mend()
        wait_until_done(box, seconds=60)
        assert_each_step_once(box)


def flush(broker: str) -> None:
    """What lay in our queue is gone; other queues of the same broker are other people's."""
    with Connection(broker) as connection:
        channel: Any = connection.default_channel
        channel.queue_declare(QUEUE, durable=True, auto_delete=False)
        channel.queue_purge(QUEUE)
