"""Small files of each format, made here: the real sets stay outside of the project."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from orderdesk.accounts.models import Shop
from orders.models import ImportRun
from orders.services.importing.runs import carry_on, open_run
from orders.sources import Reading, Source, source_class
from orders.sources.csv_columns import COLUMNS
from orders.sources.meter import Meter
from orders.sources.terms import BadDocument, Document, Reject, SourceOrder
from tests.builders import make_shop

OLIST_COLUMNS = {
    "olist_orders_dataset": (
        "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,"
        "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date"
    ),
    "olist_order_items_dataset": "order_id,order_item_id,product_id,seller_id,shipping_limit_date,price,freight_value",
    "olist_order_payments_dataset": "order_id,payment_sequential,payment_type,payment_installments,payment_value",
    "olist_order_reviews_dataset": (
        "review_id,order_id,review_score,review_comment_title,review_comment_message,"
        "review_creation_date,review_answer_timestamp"
    ),
    "olist_customers_dataset": (
        "customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state"
    ),
    "olist_products_dataset": "product_id,product_category_name",
    "product_category_name_translation": "product_category_name,product_category_name_english",
}
DELIVERED = "o1,c1,delivered,2017-03-01 10:00:01,2017-03-01 10:30:02,2017-03-02 09:00:03,2017-03-06 15:00:04,2017-03-20 00:00:00"
ITEM = "o1,1,p1,s1,2017-03-03 00:00:00,50.00,10.50"
PAYMENT = "o1,1,credit_card,3,60.50"
REVIEW = "r1,o1,5,Ótimo,Chegou antes do prazo,2017-03-07 00:00:00,2017-03-08 12:00:00"


def olist(folder: Path, **files: str | Sequence[str]) -> Path:
    """A folder of the set with one delivered order; name a file without `olist_`…`_dataset` to replace its rows."""
    rows: dict[str, str | Sequence[str]] = {
        "orders": DELIVERED,
        "order_items": ITEM,
        "order_payments": PAYMENT,
        "order_reviews": REVIEW,
        "customers": "c1,person-one-of-many,01310,sao paulo,SP",
        "products": "p1,beleza_saude",
        "translation": "beleza_saude,health_beauty",
    } | files
    folder.mkdir(exist_ok=True)
    for name, heading in OLIST_COLUMNS.items():
        short = name.removeprefix("olist_").removesuffix("_dataset").removeprefix("product_category_name_")
        body = rows[short]
        lines = [heading, *([body] if isinstance(body, str) else body)]
        with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(line for line in lines if line) + "\n")
    return folder


RETAIL_HEADING = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SOLD = "536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"


def retail(path: Path, *rows: str) -> Path:
    """A file of Online Retail with these rows, or one sale."""
    path.write_text("\n".join([RETAIL_HEADING, *(rows or (SOLD,))]) + "\n")
    return path


def csv_row(**cells: str) -> dict[str, str]:
    """A row of our CSV: one paid shirt, unless told otherwise."""
    return {
        "order_number": "A-1",
        "placed_at": "2026-03-02 14:05",
        "customer_name": "홍길동",
        "customer_email": "hong@example.com",
        "product": "면 셔츠",
        "quantity": "1",
        "unit_price": "24000",
        "payment_method": "card",
        "payment_amount": "24000",
        "paid_at": "2026-03-02 14:06",
    } | cells


def csv_file(path: Path, *rows: Mapping[str, str], encoding: str = "utf-8") -> Path:
    """Our CSV with every column."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in COLUMNS])
        writer.writeheader()
        writer.writerows(rows or [csv_row()])
    return path


def reader(name: str, *, mapping: Mapping[str, str] | None = None) -> Source:
    """The source, reading for a shop as the source itself would make it; our CSV for a Korean one."""
    defaults = source_class(name).defaults
    if defaults is None:
        return source_class(name)(Reading("KRW", ZoneInfo("Asia/Seoul"), "KR", "ko", mapping))
    return source_class(name)(Reading(defaults.currency, ZoneInfo(defaults.time_zone)))


def read(name: str, path: Path) -> tuple[list[SourceOrder], list[Reject]]:
    """Orders and rejected rows of a file."""
    source = reader(name)
    orders: list[SourceOrder] = []
    rejects: list[Reject] = []
    for found in source.read(path, Meter()):
        try:
            parsed = source.parse(found) if isinstance(found, Document) else found
        except BadDocument as bad:
            rejects += bad.rejects
            continue
        if isinstance(parsed, Reject):
            rejects.append(parsed)
        elif isinstance(parsed, SourceOrder):
            orders.append(parsed)
    return orders, rejects


def only(name: str, path: Path) -> SourceOrder:
    """The one order of a file without faults."""
    orders, rejects = read(name, path)
    assert rejects == []
    assert len(orders) == 1
    return orders[0]


def codes(order: SourceOrder) -> set[str]:
    return {flag.code for flag in order.flags}


def brazilian_shop() -> Shop:
    return make_shop(
        currency="BRL", country="BR", time_zone="America/Sao_Paulo", language="en", legal_regime="none"
    )


def british_shop() -> Shop:
    return make_shop(
        currency="GBP", country="GB", time_zone="Europe/London", language="en", legal_regime="none"
    )


def imported(shop: Shop, name: str, path: Path) -> ImportRun:
    """The finished run of a file into a shop."""
    run = open_run(shop, name, path)
    assert carry_on(run)
    return run
