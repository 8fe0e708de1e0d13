"""Events cannot be changed, and a changed bit is found."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from orderdesk import clock, triggers
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Event
from orderdesk.events.recording import Fact, record_many
from orderdesk.events.sealing import audit, seal
from tests.builders import make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def events() -> list[Event]:
    shop = make_shop()
    with transaction.atomic():
        return record_many(
            [Fact("order.placed", shop.pk, ("order", n), SYSTEM, {"amount": n}) for n in range(1, 6)],
            quiet=True,
        )


def tamper(sql: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events_event SET kind = 'order.cancelled'",
        "UPDATE events_event SET data = '{}'",
        "DELETE FROM events_event",
    ],
)
def test_the_database_refuses_to_change_or_delete_events(events: list[Event], sql: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        tamper(sql)


def test_a_seal_cannot_be_written_twice(events: list[Event]) -> None:
    seal()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        tamper("UPDATE events_event SET digest = 'x'")


def test_a_sealed_chain_is_clean(events: list[Event]) -> None:
    assert seal() == 5
    assert list(audit()) == []


@pytest.mark.parametrize("position", [1, 3, 5])
def test_a_flipped_value_is_found_where_it_is(events: list[Event], position: int) -> None:
    seal()
    triggers.drop_all(connection)
    tamper("UPDATE events_event SET subject_id = subject_id + 1 WHERE position = %s", position)
    triggers.install_all(connection)
    assert {finding["position"] for finding in audit()} == {position}


def test_a_removed_event_is_a_gap(events: list[Event]) -> None:
    seal()
    triggers.drop_all(connection)
    tamper("DELETE FROM events_event WHERE position = 2")
    triggers.install_all(connection)
    assert "gap" in {finding["finding"] for finding in audit()}


def test_events_that_nobody_sealed_are_reported(events: list[Event]) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=1)):
        assert {finding["finding"] for finding in audit()} == {"unsealed"}


def test_the_command_ends_with_counts_and_status_one_on_findings(
    events: list[Event], capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=1)), pytest.raises(SystemExit) as ended:
        call_command("audit_events")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"events": 5, "findings": 5}


def test_every_guard_is_present_after_migrate() -> None:
    assert triggers.missing(connection) == []


def test_a_guard_that_was_dropped_is_named() -> None:
    triggers.drop_all(connection)
    assert "events_event_no_delete" in triggers.missing(connection)
    triggers.install_all(connection)
