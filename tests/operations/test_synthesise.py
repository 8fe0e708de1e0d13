"""Benchmark data: bulk rows keep every promise that rows written one by one keep."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F, Sum

from orderdesk.accounts.models import Customer
from orderdesk.events.models import Event, Reaction
from orderdesk.events.sealing import audit
from orderdesk.notifications.models import Message
from orderdesk.operations.synthesise import loading, synthesise
from orders.axes import fulfilment_state, payment_state
from orders.ledger_audit import audit as ledger_audit
from orders.models import (
    Cancellation,
    Hold,
    Order,
    OrderLine,
    Payment,
    Refund,
    Shipment,
    ShipmentLine,
)
from orders.services.deadlines import run_deadlines
from orders.terms import OPEN_STATUSES
from tests.builders import make_order

pytestmark = pytest.mark.django_db
ORDERS = 500


def test_the_last_line_counts_what_was_written() -> None:
    out = StringIO()
    call_command("synthesise", "--orders", "40", "--shop", "many", stdout=out)
    told = json.loads(out.getvalue().splitlines()[-1])
    assert told["orders"] == Order.objects.filter(shop__slug="many").count() == 40
    assert told["events"] == Event.objects.count()


def test_no_orders_are_wrong_use() -> None:
    with pytest.raises(CommandError) as refusal:
        call_command("synthesise", "--orders", "0")
    assert refusal.value.returncode == 2


def test_foreign_keys_and_checks_hold() -> None:
    synthesise(ORDERS, "many")
    connection.check_constraints()
    assert not OrderLine.objects.filter(quantity__lt=F("cancelled_quantity") + F("shipped_quantity")).exists()
    assert not Payment.objects.filter(captured__gt=F("authorised")).exists()


def test_the_money_adds_up_and_some_of_it_went_back() -> None:
    synthesise(ORDERS, "many")
    synthesise(100, "more")
    report = ledger_audit()
    assert report.ok, report.findings
    paid = Refund.objects.filter(status="succeeded").count()
    assert paid == Refund.objects.count() == Cancellation.objects.count() > 3
    assert Order.objects.filter(payment_state="refunded").count() == paid


def test_the_chain_of_events_goes_on_where_it_was() -> None:
    make_order()
    synthesise(100, "many")
    synthesise(100, "more")
    assert list(audit()) == []
    assert not Event.objects.filter(digest=None).exists()


def test_the_shape_is_what_benchmarks_are_told() -> None:
    synthesise(ORDERS, "many")
    assert 2.0 < OrderLine.objects.count() / ORDERS < 2.4
    assert Customer.objects.count() == 0.3 * ORDERS
    assert 0.01 < Order.objects.filter(status__in=OPEN_STATUSES).count() / ORDERS < 0.06
    assert Message.objects.count() > ORDERS


def test_totals_and_axes_follow_from_the_rows() -> None:
    synthesise(ORDERS, "many")
    captured = dict(Payment.objects.values_list("order").annotate(Sum("captured")))
    for order in Order.objects.prefetch_related("lines"):
        units = ShipmentLine.objects.filter(shipment__order=order, shipment__status="delivered")
        delivered = sum(units.values_list("quantity", flat=True))
        assert order.total == sum(line.paid for line in order.lines.all()) + order.shipping_total
        assert order.captured_total == captured[order.pk]
        assert order.payment_state == payment_state(order)
        assert order.fulfilment_state == fulfilment_state(order, order.lines.all(), delivered)


def test_every_time_on_an_order_has_its_event() -> None:
    synthesise(ORDERS, "many")
    for column in ("confirmed", "departed", "delivered", "completed", "cancelled", "expired"):
        stamped = dict(Order.objects.exclude(**{f"{column}_at": None}).values_list("id", f"{column}_at"))
        said = dict(Event.objects.filter(kind=f"order.{column}").values_list("subject_id", "at"))
        assert stamped == said


def test_nothing_waits_and_nothing_is_due() -> None:
    synthesise(ORDERS, "many")
    assert run_deadlines() == 0
    assert Reaction.objects.count() == 0
    assert Message.objects.exclude(state="delivered").count() == 0


def test_held_orders_have_their_hold_and_moved_ones_their_shipment() -> None:
    synthesise(ORDERS, "many")
    held = Order.objects.filter(status="on_hold").values_list("id", flat=True)
    assert list(Hold.objects.values_list("order", flat=True)) == list(held)
    assert Shipment.objects.filter(delivered_at=None, order__status="delivered").count() == 0


def test_new_rows_come_behind_the_made_ones() -> None:
    synthesise(50, "many")
    last = Order.objects.order_by("-id")[0].pk
    assert make_order().pk > last


@pytest.mark.postgres
def test_indexes_that_rest_during_the_load_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "REBUILD_FROM", 1)
    before = _indexes()
    synthesise(50, "many")
    assert _indexes() == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_money_adds_up_where_triggers_rest_during_the_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "REBUILD_FROM", 1)
    synthesise(ORDERS, "many")
    report = ledger_audit()
    assert report.ok, report.findings
    assert Refund.objects.filter(status="succeeded").count() > 3


def _indexes() -> list[tuple[str, str]]:
    # PostgreSQL prints a condition that it read back in other brackets; the names and columns stay.
    sql = "SELECT indexname, split_part(indexdef, ' WHERE ', 1) FROM pg_indexes WHERE schemaname = 'public'"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY 1")
        return list(cursor.fetchall())
