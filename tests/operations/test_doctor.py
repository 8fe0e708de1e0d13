import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from orderdesk import clock, triggers
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.events.recording import Fact, record
from orderdesk.operations.demo.letters import PLANTED
from orderdesk.operations.doctor import examine
from orderdesk.operations.tasks import beat
from orders.models import Order
from tests.builders import make_order, make_shop

pytestmark = pytest.mark.django_db


def names() -> set[str]:
    return {finding.name for finding in examine()}


def test_a_missing_guard_is_found_and_mended_by_migrate() -> None:
    triggers.drop_all(connection)
    assert "trigger" in names()
    triggers.install_all(connection)
    assert "trigger" not in names()


def test_a_beat_that_never_ran_is_found() -> None:
    assert "beat" in names()
    beat()
    assert "beat" not in names()


def test_a_cache_per_process_is_found() -> None:
    assert "cache" in names()


def test_a_broker_that_does_not_answer_is_found(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderdesk.celery.app.conf.broker_url", "amqp://127.0.0.1:1//")
    assert "broker" in names()


def give_up(error: str) -> None:
    with transaction.atomic():
        event = record(Fact("test.happened", make_shop().pk, ("order", 1), SYSTEM))
    Reaction.objects.create(
        event=event,
        name="orders.tell_change",
        state=ReactionState.GIVEN_UP,
        due_at=clock.now(),
        last_error=error,
    )


def test_failed_work_is_found_but_the_demos_own_is_only_a_notice() -> None:
    give_up(f"ConnectionRefusedError: refused {PLANTED}")
    assert "reactions" not in names()
    assert [each.name for each in examine() if each.notice] == ["demo"]
    give_up("ConnectionRefusedError: refused")
    assert "reactions" in names()


def test_the_command_ends_with_json_and_status_one_on_findings() -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("doctor", stdout=out)
    assert stop.value.code == 1
    assert json.loads(out.getvalue().splitlines()[-1])["findings"] >= 1


def test_money_that_does_not_add_up_is_found() -> None:
    order = make_order()
    assert "ledger" not in names()
    # As somebody with the database's password would: past the services, to what no trigger guards.
    Order.objects.filter(pk=order.pk).update(refunded_total=1)
    assert "ledger" in names()
