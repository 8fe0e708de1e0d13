"""Reading a small table that people and other programs made: XLSX or CSV, headings in Korean or English."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orderdesk.later import Later

if TYPE_CHECKING:
    import openpyxl
    from openpyxl.utils import exceptions as openpyxl_errors
else:
    openpyxl, openpyxl_errors = Later("openpyxl"), Later("openpyxl.utils.exceptions")

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2_000
# What an XLSX may unpack to: a few kilobytes can hold gigabytes of the same letter.
_MAX_UNPACKED = 60 * 1024 * 1024
Headings = Mapping[str, frozenset[str]]


def read_table(
    name: str, content: bytes, headings: Headings, missing: str | Promise
) -> list[tuple[int, dict[str, str]]]:
    """Line (as the spreadsheet counts) and cells by our names for every row that is not empty.

    `headings`: our name → the words that may stand above it; `missing` is said when one is not there. DomainError:
    `too_large`, `unreadable`, `no_headings`, `too_many_rows`, `no_rows`.
    """
    if len(content) > MAX_BYTES:
        raise DomainError("too_large", _("The file is larger than 5 MB."))
    cells = _xlsx(content) if name.lower().endswith((".xlsx", ".xlsm")) else _csv(content)
    rows = list(_rows(cells, headings, missing))
    if not rows:
        raise DomainError("no_rows", _("The file holds no row below its headings."))
    return rows


def _rows(
    cells: Iterator[list[str]], headings: Headings, missing: str | Promise
) -> Iterator[tuple[int, dict[str, str]]]:
    places: dict[str, int] = {}
    found = 0
    for line, row in enumerate(cells, start=1):
        if not any(row):
            continue
        if not places:
            places = _places(row, headings, missing)
            continue
        found += 1
        if found > MAX_ROWS:
            raise DomainError("too_many_rows", _("The file holds more than 2,000 rows. Split it."))
        yield line, {name: row[at] if at < len(row) else "" for name, at in places.items()}


def _places(row: list[str], headings: Headings, missing: str | Promise) -> dict[str, int]:
    known = {heading.replace(" ", "").replace("_", "").lower(): at for at, heading in enumerate(row)}
    places = {
        name: next((at for heading, at in known.items() if heading in words), -1)
        for name, words in headings.items()
    }
    if min(places.values()) < 0:
        raise DomainError("no_headings", missing)
    return places


def _csv(content: bytes) -> Iterator[list[str]]:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        first = text.split("\n", 1)[0]
        delimiter = max(",\t;", key=first.count)
        try:
            yield from (
                [_plain(cell) for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)
            )
        except csv.Error as error:
            raise _unreadable() from error
        return
    raise _unreadable()


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MAX_UNPACKED:
                raise DomainError("too_large", _("The file is larger than 5 MB."))
        sheet: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = [
            [_plain(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 100)
        ]
    except DomainError:
        raise
    except (
        openpyxl_errors.InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        IndexError,
        OSError,
        TypeError,
        SyntaxError,
    ) as error:
        raise _unreadable() from error
    yield from rows


def _unreadable() -> DomainError:
    return DomainError("unreadable", _("This file could not be read. Save it as XLSX or as CSV in UTF-8."))


def _plain(cell: Any) -> str:
    """A cell as typed: a number that a spreadsheet made of the digits loses its “.0”, our own guard its apostrophe."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "" if cell is None else str(cell).strip()
    return text.removeprefix("'")
