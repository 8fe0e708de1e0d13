"""Cancelling and giving money back: what a quote and a cancel cost, two hundred at once, refunds a second, the audit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles
from threading import BoundedSemaphore

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from orderdesk import clock
from orderdesk.accounts.encryption import encrypt
from orderdesk.accounts.models import Shop
from orderdesk.events.actor import CUSTOMER, SYSTEM
from orderdesk.operations.chaos.gateway import Books, serve
from orders.ledger_audit import audit
from orders.models import GatewayAccount, Order, Refund
from orders.services.cancelling.preview import CancelWish, preview
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.refunds.submit import drain_refunds
from orders.terms import OrderStatus, RefundStatus
from tests.bench.measuring import Figure, attempt

_WARM, _TIMES, _AT_ONCE, _CONNECTIONS, _SENT = 10, 100, 200, 40, 400


def money() -> list[Figure]:
    """Each takes orders that nobody has begun, the newest first."""
    waiting = Order.objects.filter(status__in=[OrderStatus.PLACED, OrderStatus.CONFIRMED])
    newest = waiting.order_by("-pk").values_list("pk", flat=True)
    fresh = iter(list(newest[: 2 * (_WARM + _TIMES) + _AT_ONCE + _SENT + 50]))
    return [
        *attempt("quote", lambda: _quote(fresh)),
        *attempt("cancel", lambda: _cancel(fresh)),
        *attempt("200 cancels at once", lambda: _at_once(fresh)),
        *attempt("refund submissions", lambda: _submissions(fresh)),
        *attempt("audit_ledger", _audit),
    ]


def _timed(name: str, calls: list[float], queries: int) -> Figure:
    kept = calls[_WARM:]
    return Figure(name, median(kept), p95=quantiles(kept, n=20)[-1], queries=queries)


def _quote(fresh: Iterator[int]) -> Figure:
    """What a customer sees before anything is decided, from the order on."""
    spent, queries = [], 0
    for number in range(_WARM + _TIMES):
        pk = next(fresh)
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            order = Order.objects.select_related("shop").get(pk=pk)
            preview(order, CancelWish(pk, None, "plans_changed"), at=clock.now(), actor=CUSTOMER)
            spent.append((time.perf_counter() - started) * 1000)
        queries = max(queries, len(seen) if number >= _WARM else 0)
    return _timed("quote", spent, queries)


def _cancel(fresh: Iterator[int]) -> Figure:
    """A whole order with its refund; the statements of its transaction, BEGIN and savepoints aside."""
    spent, queries = [], 0
    for number in range(_WARM + _TIMES):
        pk = next(fresh)
        with CaptureQueriesContext(connection) as seen:
            started = time.perf_counter()
            cancel_units(pk, StaffCancel("out_of_stock"), actor=SYSTEM)
            spent.append((time.perf_counter() - started) * 1000)
        counted = sum(_counts(query["sql"]) for query in seen)
        queries = max(queries, counted if number >= _WARM else 0)
    return _timed("cancel", spent, queries)


def _counts(sql: str) -> bool:
    return not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))


def _at_once(fresh: Iterator[int]) -> Figure:
    """Two hundred people cancel two hundred orders in the same second."""
    wanted, lines = [next(fresh) for _ in range(_AT_ONCE)], BoundedSemaphore(_CONNECTIONS)

    def run(pk: int) -> float:
        with lines:
            try:
                started = time.perf_counter()
                cancel_units(pk, StaffCancel("out_of_stock"), actor=SYSTEM)
                return (time.perf_counter() - started) * 1000
            finally:
                connection.close()

    started = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        spent = list(pool.map(run, wanted))
    seconds = time.perf_counter() - started
    done = Order.objects.filter(pk__in=wanted, status=OrderStatus.CANCELLED).count()
    note = "" if done == _AT_ONCE else f"{done} of {_AT_ONCE} cancelled"
    p95 = quantiles(spent, n=20)[-1] / 1000
    return Figure("200 cancels at once", seconds, unit="s", p95=p95, note=note)


def _submissions(fresh: Iterator[int]) -> Figure:
    """One worker sends refunds to a payment company in this machine that answers at once."""
    orders = [next(fresh) for _ in range(_SENT)]
    for pk in orders:
        cancel_units(pk, StaffCancel("out_of_stock"), actor=SYSTEM)
    mine = Refund.objects.filter(order__in=orders)
    # What earlier parts have cancelled waits; only these are due.
    Refund.objects.filter(status=RefundStatus.RESERVED).exclude(order__in=orders).update(next_at=None)
    with _company():
        started = time.perf_counter()
        sent = drain_refunds(limit=_SENT)
        seconds = time.perf_counter() - started
    paid = mine.filter(status=RefundStatus.SUCCEEDED).count()
    note = "" if paid == sent > 0 else f"{paid} of {sent} paid"
    return Figure("refund submissions", sent / seconds, unit="/s", note=note)


@contextmanager
def _company() -> Iterator[None]:
    for shop in Shop.objects.all():
        GatewayAccount.objects.get_or_create(
            shop=shop, gateway="toss", defaults={"secret_encrypted": encrypt("test_sk_bench")}
        )
    server = serve(Books())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with override_settings(TOSS_API_URL=f"http://127.0.0.1:{server.server_address[1]}"):
            yield
    finally:
        server.shutdown()
        server.server_close()


def _audit() -> Figure:
    """Every payment, refund, counter and entry against each other."""
    report = audit()
    wrong = {name: count for name, count in report.counts.items() if count}
    figure = Figure("audit_ledger", report.seconds, unit="s", note=str(wrong) if wrong else "")
    figure.extra = {"orders": Order.objects.count(), "refunds": Refund.objects.count()}
    return figure
