"""The two real sets, whole. They are no part of the project: ORDERDESK_REAL_DATA names the folder that holds them."""

import csv
import gzip
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Count, F, Q, Sum

from feedback.models import Review
from orderdesk.accounts.models import Customer, Shop
from orderdesk.events.models import Event, Reaction
from orders.models import Adjustment, ImportRun, Order, OrderFlag, OrderLine
from orders.services.importing.runs import carry_on, open_run
from returns.models import CreditInvoice, CreditLine
from tests.orders.sources.samples import brazilian_shop, british_shop

HERE = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("ORDERDESK_REAL_DATA") or HERE.parent / "shared" / "data")
RETAIL = FOLDER / "online_retail" / "online_retail.csv.gz"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not RETAIL.is_file(), reason="needs the real sets: set ORDERDESK_REAL_DATA to their folder"
    ),
]


class Killed(BaseException):
    """Stands for a process that ends between two batches."""


def bring(shop: Shop, source: str, path: Path, *, kill_at: int = 0) -> ImportRun:
    """Import whole; with `kill_at`, stop once that many documents are in and start again."""

    def watch(run: ImportRun) -> None:
        if kill_at and run.position >= kill_at:
            raise Killed

    run = open_run(shop, source, path)
    if kill_at:
        with pytest.raises(Killed):
            carry_on(run, watch=watch)
        run = open_run(shop, source, path)
        assert run.position >= kill_at
    assert carry_on(run)
    return run


def counted(rows: Any, column: str) -> dict[str, int]:
    return dict(rows.values_list(column).annotate(Count("pk")).order_by())


def test_olist_comes_in_whole_and_true_even_when_killed_midway() -> None:
    shop = brazilian_shop()
    run = bring(shop, "olist", FOLDER / "olist", kill_at=15_000)
    said = {
        name: run.counts[name] for name in ("orders", "lines", "payments", "reviews", "rejected", "unchanged")
    }
    assert said == {
        "orders": 35_946,
        "lines": 40_377,
        "payments": 37_884,
        "reviews": 22_441,
        "rejected": 0,
        "unchanged": 0,
    }
    assert_olist_states()
    assert_olist_oddities()
    assert_olist_money()
    assert (Customer.objects.count(), Reaction.objects.count()) == (35_304, 0)
    assert_that_again_changes_nothing(shop, "olist", FOLDER / "olist", 35_946)


def assert_olist_states() -> None:
    assert counted(Order.objects, "status") == {
        "delivered": 33_365,
        "in_delivery": 956,
        "cancelled": 580 + 463,
        "preparing": 300,
        "confirmed": 275,
        "awaiting_payment": 5,
        "placed": 2,
    }
    assert counted(Order.objects.filter(status="cancelled"), "cancel_reason") == {
        "out_of_stock": 580,
        "unknown": 463,
    }


def assert_olist_oddities() -> None:
    flags = counted(OrderFlag.objects, "code")
    delivered = OrderFlag.objects.filter(order__status="delivered", code="handed_over_before_approval")
    assert delivered.count() == 207
    wanted = {
        "delivered_before_handover": 11,
        "delivered_without_date": 2,
        "paid_without_date": 9,
        "cancelled_but_delivered": 6,
        "several_payments": 1_143,
        "several_reviews": 161,
        "no_items": 670,
    }
    assert {code: flags[code] for code in wanted} == wanted
    repeated = Review.objects.values("source_ref").annotate(n=Count("pk")).filter(n__gt=1).count()
    assert repeated == 67


def assert_olist_money() -> None:
    with gzip.open(FOLDER / "olist" / "olist_order_payments_dataset.csv.gz", "rt", newline="") as file:
        stated = sum(round(100 * float(row["payment_value"])) for row in csv.DictReader(file))
    sums = Order.objects.aggregate(authorised=Sum("payments__authorised"))
    assert sums["authorised"] == stated
    assert not Order.objects.exclude(
        total=F("goods_total") - F("discount_total") + F("shipping_total")
    ).exists()


def test_online_retail_comes_in_whole_and_every_invoice_is_found_again() -> None:
    shop = british_shop()
    run = bring(shop, "online_retail", RETAIL, kill_at=9_000)
    invoices = Adjustment.objects.values("number").distinct().count()
    assert (Order.objects.count(), CreditInvoice.objects.count(), invoices) == (19_963, 3_836, 2_101)
    assert run.counts["orders"] + run.counts["credits"] + run.counts["adjustments"] == 25_900
    assert (run.counts["rejected"], Customer.objects.count()) == (0, 4_372 + 1)
    assert_every_row_is_somewhere()
    assert_credits_find_their_sales()
    assert_that_again_changes_nothing(shop, "online_retail", RETAIL, 25_900)


def assert_every_row_is_somewhere() -> None:
    with gzip.open(RETAIL, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    orders = set(Order.objects.values_list("number", flat=True))
    carriage = {"POST", "DOT", "C2"}
    kinds = Counter(
        "carried" if row["StockCode"] in carriage else "line" for row in rows if row["InvoiceNo"] in orders
    )
    assert OrderLine.objects.count() == kinds["line"]
    assert CreditLine.objects.count() == 9_288
    assert (
        OrderLine.objects.count() + CreditLine.objects.count() + Adjustment.objects.count()
        == 541_909 - kinds["carried"]
    )
    assert Adjustment.objects.filter(kind="bad_debt").count() == 3
    assert Adjustment.objects.filter(kind="stock_out").values("number").distinct().count() == 1_336


def assert_credits_find_their_sales() -> None:
    goods = Q(sku__in=["POST", "M", "S", "D", "CRUK", "C2", "DOT", "AMAZONFEE", "BANK CHARGES"])
    named = CreditLine.objects.exclude(goods).exclude(invoice__customer__source_ref="unknown")
    found = named.filter(order_line__isnull=False).count()
    assert round(100 * found / named.count(), 1) == 87.9
    assert not OrderLine.objects.filter(returned_quantity__gt=F("shipped_quantity")).exists()


def assert_that_again_changes_nothing(shop: Shop, source: str, path: Path, documents: int) -> None:
    before = (
        Order.objects.aggregate(Sum("version"), Sum("total")),
        Event.objects.count(),
        OrderLine.objects.count(),
    )
    run = bring(shop, source, path)
    assert (run.counts["unchanged"], run.counts["orders"], run.counts["changed"]) == (documents, 0, 0)
    after = (
        Order.objects.aggregate(Sum("version"), Sum("total")),
        Event.objects.count(),
        OrderLine.objects.count(),
    )
    assert after == before
