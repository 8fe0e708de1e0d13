"""Workers killed by SIGKILL at random moments: nothing lost, nothing doubled in silence."""

import pytest
from django.db import connection

from orderdesk.operations.chaos.mail import run_mail
from orderdesk.operations.chaos.orders import run_orders

pytestmark = pytest.mark.django_db(transaction=True)


def kills(postgres: int, sqlite: int) -> int:
    """SQLite has one writer at a time: fewer kills say as much."""
    return postgres if connection.vendor == "postgresql" else sqlite


@pytest.mark.chaos
def test_no_mail_is_lost_or_doubled_in_silence_when_workers_are_killed() -> None:
    report = run_mail(kills(100, 40))
    assert report.findings == 0, report
    assert report.received >= report.messages - report.unknown


@pytest.mark.chaos
def test_no_change_is_without_its_event_and_no_event_without_its_reactions_when_processes_are_killed() -> (
    None
):
    report = run_orders(kills(60, 30))
    assert report.findings == 0, report
    assert report.orders > 10


@pytest.mark.soak
def test_five_hundred_kills_lose_no_mail() -> None:
    report = run_mail(500, seed=7)
    assert report.findings == 0, report
