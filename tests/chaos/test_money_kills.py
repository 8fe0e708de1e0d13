"""Refund workers killed by SIGKILL while a payment company misbehaves: no money moves twice, none is lost from sight."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from orderdesk.operations.chaos.money import MoneyReport, as_dict, run_money

pytestmark = pytest.mark.django_db(transaction=True)
PAUSE = 0.1


def assert_each_moved_exactly_once(report: MoneyReport) -> None:
    assert report.findings == 0, report
    assert report.moved == report.refunds >= report.kills
    assert report.unknown == 0


def assert_none_moved_twice_and_the_rest_is_unknown(report: MoneyReport) -> None:
    assert report.findings == 0, report
    assert report.moved + report.unknown == report.refunds
    # Otherwise nothing was tried: faults and kills leave some without an answer.
    assert report.unknown > 0


def keep(report: MoneyReport, name: str) -> None:
    folder = Path(settings.VAR_DIR) / "soak"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}-{connection.vendor}.json").write_text(json.dumps(as_dict(report)) + "\n")


@pytest.mark.chaos
def test_a_hundred_kills_and_each_refund_moved_exactly_once() -> None:
    assert_each_moved_exactly_once(run_money(100, pause=PAUSE))


@pytest.mark.chaos
def test_a_company_that_forgets_keys_pays_nothing_twice() -> None:
    assert_none_moved_twice_and_the_rest_is_unknown(run_money(60, seed=3, idempotent=False, pause=PAUSE))


@pytest.mark.soak
def test_five_hundred_kills_and_each_refund_moved_exactly_once() -> None:
    report = run_money(500, seed=7, pause=PAUSE)
    keep(report, "chaos-money")
    assert_each_moved_exactly_once(report)


@pytest.mark.soak
def test_five_hundred_kills_with_a_company_that_forgets_keys() -> None:
    report = run_money(500, seed=11, idempotent=False, pause=PAUSE)
    keep(report, "chaos-money-no-idempotency")
    assert_none_moved_twice_and_the_rest_is_unknown(report)
