from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from orderdesk import clock, health
from orderdesk.events.models import Heartbeat
from orderdesk.operations.tasks import beat

pytestmark = pytest.mark.django_db


def test_healthz_answers_without_asking_the_database(
    client: Client, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert client.get("/healthz").json() == {"status": "ok"}


def test_readyz_is_ok_on_a_migrated_database_without_a_beat(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["beat_stale"] is True


def test_readyz_reports_the_age_of_the_last_beat(client: Client) -> None:
    beat()
    assert client.get("/readyz").json()["beat_age_seconds"] == 0


def test_a_beat_of_two_minutes_ago_is_stale_but_serves(client: Client) -> None:
    Heartbeat.objects.create(name="beat", seen_at=clock.now() - timedelta(minutes=2))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["beat_stale"]) == (200, True)


def test_readyz_is_503_when_the_database_does_not_answer(client: Client) -> None:
    with patch.object(health, "readiness", side_effect=OperationalError("gone")):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "OperationalError")


def test_readyz_is_503_while_migrations_are_pending(client: Client) -> None:
    with patch.object(health, "pending_migrations", return_value=["orders.0002_x"]):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["pending_migrations"]) == (503, ["orders.0002_x"])


def test_health_pages_refuse_a_post(client: Client) -> None:
    assert {client.post("/healthz").status_code, client.post("/readyz").status_code} == {405}
