"""kill -9 of web workers that take calls from outside: whoever was answered can rely on it, and nothing is done twice."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode

import pytest

from orderdesk.events.inbox import drain_inbound
from orderdesk.events.models import InboundCall, InboundState
from orders.models import TrackingEvent
from tests.chaos.web import kill_while_posting, web_server
from tests.orders.shipping import CJ_NUMBER, parcel_order, soon, waybilled

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]
SECRET = "sweet-secret"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Carrier:
    """Tells of one scan at each place; calls again until it is answered."""

    port: int
    at: str

    def post(self, path: str) -> int:
        """The path is the place of the scan; how many calls it took."""
        facts = {"secret_value": SECRET, "invoice_no": CJ_NUMBER, "comcode": "04", "fid": "1", "level": "3"}
        facts |= {"time_trans": self.at, "time_sweet": self.at, "where": path, "details": "간선상차"}
        return next(n for n in range(1, 100) if self._told(urlencode(facts)))

    def _told(self, body: str) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", "/hooks/sweettracker/", body, FORM)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def test_a_call_that_was_answered_is_never_lost_and_done_once(monkeypatch: Any) -> None:
    monkeypatch.setenv("SWEETTRACKER_SECRET", SECRET)
    monkeypatch.setenv("HOOKS_RATE", "100000/min")
    waybilled(parcel_order())
    places = [f"HUB {n}" for n in range(150)]
    with web_server() as (master, port):
        calls = kill_while_posting(master, Carrier(port, f"{soon(9):%Y-%m-%d %H:%M:%S}"), places, kills=20)
    assert InboundCall.objects.count() == len(places) <= sum(calls)
    drain_inbound()
    assert not InboundCall.objects.exclude(state=InboundState.DONE).exists()
    assert set(TrackingEvent.objects.values_list("location", flat=True)) == set(places)
