"""The broker only wakes: with one the work starts at once, without one it waits for the next sweep, and nobody notices."""

from __future__ import annotations

import os
import socket
import time
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.roles import Role
from orderdesk.celery import app
from orderdesk.events import nudge
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.operations.draining import drain_once
from orderdesk.settings.connections import broker_options
from orders.models import Order
from orders.services.steps import confirm_order
from tests.builders import STAFF, make_order, make_shop, make_user
from tests.operations.test_broker import QUEUE, WORKER
from tests.processes import running

pytestmark = pytest.mark.django_db(transaction=True)
# Nothing listens on port 1.
NO_BROKER = "amqp://guest:guest@127.0.0.1:1//"


def waiting() -> bool:
    return Reaction.objects.exclude(state=ReactionState.DONE).exists()


@pytest.fixture(autouse=True)
def _rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """No earlier failure keeps the nudge quiet."""
    monkeypatch.setattr(nudge, "_resting_until", 0.0)


@pytest.mark.broker
def test_a_change_wakes_the_worker_through_the_broker(
    monkeypatch: pytest.MonkeyPatch, settings: pytest.MonkeyPatch
) -> None:
    order = make_order()
    settings.NUDGE_WORKERS = True  # type: ignore[attr-defined]
    broker = app.connection_for_write(os.environ["TEST_BROKER_URL"])
    monkeypatch.setattr(app, "send_task", partial(app.send_task, connection=broker, queue=QUEUE))
    with running(*WORKER):
        confirm_order(order.pk, actor=STAFF)
        end = time.monotonic() + 40
        while waiting() and time.monotonic() < end:
            time.sleep(0.2)
    assert not waiting()


def test_without_a_broker_the_page_answers_and_the_sweep_does_the_work(
    monkeypatch: pytest.MonkeyPatch, settings: pytest.MonkeyPatch
) -> None:
    settings.NUDGE_WORKERS = True  # type: ignore[attr-defined]
    broker = app.connection_for_write(NO_BROKER)
    monkeypatch.setattr(app, "send_task", partial(app.send_task, connection=broker))
    shop, client = make_shop(), Client()
    client.force_login(make_user(shop, Role.AGENT))
    order = make_order(shop)
    started = time.monotonic()
    answer = client.post(reverse("admin:orders_order_action", args=[order.pk, "confirm"]))
    assert (answer.status_code, time.monotonic() - started < 5) == (302, True)
    assert waiting()
    # It was tried, and is not tried again at once.
    assert nudge._resting_until > started
    drain_once()
    assert (waiting(), Order.objects.get().status) == (False, "confirmed")


@pytest.mark.parametrize("login", ["amqp://guest:guest@", "redis://"])
def test_a_broker_that_takes_the_line_and_says_nothing_holds_no_page(
    login: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: pytest.MonkeyPatch
) -> None:
    settings.NUDGE_WORKERS = True  # type: ignore[attr-defined]
    shop, client = make_shop(), Client()
    client.force_login(make_user(shop, Role.AGENT))
    pages = [reverse("admin:orders_order_action", args=[make_order(shop).pk, "confirm"]) for _n in range(3)]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"{login}127.0.0.1:{silent.getsockname()[1]}//"
        broker = app.connection_for_write(url, transport_options=broker_options(url, tmp_path))
        monkeypatch.setattr(app, "send_task", partial(app.send_task, connection=broker))
        took = []
        for page in pages:
            started = time.monotonic()
            assert client.post(page).status_code == 302
            took.append(time.monotonic() - started)
    # One page waits for the broker once; the others do not ask it.
    assert (took[0] < 8, max(took[1:]) < 1) == (True, True)
