"""A payment company's settlement file into rows: our own columns, or Toss's as its settlement API names them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orderdesk.money import known_currency
from orders.gateways.wire import from_wire

PAYMENT, REFUND = "payment", "refund"
# Ours: docs/operations.md, "Settlement files".
OURS = ("kind", "payment", "reference", "amount", "currency", "at")
TOSS = ("paymentKey", "transactionKey", "amount", "approvedAt")
MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """One movement: `amount` in minor units, always positive; `payment` is the company's number of the payment."""

    line: int
    kind: str
    payment: str
    reference: str
    amount: int
    currency: str
    at: datetime


def read_file(content: bytes, currency: str, zone: str) -> list[FileRow]:
    """Every row, or DomainError `bad_file` that names the line: half a file would call the other half missing.

    `currency` and `zone` are the shop's, where the file says nothing else.
    """
    if len(content) > MAX_BYTES:
        raise _bad(0, _("The file is larger than 20 MB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(0, _("The file is not UTF-8 text.")) from error
    if "\x00" in text:
        raise _bad(0, _("The file is not UTF-8 text."))
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    try:
        names = [name.strip() for name in rows.fieldnames or []]
        rows.fieldnames = names
        return list(_rows(rows, names, currency, ZoneInfo(zone)))
    except csv.Error as error:
        raise _bad(rows.line_num, _("It cannot be read.")) from error


def _rows(rows: csv.DictReader[str], names: list[str], currency: str, zone: ZoneInfo) -> Iterator[FileRow]:
    ours, toss = set(OURS) <= set(names), set(TOSS) <= set(names)
    if not ours and not toss:
        raise _bad(1, _("The columns are not those of a settlement file."))
    found = 0
    for cells in rows:
        if not any(cells.values()):
            continue
        found += 1
        if found > MAX_ROWS:
            raise _bad(rows.line_num, _("The file has more than 200,000 rows."))
        texts = {name: (value or "").strip() for name, value in cells.items() if isinstance(name, str)}
        yield (
            _our_row(rows.line_num, texts, currency, zone)
            if ours
            else _toss_row(rows.line_num, texts, currency, zone)
        )
    if not found:
        raise _bad(1, _("The file has no rows."))


def _our_row(line: int, cells: dict[str, str], currency: str, zone: ZoneInfo) -> FileRow:
    kind = cells["kind"].lower()
    if kind not in (PAYMENT, REFUND):
        raise _bad(line, _("The kind is payment or refund."))
    money = cells["currency"].upper() or currency
    amount = _amount(line, cells["amount"], money)
    return _row(
        line, kind, (cells["payment"], cells["reference"]), abs(amount), money, _time(line, cells["at"], zone)
    )


def _toss_row(line: int, cells: dict[str, str], currency: str, zone: ZoneInfo) -> FileRow:
    money = cells.get("currency", "").upper() or currency
    amount = _amount(line, cells["amount"], money)
    kind = REFUND if amount < 0 else PAYMENT
    # A cancel's own time, where the file has it.
    at = _time(line, cells.get("canceledAt") or cells["approvedAt"], zone)
    return _row(line, kind, (cells["paymentKey"], cells["transactionKey"]), abs(amount), money, at)


def _row(line: int, kind: str, numbers: tuple[str, str], amount: int, currency: str, at: datetime) -> FileRow:
    payment, reference = (number[:120] for number in numbers)
    if not payment or (kind == REFUND and not reference):
        raise _bad(line, _("The payment company's number is missing."))
    return FileRow(line, kind, payment, reference, amount, currency, at)


def _amount(line: int, text: str, currency: str) -> int:
    minor = from_wire(text.replace(",", ""), currency) if known_currency(currency) else None
    if minor is None or minor == 0:
        raise _bad(line, _("The amount cannot be read."))
    return minor


def _time(line: int, text: str, zone: ZoneInfo) -> datetime:
    try:
        found = parse_datetime(text)
        day = parse_date(text)
    except ValueError:
        found = day = None
    if found is None and day is not None:
        found = datetime(day.year, day.month, day.day, 12, tzinfo=zone)
    if found is None:
        raise _bad(line, _("The time cannot be read."))
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _bad(line: int, why: object) -> DomainError:
    if not line:
        return DomainError("bad_file", _("%(why)s"), why=why)
    return DomainError("bad_file", _("Line %(line)s: %(why)s"), line=line, why=why)
