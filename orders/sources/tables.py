"""Reading delimited text by column name, whatever the columns' order."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from operator import itemgetter
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from orders.sources.meter import Meter
from orders.sources.terms import Reject, Row, Unreadable

# The longest cell that is read; csv's own limit of 128 KiB is for each field too.
csv.field_size_limit(1_000_000)


def rows_of(
    path: Path, columns: Sequence[str], meter: Meter, *, counts: bool = True
) -> Iterator[Row | Reject]:
    """Rows as the named `columns`; a row with too few cells is a Reject; Unreadable without the columns."""
    if not path.is_file():
        raise Unreadable(_("There is no file %(path)s.") % {"path": path})
    try:
        with meter.open(path, counts=counts) as text:
            reader = csv.reader(text)
            pick, width = _picker(next(reader, []), columns, path)
            for cells in reader:
                if len(cells) == width:
                    yield Row(reader.line_num, pick(cells))
                elif cells:
                    params = {"found": len(cells), "expected": width}
                    yield Reject(reader.line_num, "", "columns", params, ",".join(cells))
    except (csv.Error, EOFError, OSError) as error:
        message = _("%(file)s cannot be read to its end: %(error)s") % {"file": path.name, "error": error}
        raise Unreadable(message) from error


def _picker(header: list[str], columns: Sequence[str], path: Path) -> tuple[itemgetter[tuple[str, ...]], int]:
    names = [name.strip() for name in header]
    missing = [name for name in columns if name not in names]
    if missing:
        message = _("%(file)s lacks the columns %(columns)s.")
        raise Unreadable(message % {"file": path.name, "columns": ", ".join(missing)})
    pick: itemgetter[tuple[str, ...]] = itemgetter(*[names.index(name) for name in columns])  # type: ignore[arg-type]
    return pick, len(header)
