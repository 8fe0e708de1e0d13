"""Lists as CSV or XLSX, streamed, with cells that a spreadsheet would run made harmless."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import islice
from typing import IO, TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import CharField, Func, QuerySet, Value
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise

from orderdesk.later import Later

if TYPE_CHECKING:
    import openpyxl
else:
    openpyxl = Later("openpyxl")

# A cell that begins with one of these is a formula to Excel, LibreOffice or Google Sheets;
# the full-width forms are turned into ASCII ones by Japanese and Korean input tools before evaluation.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ILLEGAL_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# More rows at once make no file quicker, and a web worker keeps the memory of the largest chunk it ever held.
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its heading, the ORM path it reads, and how a value is written (masking goes here).

    `write` makes the same of the same value. With a `zone` the path is a moment, written as that zone's local time.
    With `gather` the path is a key, and the value is what `gather(keys)` answers for it, asked once a chunk: rows that
    hang on a record then cost a query a chunk, and no join.
    """

    label: str | Promise
    path: str
    write: Callable[[Any], Any] | None = None
    zone: tzinfo | None = None
    gather: Callable[[Sequence[Any]], Mapping[Any, Any]] | None = None


def label_of(choices: Iterable[tuple[Any, str | Promise]]) -> Callable[[Any], str]:
    """A writer of a choice's label in the reader's language; what is no choice is written as it is."""
    labels = {str(key): label for key, label in choices}
    return lambda value: str(labels.get(value, value or ""))


def guarded(value: Any) -> Any:
    """Numbers and dates as they are; text that a spreadsheet would evaluate gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def rows_of(queryset: QuerySet[Any], columns: Sequence[ExportColumn]) -> Iterator[Sequence[Any]]:
    """Header, then one guarded row per record, read in chunks so that memory stays flat."""
    yield [guarded(column.label) for column in columns]
    sources, writers = zip(*(_read_as(column) for column in columns), strict=True)
    records = queryset.values_list(*sources).iterator(chunk_size=CHUNK)
    # Column by column: what a chunk's rows have in common is written, masked and guarded once.
    while chunk := list(islice(records, CHUNK)):
        whole = map(_gathered, columns, zip(*chunk, strict=True))
        yield from zip(*(_written(write, v) for write, v in zip(writers, whole, strict=True)), strict=True)


def _gathered(column: ExportColumn, values: Sequence[Any]) -> Sequence[Any]:
    if column.gather is None:
        return values
    found = column.gather(values)
    return [found.get(value) for value in values]


def _written(write: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    made = {value: guarded(write(value)) for value in set(values)}
    return [made[value] for value in values]


def _read_as(column: ExportColumn) -> tuple[Any, Callable[[Any], Any]]:
    """What is asked of the database, and how its answer is written."""
    if column.zone is None:
        return column.path, column.write or _plain
    if connection.vendor == "postgresql" and isinstance(column.zone, ZoneInfo):
        # As text already: to make a moment of it in Python costs more than the rest of its row.
        return LocalText(column.path, column.zone), _nothing
    return column.path, _local(column.zone)


class LocalText(Func):
    """A moment as text, `2026-11-24 09:30:00` on the zone's clocks (PostgreSQL)."""

    function = "to_char"
    template = "%(function)s(timezone(%(expressions)s), 'YYYY-MM-DD HH24:MI:SS')"

    def __init__(self, path: str, zone: tzinfo) -> None:
        super().__init__(Value(str(zone)), path, output_field=CharField())


def _local(zone: tzinfo) -> Callable[[datetime | None], str]:
    def write(value: datetime | None) -> str:
        return value.astimezone(zone).isoformat(" ", "seconds")[:19] if value else ""

    return write


def _nothing(value: str | None) -> str:
    return value or ""


def respond(
    queryset: QuerySet[Any], columns: Sequence[ExportColumn], *, name: str, kind: str
) -> HttpResponseBase:
    """The download; `kind` is csv or xlsx."""
    filename = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.{kind}"
    rows = rows_of(queryset, columns)
    if kind == "xlsx":
        return FileResponse(workbook(rows), as_attachment=True, filename=filename)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """CSV in blocks; the byte order mark makes Excel read Korean as UTF-8."""
    yield "\ufeff".encode()
    remaining = iter(rows)
    while block := list(islice(remaining, CHUNK)):
        text = io.StringIO(newline="")
        csv.writer(text).writerows(block)
        yield text.getvalue().encode()


def workbook(rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """A write-only XLSX in a temporary file: openpyxl then keeps no row in memory."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([ILLEGAL_IN_XLSX.sub("", cell) if isinstance(cell, str) else cell for cell in row])
    target = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(target)
    target.seek(0)
    return target


def _plain(value: Any) -> Any:
    return (
        timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
        if hasattr(value, "hour") and hasattr(value, "year")
        else value
    )
