"""The Olist data set: a folder of nine CSV files, plain or gzipped. https://www.kaggle.com/datasets/olistbr/brazilian-ecommerce

Orders stream; the files that hang on them (items, payments, reviews, customers) are indexed in memory first,
about 2 KB an order. Times are Brazilian local time without zone; the estimated delivery is a date.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, TypeVar

from django.utils.translation import gettext_lazy as _

from orders.models import DocumentKind
from orders.sources import Reading
from orders.sources.meter import Meter
from orders.sources.oddities import flags_of
from orders.sources.parsing import Amounts, fitting, moment, moment_or_none, whole
from orders.sources.tables import rows_of
from orders.sources.terms import (
    BadCell,
    BadDocument,
    Document,
    Parsed,
    Reject,
    Row,
    ShopDefaults,
    SourceAddress,
    SourceCustomer,
    SourceLine,
    SourceOrder,
    SourcePayment,
    SourceReview,
    SourceShipment,
    SourceTimes,
    Unreadable,
)
from orders.terms import CancelReason, OrderStatus, PaymentMethod, ShipmentStatus

_ORDERS = (
    "order_id",
    "customer_id",
    "order_status",
    "order_purchase_timestamp",
    "order_approved_at",
    "order_delivered_carrier_date",
    "order_delivered_customer_date",
    "order_estimated_delivery_date",
)
_HANGING = {
    "items": ("order_id", "product_id", "seller_id", "price", "freight_value"),
    "payments": ("order_id", "payment_type", "payment_installments", "payment_value"),
    "reviews": (
        "order_id",
        "review_id",
        "review_score",
        "review_comment_title",
        "review_comment_message",
        "review_creation_date",
        "review_answer_timestamp",
    ),
}
_STATUSES = {
    "created": OrderStatus.AWAITING_PAYMENT,
    "approved": OrderStatus.PLACED,
    "invoiced": OrderStatus.CONFIRMED,
    "processing": OrderStatus.PREPARING,
    "shipped": OrderStatus.IN_DELIVERY,
    "delivered": OrderStatus.DELIVERED,
    "canceled": OrderStatus.CANCELLED,
    "unavailable": OrderStatus.CANCELLED,
}
_METHODS = {
    "credit_card": PaymentMethod.CARD,
    "debit_card": PaymentMethod.CARD,
    "boleto": PaymentMethod.BANK_TRANSFER,
    "voucher": PaymentMethod.VOUCHER,
}
_REASONS = {"canceled": CancelReason.UNKNOWN, "unavailable": CancelReason.OUT_OF_STOCK}
_SENT = (OrderStatus.IN_DELIVERY, OrderStatus.DELIVERED)

_LAST_SECOND = timedelta(hours=23, minutes=59, seconds=59)

Hanging = tuple[Row, ...]
T = TypeVar("T")


class Olist:
    """Reads a folder with the files of the Olist data set."""

    name: ClassVar[str] = "olist"
    edition: ClassVar[int] = 1
    defaults: ClassVar[ShopDefaults | None] = ShopDefaults("BRL", "BR", "America/Sao_Paulo", "en")

    def __init__(self, reading: Reading) -> None:
        self._zone = reading.zone
        self._amounts = Amounts(reading.currency)
        self._categories: dict[str, str] = {}
        self._repeated_reviews: frozenset[str] = frozenset()

    def read(self, path: Path, meter: Meter) -> Iterator[Document | Reject]:
        orders = _file(path, "olist_orders_dataset")
        self._categories = _categories(path, meter)
        customers = {row.cells[0]: row for row in _customers(path, meter)}
        hanging: dict[str, dict[str, list[Row]]] = {part: {} for part in _HANGING}
        for part in _HANGING:
            yield from _gather(path, part, hanging[part], meter)
        told = Counter(row.cells[1] for rows in hanging["reviews"].values() for row in rows)
        self._repeated_reviews = frozenset(ref for ref, times in told.items() if times > 1)
        seen: dict[str, int] = {}
        for found in rows_of(orders, _ORDERS, meter):
            if isinstance(found, Reject) or not found.cells[0] or found.cells[0] in seen:
                yield _not_new(found, seen)
                continue
            ref = found.cells[0]
            seen[ref] = found.line
            parts = [tuple(hanging[part].pop(ref, ())) for part in _HANGING]
            yield _document(found, customers.get(found.cells[1]), parts)
        for part, left in hanging.items():
            for row in (row for rows in left.values() for row in rows):
                yield Reject(row.line, f"olist_order_{part}_dataset.order_id", "no_order", {}, row.raw)

    def parse(self, document: Document) -> Parsed:
        row, customer, items, payments, reviews = document.rows
        try:
            status, times = self._status_and_times(row.cells)
        except BadCell as bad:
            raise _left_out(document, row, bad, "") from bad
        lines = [self._each(document, item, "items", self._line) for item in items]
        paid = status in _SENT or times.paid is not None
        money = [
            self._each(
                document,
                payment,
                "payments",
                lambda cells: self._payment(cells, captured=paid, at=times.paid),
            )
            for payment in payments
        ]
        order = SourceOrder(
            ref=document.ref,
            number=document.ref,
            status=status,
            times=times,
            customer=SourceCustomer(ref=customer.cells[1], name=customer.cells[1][:8])
            if customer
            else SourceCustomer(),
            lines=tuple(line for line, _freight in lines),
            payments=tuple(money),
            shipments=_shipments(status, times),
            reviews=tuple(self._each(document, review, "reviews", self._review) for review in reviews),
            address=_address(customer),
            shipping=sum(freight for _line, freight in lines),
            unlisted=0 if lines else sum(payment.amount for payment in money),
            cancel_reason=_REASONS.get(row.cells[2], ""),
        )
        return flags_of(
            order, self._amounts, sellers={item.cells[2] for item in items}, repeated=self._repeated_reviews
        )

    def _each(self, document: Document, row: Row, part: str, read: Callable[[tuple[str, ...]], T]) -> T:
        try:
            return read(row.cells)
        except BadCell as bad:
            raise _left_out(document, row, bad, f"olist_order_{part}_dataset.") from bad

    def _status_and_times(self, cells: tuple[str, ...]) -> tuple[str, SourceTimes]:
        _ref, _customer, word, purchase, approved, carrier, delivered, estimated = cells
        if word not in _STATUSES:
            raise BadCell("order_status", "bad_choice", value=word, choices=", ".join(_STATUSES))
        promised = moment_or_none(estimated, "order_estimated_delivery_date", self._zone)
        times = SourceTimes(
            placed=moment(purchase, "order_purchase_timestamp", self._zone),
            paid=moment_or_none(approved, "order_approved_at", self._zone),
            departed=moment_or_none(carrier, "order_delivered_carrier_date", self._zone),
            delivered=moment_or_none(delivered, "order_delivered_customer_date", self._zone),
            promised_from=promised,
            # The estimate is a date: any hour of that day keeps it.
            promised_until=promised + _LAST_SECOND if promised else None,
        )
        return _STATUSES[word], times

    def _line(self, cells: tuple[str, ...]) -> tuple[SourceLine, int]:
        _ref, product, _seller, price, freight = cells
        amount, carried = self._amount(price, "price"), self._amount(freight, "freight_value")
        name = self._categories.get(product) or product[:8]
        return SourceLine(
            name=name, quantity=1, unit_price=amount, sku=fitting(product, "product_id", 64)
        ), carried

    def _payment(self, cells: tuple[str, ...], *, captured: bool, at: datetime | None) -> SourcePayment:
        _ref, kind, instalments, value = cells
        detail = kind if whole(instalments, "payment_installments") < 2 else f"{kind} × {instalments}"
        method = _METHODS.get(kind, PaymentMethod.OTHER)
        amount = self._amount(value, "payment_value")
        return SourcePayment(
            method, amount, captured, at if captured else None, fitting(detail, "payment_type", 120)
        )

    def _review(self, cells: tuple[str, ...]) -> SourceReview:
        _ref, review, score, title, text, asked, answered = cells
        if score not in {"1", "2", "3", "4", "5"}:
            raise BadCell("review_score", "bad_score")
        return SourceReview(
            ref=fitting(review, "review_id", 80),
            score=int(score),
            title=fitting(title, "review_comment_title", 200),
            text=fitting(text, "review_comment_message", 10_000),
            asked_at=moment_or_none(asked, "review_creation_date", self._zone),
            answered_at=moment(answered, "review_answer_timestamp", self._zone),
        )

    def _amount(self, text: str, column: str) -> int:
        amount = self._amounts.minor(text, column)
        if amount < 0:
            raise BadCell(column, "negative")
        return amount


def _file(folder: Path, name: str) -> Path:
    for suffix in (".csv", ".csv.gz"):
        if (folder / f"{name}{suffix}").is_file():
            return folder / f"{name}{suffix}"
    raise Unreadable(_("%(folder)s holds no %(name)s.csv or .csv.gz.") % {"folder": folder, "name": name})


def _gather(folder: Path, part: str, rows: dict[str, list[Row]], meter: Meter) -> Iterator[Reject]:
    """Fill `rows` by order id from one of the files that hang on the orders."""
    for found in rows_of(_file(folder, f"olist_order_{part}_dataset"), _HANGING[part], meter, counts=False):
        if isinstance(found, Reject):
            yield found
        else:
            rows.setdefault(found.cells[0], []).append(found)


def _not_new(found: Row | Reject, seen: dict[str, int]) -> Reject:
    if isinstance(found, Reject):
        return found
    if not found.cells[0]:
        return Reject(found.line, "order_id", "empty", {}, found.raw)
    return Reject(found.line, "order_id", "twice", {"line": seen[found.cells[0]]}, found.raw)


def _customers(folder: Path, meter: Meter) -> Iterator[Row]:
    columns = (
        "customer_id",
        "customer_unique_id",
        "customer_zip_code_prefix",
        "customer_city",
        "customer_state",
    )
    found = rows_of(_file(folder, "olist_customers_dataset"), columns, meter, counts=False)
    return (row for row in found if isinstance(row, Row))


def _categories(folder: Path, meter: Meter) -> dict[str, str]:
    """Product id → its category in English; the set names no products."""
    words = ("product_category_name", "product_category_name_english")
    translations = rows_of(_file(folder, "product_category_name_translation"), words, meter, counts=False)
    english = {row.cells[0]: row.cells[1] for row in translations if isinstance(row, Row)}
    products = rows_of(
        _file(folder, "olist_products_dataset"), ("product_id", "product_category_name"), meter, counts=False
    )
    pairs = (row.cells for row in products if isinstance(row, Row))
    return {product: english.get(word, word).replace("_", " ") for product, word in pairs}


def _document(row: Row, customer: Row | None, parts: list[Hanging]) -> Document:
    cells = [row.cells, customer.cells if customer else (), *([r.cells for r in rows] for rows in parts)]
    return Document(DocumentKind.ORDER, row.cells[0], row.line, repr(cells), (row, customer, *parts))


def _left_out(document: Document, row: Row, bad: BadCell, table: str) -> BadDocument:
    """The bad row itself, and the order's own row if the bad one hangs on it."""
    rejects = [Reject(row.line, table + bad.column, bad.code, bad.params, row.raw)]
    if table:
        params = {"line": f"{row.line} ({table.rstrip('.')})"}
        rejects.append(Reject(document.line, "", "left_out", params, document.rows[0].raw))
    return BadDocument(rejects)


def _shipments(status: str, times: SourceTimes) -> tuple[SourceShipment, ...]:
    if times.delivered or status == OrderStatus.DELIVERED:
        return (SourceShipment(ShipmentStatus.DELIVERED, times.departed, times.delivered),)
    if times.departed or status == OrderStatus.IN_DELIVERY:
        return (SourceShipment(ShipmentStatus.HANDED_OVER, times.departed),)
    return ()


def _address(customer: Row | None) -> SourceAddress:
    if customer is None:
        return SourceAddress(country="BR")
    _id, person, postcode, city, state = customer.cells
    return SourceAddress(
        name=person[:8], country="BR", postcode=postcode[:12], address1=f"{city}, {state}"[:200]
    )
