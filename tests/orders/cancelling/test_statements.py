"""A cancellation is one short transaction: its statements are counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderdesk import clock
from orders.models import Order
from orders.services.cancelling.staff import StaffCancel, cancel_units
from tests.builders import STAFF
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db
MOST = 15


def placed() -> Order:
    """Two lines paid by card, with a time to accept as every placed order has."""
    return card_order(quantities=(2, 1), accept_by=clock.now() + timedelta(days=1))


def statements(found: CaptureQueriesContext) -> list[str]:
    """What was asked inside the transaction: from the order's lock on, savepoints aside."""
    asked = [query["sql"] for query in found.captured_queries]
    start = next(i for i, sql in enumerate(asked) if 'FROM "orders_order"' in sql)
    return [sql for sql in asked[start:] if "SAVEPOINT" not in sql]


def test_a_customers_cancellation_is_short() -> None:
    row = opened(placed())
    with CaptureQueriesContext(connection) as found:
        confirmed(row)
    assert len(statements(found)) <= MOST, "\n".join(sql[:120] for sql in statements(found))


def test_a_members_cancellation_is_short() -> None:
    opened(placed())  # the reasons stand in the database
    order = placed()
    with CaptureQueriesContext(connection) as found:
        cancel_units(order.pk, StaffCancel("plans_changed"), actor=STAFF)
    assert len(statements(found)) <= MOST, "\n".join(sql[:120] for sql in statements(found))


def test_one_unit_of_many_is_as_short() -> None:
    order = placed()
    row = opened(order, {order.lines.get(position=1).pk: 1})
    with CaptureQueriesContext(connection) as found:
        confirmed(row)
    assert len(statements(found)) <= MOST
