"""The audit finds what somebody with the database's password has broken, and nothing else."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from orderdesk import triggers
from orderdesk.events.actor import GATEWAY
from orders.gateways import Outcome, RefundAnswer
from orders.ledger_audit import QUERIES, audit
from orders.models import Refund
from orders.services.refunds.settle import settle_refund
from tests.builders import make_order
from tests.orders.money.fakes import goodwill

pytestmark = pytest.mark.django_db


def story() -> Refund:
    """One refund paid, one open, one failed."""
    order = make_order()
    paid, failed = goodwill(order, 1_000)[0], goodwill(order, 2_000, "goodwill:2")[0]
    goodwill(order, 3_000, "goodwill:3")
    settle_refund(paid.pk, RefundAnswer(Outcome.SUCCEEDED, "re_1", 1_000), actor=GATEWAY)
    settle_refund(failed.pk, RefundAnswer(Outcome.FAILED), actor=GATEWAY)
    return paid


def run_command() -> tuple[int, dict[str, Any]]:
    out, status = StringIO(), 0
    try:
        call_command("audit_ledger", stdout=out)
    except SystemExit as stop:
        status = int(stop.code or 0)
    return status, json.loads(out.getvalue().splitlines()[-1])


def test_an_honest_story_has_no_findings() -> None:
    story()
    status, said = run_command()
    assert (status, said["ok"], said["findings"]) == (0, True, [])
    assert len(said["counts"]) >= 14


BREAKS = {
    "payment_counters": "UPDATE orders_payment SET reserved = 0",
    "refund_items_sum": "UPDATE orders_refundline SET amount = amount + 1",
    "line_counters": "UPDATE orders_orderline SET refund_held = 5",
    "shipping_counters": "UPDATE orders_order SET shipping_total = 5, shipping_refund_held = 5",
    "order_captured": "UPDATE orders_order SET captured_total = 9999",
    "order_refunded": "UPDATE orders_order SET refunded_total = 0",
    "order_state_refunded": "UPDATE orders_order SET payment_state = 'refunded'",
    "one_currency": "UPDATE orders_refund SET currency = 'USD'",
    "captures_are_booked": "DELETE FROM orders_ledgerentry WHERE kind = 'capture'",
    "refunds_are_booked": "DELETE FROM orders_ledgerentry WHERE kind = 'post'",
    "success_has_a_reference": "UPDATE orders_refund SET settled_at = NULL",
    "tries_fit_their_refund": "UPDATE orders_refund SET attempts = 7",
    "unknown_is_looked_after": "UPDATE orders_refund SET status = 'unknown', submitted_at = '2020-01-01'",
    "trial_balance": "UPDATE orders_ledgerentry SET amount = amount + 1",
}
# What CHECK constraints keep out even without the triggers.
HELD_BY_CHECKS = {"payment_caps", "second_person"}


@pytest.mark.parametrize("check", sorted(BREAKS))
def test_every_check_finds_its_break(check: str) -> None:
    story()
    triggers.drop_all(connection)
    with connection.cursor() as cursor:
        cursor.execute(BREAKS[check])
    report = audit()
    assert report.counts[check] > 0, report
    assert {finding.check for finding in report.findings} >= {check}
    assert run_command()[0] == 1


def test_every_check_is_tried() -> None:
    names = {query.name for query in QUERIES}
    assert names - HELD_BY_CHECKS <= set(BREAKS)
