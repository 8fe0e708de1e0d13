"""kill -9 and SIGSTOP of the real processes, `celery worker` and `manage.py drain`, while orders become mails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection

from orderdesk.celery import app
from orderdesk.events.nudge import DRAIN_TASK
from orderdesk.notifications.models import Message
from orderdesk.settings.connections import broker_options
from tests.chaos.outbox import Outbox, outbox
from tests.chaos.victims import Victims, victims
from tests.operations.test_broker import QUEUE, WORKER

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
# More than twice the leases in tests/chaos/settings.py.
OVERSLEPT = 2.5


def drain(_n: int) -> list[str]:
    return ["python", "manage.py", "drain"]


def worker(n: int) -> list[str]:
    """As the Procfile starts it, under a name of its own: a killed one's name is not free at once."""
    name = WORKER.index("--hostname") + 1
    return [*WORKER[:name], f"{QUEUE}-{n}@%h", *WORKER[name + 1 :]]


@contextmanager
def workers(box: Outbox, url: str) -> Iterator[Victims]:
    """Two workers on a broker that is nudged as beat would, only more often."""
    options = broker_options(url, box.sink.log.parent)
    with Connection(url, transport_options=options) as broker:

        def nudge() -> None:
            app.send_task(DRAIN_TASK, connection=broker, queue=QUEUE, ignore_result=True, expires=60)

        with victims(box, worker, nudge=nudge, CHAOS_BROKER_URL=url) as group:
            yield group


def assert_nothing_lost_and_nothing_twice(group: Victims) -> None:
    group.outbox.settle(group.nudge)
    assert group.outbox.faults() == []
    assert Message.objects.count() > 30


def assert_harmed_drains_lose_nothing(folder: Path, kills: int, pauses: int) -> None:
    with outbox(folder) as box, victims(box, drain) as group:
        for _n in range(kills):
            group.kill_in_the_middle()
        for _n in range(pauses):
            group.pause_in_the_middle(OVERSLEPT)
        assert_nothing_lost_and_nothing_twice(group)


def assert_harmed_workers_lose_nothing(folder: Path, url: str, kills: int) -> None:
    with outbox(folder) as box, workers(box, url) as group:
        for _n in range(kills):
            group.kill_in_the_middle()
        assert_nothing_lost_and_nothing_twice(group)


def test_killed_and_paused_drains_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    assert_harmed_drains_lose_nothing(tmp_path, kills=4, pauses=1)


def test_killed_workers_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    assert_harmed_workers_lose_nothing(tmp_path, "filesystem://", kills=4)


@pytest.mark.broker
def test_workers_killed_under_a_real_broker_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    assert_harmed_workers_lose_nothing(tmp_path, os.environ["TEST_BROKER_URL"], kills=4)


@pytest.mark.soak
def test_many_killed_and_paused_drains_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    assert_harmed_drains_lose_nothing(tmp_path, kills=40, pauses=8)


@pytest.mark.soak
def test_many_killed_workers_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    assert_harmed_workers_lose_nothing(
        tmp_path, os.environ.get("TEST_BROKER_URL") or "filesystem://", kills=40
    )
