"""The company of the chaos trials keeps its own promises: a key pays once, and every fault is told as unknown."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator

import httpx
import pytest

from orderdesk.operations.chaos.forgetful import GATEWAY as FORGETFUL
from orderdesk.operations.chaos.gateway import FAULTS, Books, serve
from orders.gateways import Credentials, Outcome
from orders.gateways.toss import GATEWAY, Toss
from tests.orders.gateways.answers import TOSS


class Company:
    """A running server and a way to be its customer."""

    def __init__(self, books: Books) -> None:
        self.books, self.server = books, serve(books)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def refund(self, gateway: Toss = GATEWAY, key: str = "cancel:1/1") -> Outcome:
        call = TOSS.call(key=key, our_ref=key)
        return gateway.refund(call, Credentials("sk", "", self.url)).outcome

    def query(self, key: str = "cancel:1/1") -> Outcome:
        return GATEWAY.query(TOSS.call(key=key, our_ref=key), Credentials("sk", "", self.url)).outcome

    def effects(self) -> dict[str, list[int]]:
        said: dict[str, list[int]] = httpx.get(f"{self.url}/_effects").json()
        return said


@pytest.fixture
def company() -> Iterator[Company]:
    running = Company(Books(late_seconds=0.01))
    yield running
    running.server.shutdown()
    running.server.server_close()


def test_the_same_key_pays_once(company: Company) -> None:
    assert [company.refund() for _ in range(3)] == [Outcome.SUCCEEDED] * 3
    assert company.effects() == {"pay_key": [4_000]}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_unknown_and_the_next_try_with_the_same_key_ends_it(
    company: Company, fault: str
) -> None:
    company.books.mode = fault
    first = company.refund()
    assert first == (Outcome.SUCCEEDED if fault == "late" else Outcome.UNKNOWN)
    company.books.mode = ""
    assert company.refund() == Outcome.SUCCEEDED
    assert company.effects() == {"pay_key": [4_000]}


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.endswith("_after")])
def test_without_idempotency_a_second_try_would_pay_twice_and_a_query_does_not(
    company: Company, fault: str
) -> None:
    company.books.idempotent, company.books.mode = False, fault
    assert company.refund(FORGETFUL) == Outcome.UNKNOWN
    assert not FORGETFUL.abilities.idempotent
    assert company.query() == Outcome.SUCCEEDED
    company.refund(FORGETFUL)
    assert company.effects() == {"pay_key": [4_000, 4_000]}


def test_what_did_not_happen_is_not_found(company: Company) -> None:
    company.books.mode = "error_before"
    company.refund()
    assert company.query() == Outcome.NOT_FOUND


def test_two_calls_with_one_key_at_once_pay_once(company: Company) -> None:
    company.books.late_seconds, company.books.mode = 0.1, "late"
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(company.refund())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert company.effects() == {"pay_key": [4_000]}
    assert set(outcomes) <= {Outcome.SUCCEEDED, Outcome.UNKNOWN}


def test_the_same_seed_makes_the_same_faults() -> None:
    dice = [Books(faults=0.5, dice=random.Random(7)) for _ in range(2)]
    assert [dice[0].fault() for _ in range(50)] == [dice[1].fault() for _ in range(50)]


def test_more_than_was_paid_is_refused(company: Company) -> None:
    httpx.post(f"{company.url}/_payments", json={"paymentKey": "pay_key", "totalAmount": 5_000})
    assert company.refund(key="a/1") == Outcome.SUCCEEDED
    assert company.refund(key="b/1") == Outcome.FAILED
    assert company.effects() == {"pay_key": [4_000]}
