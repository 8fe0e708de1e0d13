"""Lists as CSV or XLSX, streamed, with cells that a spreadsheet would run made harmless."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from openpyxl import Workbook

# A cell that begins with one of these is a formula to Excel, LibreOffice or Google Sheets;
# the full-width forms are turned into ASCII ones by Japanese and Korean input tools before evaluation.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ILLEGAL_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column: its heading, the ORM path it reads, and how a value is written (masking goes here)."""

    label: str | Promise
    path: str
    write: Callable[[Any], Any] | None = None


def guarded(value: Any) -> Any:
    """Numbers and dates as they are; text that a spreadsheet would evaluate gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def rows_of(queryset: QuerySet[Any], columns: Sequence[ExportColumn]) -> Iterator[list[Any]]:
    """Header, then one guarded row per record, read in chunks so that memory stays flat."""
    yield [guarded(column.label) for column in columns]
    writers = [column.write or _plain for column in columns]
    records = queryset.values_list(*(column.path for column in columns)).iterator(chunk_size=CHUNK)
    for record in records:
        yield [guarded(write(value)) for write, value in zip(writers, record, strict=True)]


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


def csv_lines(rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """CSV in blocks; the byte order mark makes Excel read Korean as UTF-8."""
    echo = _Echo()
    writer = csv.writer(echo)
    yield "\ufeff".encode()
    for row in rows:
        writer.writerow(row)
        if len(echo.lines) >= CHUNK:
            yield echo.take()
    yield echo.take()


def workbook(rows: Iterable[list[Any]]) -> IO[bytes]:
    """A write-only XLSX in a temporary file: openpyxl then keeps no row in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([ILLEGAL_IN_XLSX.sub("", cell) if isinstance(cell, str) else cell for cell in row])
    target = tempfile.TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    book.save(target)
    target.seek(0)
    return target


class _Echo:
    """A file for csv.writer that hands its lines on."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def write(self, line: str) -> int:
        self.lines.append(line)
        return len(line)

    def take(self) -> bytes:
        block, self.lines = "".join(self.lines), []
        return block.encode()


def _plain(value: Any) -> Any:
    return (
        timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
        if hasattr(value, "hour") and hasattr(value, "year")
        else value
    )
