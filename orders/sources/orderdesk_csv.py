"""Our own CSV: a row per order line, what is the order's own on its first row (later rows may repeat it).

An order's rows stand together. Several payments or parcels of one order share a cell, parted by " | ".
docs/operations.md describes the columns; `csv_columns` lists them; `manage.py export_orders` writes them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from django.utils.translation import gettext_lazy as _

from orders.models import DocumentKind
from orders.sources import Reading
from orders.sources.csv_columns import COLUMNS, guess, missing
from orders.sources.csv_order import OrderReader
from orders.sources.meter import Meter
from orders.sources.terms import (
    BadCell,
    BadDocument,
    Document,
    Parsed,
    Reject,
    Row,
    ShopDefaults,
    Unreadable,
)

NAMES = tuple(column.name for column in COLUMNS)
_NUMBER = NAMES.index("order_number")
_DELIMITERS = ",;\t"


class Heading(NamedTuple):
    """Where each of our columns stands in the file (None: nowhere), and how many cells a row has."""

    places: tuple[int | None, ...]
    width: int


class OrderdeskCsv:
    """Reads our CSV; headings of others are mapped, given or guessed."""

    name: ClassVar[str] = "csv"
    edition: ClassVar[int] = 1
    defaults: ClassVar[ShopDefaults | None] = None

    def __init__(self, reading: Reading) -> None:
        self._mapping = dict(reading.mapping) if reading.mapping else None
        self._orders = OrderReader(reading)

    def read(self, path: Path, meter: Meter) -> Iterator[Document | Reject]:
        if not path.is_file():
            raise Unreadable(_("There is no file %(path)s.") % {"path": path})
        seen: dict[str, int] = {}
        rows: list[Row] = []
        for found in self._rows(path, meter):
            if isinstance(found, Reject) or not found.cells[_NUMBER]:
                yield _not_a_row(found)
                continue
            if rows and found.cells[_NUMBER] != rows[0].cells[_NUMBER]:
                yield _document(rows, seen)
                rows = []
            rows.append(found)
        if rows:
            yield _document(rows, seen)

    def parse(self, document: Document) -> Parsed:
        rows: Sequence[Row] = document.rows
        order, wrong = self._orders.read(rows)
        if order is None:
            raise BadDocument(_all_rows(rows, wrong))
        return order

    def _rows(self, path: Path, meter: Meter) -> Iterator[Row | Reject]:
        with meter.open(path) as text:
            first = text.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            heading = self._heading(next(csv.reader([first], delimiter=delimiter), []))
            reader = csv.reader(text, delimiter=delimiter)
            try:
                for cells in reader:
                    if cells and any(cells):
                        yield _row(reader.line_num + 1, cells, heading)
            except csv.Error as error:
                raise Unreadable(str(error)) from error

    def _heading(self, titles: list[str]) -> Heading:
        titles = [title.strip() for title in titles]
        mapping = self._mapping if self._mapping is not None else guess(titles)
        absent = missing({name: title for name, title in mapping.items() if title in titles})
        if absent:
            message = _("The file lacks the columns %(columns)s.")
            raise Unreadable(message % {"columns": ", ".join(column.name for column in absent)})
        places = (titles.index(mapping[n]) if mapping.get(n) in titles else None for n in NAMES)
        return Heading(tuple(places), len(titles))


def _row(line: int, cells: list[str], heading: Heading) -> Row | Reject:
    if len(cells) != heading.width:
        params = {"found": len(cells), "expected": heading.width}
        return Reject(line, "", "columns", params, ",".join(cells))
    return Row(
        line, tuple("" if place is None else _unguarded(cells[place].strip()) for place in heading.places)
    )


def _unguarded(cell: str) -> str:
    """Our exports put an apostrophe before what a spreadsheet would run; it is not part of the text."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in set("=+-@＝＋－＠\t\r\n") else cell


def _not_a_row(found: Row | Reject) -> Reject:
    return found if isinstance(found, Reject) else Reject(found.line, "order_number", "empty", {}, found.raw)


def _document(rows: list[Row], seen: dict[str, int]) -> Document | Reject:
    number, line = rows[0].cells[_NUMBER], rows[0].line
    if number in seen:
        return Reject(line, "order_number", "twice", {"line": seen[number]}, rows[0].raw)
    seen[number] = line
    return Document(DocumentKind.ORDER, number, line, repr([row.cells for row in rows]), tuple(rows))


def _all_rows(rows: Sequence[Row], wrong: list[tuple[Row, BadCell]]) -> list[Reject]:
    """Every bad cell, and the order's good rows as left out with them."""
    rejects = [Reject(row.line, bad.column, bad.code, bad.params, row.raw) for row, bad in wrong]
    named = {row.line for row, _bad in wrong}
    first = rejects[0].line
    rejects += [Reject(r.line, "", "left_out", {"line": first}, r.raw) for r in rows if r.line not in named]
    return rejects
