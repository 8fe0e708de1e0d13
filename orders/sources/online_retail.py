"""UCI Online Retail: one CSV file, plain or gzipped, a row per invoice line. https://archive.ics.uci.edu/dataset/352

An invoice is an order; it says nothing of payment and delivery. Its number tells what it is:
- digits: a sale, unless nobody bought and nothing was charged: then stock was written off (negative) or found;
- C…: a credit invoice;
- A…: a debt given up.
Postage and carriage are the order's shipping, `D` its discount; other charges (manual, bank, Amazon) stay lines.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, NamedTuple

from orders.models import AdjustmentKind, DocumentKind
from orders.sources import Reading
from orders.sources.countries import country_code
from orders.sources.meter import Meter
from orders.sources.parsing import Amounts, fitting, moment, required, whole
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
    SourceAdjustment,
    SourceAdjustmentLine,
    SourceCredit,
    SourceCreditLine,
    SourceCustomer,
    SourceFlag,
    SourceLine,
    SourceOrder,
    SourceTimes,
)
from orders.terms import OrderStatus

_COLUMNS = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)
_SHIPPING = frozenset({"POST", "DOT", "C2"})
_DISCOUNT = "D"
_CHARGES = frozenset({"M", "S", "CRUK", "AMAZONFEE", "BANK CHARGES", "B"})
_NO_GOODS = _SHIPPING | _CHARGES | {_DISCOUNT}
UNKNOWN_CUSTOMER = SourceCustomer(ref="unknown", name="unknown")
# An invoice's rows stand together but for one case in the whole set; so many younger invoices are waited for.
_WINDOW = 40


class Item(NamedTuple):
    """One row, read: price in minor units, `rounded` when it was finer than the currency."""

    sku: str
    name: str
    quantity: int
    price: int
    rounded: bool


class OnlineRetail:
    """Reads the file of the Online Retail data set."""

    name: ClassVar[str] = "online_retail"
    edition: ClassVar[int] = 1
    defaults: ClassVar[ShopDefaults | None] = ShopDefaults("GBP", "GB", "Europe/London", "en")

    def __init__(self, reading: Reading) -> None:
        self._zone = reading.zone
        self._amounts = Amounts(reading.currency)

    def read(self, path: Path, meter: Meter) -> Iterator[Document | Reject]:
        open_invoices: OrderedDict[str, list[Row]] = OrderedDict()
        closed: set[str] = set()
        for found in rows_of(path, _COLUMNS, meter):
            if isinstance(found, Reject):
                yield found
                continue
            number = found.cells[0]
            if number in open_invoices:
                open_invoices[number].append(found)
            elif not number or number in closed:
                code = "no_order" if number else "empty"
                yield Reject(found.line, "InvoiceNo", code, {}, found.raw)
            else:
                open_invoices[number] = [found]
            if len(open_invoices) > _WINDOW:
                yield _close(open_invoices, closed)
        while open_invoices:
            yield _close(open_invoices, closed)

    def parse(self, document: Document) -> Parsed:
        rows: Sequence[Row] = document.rows
        items = [self._checked(rows, row) for row in rows]
        first = rows[0]
        try:
            number = fitting(first.cells[0], "InvoiceNo", 40)
            at = moment(first.cells[4], "InvoiceDate", self._zone)
            customer = _customer(first.cells[6])
        except BadCell as bad:
            raise _left_out(rows, first, bad) from bad
        if document.kind == DocumentKind.CREDIT:
            return SourceCredit(
                document.ref, number, at, customer, tuple(_credit_line(item) for item in items)
            )
        if document.kind == DocumentKind.ADJUSTMENT:
            return SourceAdjustment(document.ref, number, at, tuple(_adjustment(item) for item in items))
        wrong = next(
            (row for row, item in zip(rows, items, strict=True) if item.quantity < 1 or item.price < 0), None
        )
        if wrong:
            raise _left_out(rows, wrong, BadCell("Quantity", "bad_quantity"))
        order = _order(document.ref, items, SourceTimes(placed=at), customer)
        flags = tuple(_flags(rows, items, customer))
        return replace(
            order, number=number, address=SourceAddress(country=country_code(first.cells[7])), flags=flags
        )

    def _checked(self, rows: Sequence[Row], row: Row) -> Item:
        try:
            return self._item(row.cells)
        except BadCell as bad:
            raise _left_out(rows, row, bad) from bad

    def _item(self, cells: tuple[str, ...]) -> Item:
        price, rounded = self._amounts.nearest(cells[5], "UnitPrice")
        # The set writes the same code with small and capital letters.
        sku = required(cells[1], "StockCode", 64).upper()
        name = fitting(cells[2].strip(), "Description", 200) or sku
        return Item(sku, name, whole(cells[3], "Quantity"), price, rounded)


def _close(open_invoices: OrderedDict[str, list[Row]], closed: set[str]) -> Document:
    number, rows = open_invoices.popitem(last=False)
    closed.add(number)
    text = repr([row.cells for row in rows])
    return Document(_kind(number, rows), number, rows[0].line, text, tuple(rows))


def _kind(number: str, rows: Sequence[Row]) -> str:
    if number.startswith("C"):
        return DocumentKind.CREDIT
    nobody_bought = not rows[0].cells[6] and all(row.cells[5].strip("0.") == "" for row in rows)
    return DocumentKind.ADJUSTMENT if number.startswith("A") or nobody_bought else DocumentKind.ORDER


def _customer(ref: str) -> SourceCustomer:
    return SourceCustomer(ref=fitting(ref, "CustomerID", 80), name=ref) if ref else UNKNOWN_CUSTOMER


def _order(ref: str, items: Sequence[Item], times: SourceTimes, customer: SourceCustomer) -> SourceOrder:
    return SourceOrder(
        ref=ref,
        number=ref,
        status=OrderStatus.COMPLETED,
        times=times,
        customer=customer,
        lines=tuple(
            SourceLine(name=item.name, quantity=item.quantity, unit_price=item.price, sku=item.sku)
            for item in items
            if item.sku not in _SHIPPING and item.sku != _DISCOUNT
        ),
        shipping=sum(item.quantity * item.price for item in items if item.sku in _SHIPPING),
        order_discount=sum(item.quantity * item.price for item in items if item.sku == _DISCOUNT),
        pays_later=True,
        arrived_unseen=True,
    )


def _credit_line(item: Item) -> SourceCreditLine:
    quantity = abs(item.quantity)
    return SourceCreditLine(
        item.sku, item.name, quantity, -item.quantity * item.price, item.sku not in _NO_GOODS
    )


def _adjustment(item: Item) -> SourceAdjustmentLine:
    kind = AdjustmentKind.STOCK_OUT if item.quantity < 0 else AdjustmentKind.STOCK_IN
    if item.sku == "B":
        kind = AdjustmentKind.BAD_DEBT
    return SourceAdjustmentLine(kind, item.sku, item.name, item.quantity, item.quantity * item.price)


def _flags(rows: Sequence[Row], items: Sequence[Item], customer: SourceCustomer) -> Iterator[SourceFlag]:
    yield SourceFlag("invoice_only")
    if customer is UNKNOWN_CUSTOMER:
        yield SourceFlag("no_customer")
    if not country_code(rows[0].cells[7]):
        yield SourceFlag("no_country", rows[0].cells[7][:200])
    repeated = len(rows) - len({row.cells for row in rows})
    if repeated:
        yield SourceFlag("repeated_line", str(repeated))
    if len({row.cells[4] for row in rows}) > 1:
        yield SourceFlag("spread_times")
    charges = sorted({item.sku for item in items if item.sku in _CHARGES})
    if charges:
        yield SourceFlag("charges_as_lines", ", ".join(charges))
    if any(item.price == 0 for item in items):
        yield SourceFlag("zero_price", str(sum(item.price == 0 for item in items)))
    if any(item.rounded for item in items):
        yield SourceFlag("rounded_price")


def _left_out(rows: Sequence[Row], row: Row, bad: BadCell) -> BadDocument:
    sisters = [
        Reject(other.line, "", "left_out", {"line": row.line}, other.raw)
        for other in rows
        if other is not row
    ]
    return BadDocument([Reject(row.line, bad.column, bad.code, bad.params, row.raw), *sisters])
