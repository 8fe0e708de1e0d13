"""The rows of one order in our CSV, read into what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orderdesk.accounts.phones import phone_digits
from orders.sources import Reading
from orders.sources.csv_cells import choice, columns, parts
from orders.sources.csv_columns import COLUMNS
from orders.sources.csv_parcels import parcels_of
from orders.sources.oddities import csv_flags
from orders.sources.parsing import Amounts, fitting, moment_or_none, required, whole
from orders.sources.terms import (
    BadCell,
    Row,
    SourceAddress,
    SourceCustomer,
    SourceLine,
    SourceOrder,
    SourcePayment,
    SourceTimes,
)
from orders.terms import CancelReason, DeliveryMethod, OrderStatus, PaymentMethod

S = OrderStatus
Cells = dict[str, str]
Wrong = list[tuple[Row, BadCell]]
T = TypeVar("T")
_NAMES = tuple(column.name for column in COLUMNS)
_PARCEL = _NAMES.index("parcel")
_SURELY_PAID = (S.PLACED, S.CONFIRMED, S.PREPARING, S.READY, S.IN_DELIVERY, S.DELIVERED, S.COMPLETED)
_OF_ORDER = tuple(column.name for column in COLUMNS if not column.of_line)
# A status that is not given is what the latest known time says.
_BY_TIME = (
    ("cancelled", S.CANCELLED),
    ("completed", S.COMPLETED),
    ("delivered", S.DELIVERED),
    ("departed", S.IN_DELIVERY),
    ("ready", S.READY),
    ("preparing", S.PREPARING),
    ("confirmed", S.CONFIRMED),
    ("paid", S.PLACED),
)


class OrderReader:
    """Reads orders of one shop: its currency, its zone."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._amounts = Amounts(reading.currency)

    def read(self, rows: Sequence[Row]) -> tuple[SourceOrder | None, Wrong]:
        """The order, or the first bad cell of each of its rows."""
        wrong: Wrong = []
        first = dict(zip(_NAMES, rows[0].cells, strict=True))
        order = _tried(wrong, rows[0], self._order, first)
        lines: list[SourceLine] = []
        for row in rows if _lists_items(rows, first) else ():
            cells = dict(zip(_NAMES, row.cells, strict=True))
            line = _tried(wrong, row, self._line, cells, first)
            lines += [line] if line else []
        if wrong or order is None:
            return None, _first_of_each_row(wrong)
        if lines:
            order = replace(order, lines=tuple(lines))
        else:
            # Only the sum is known: what was paid, less the shipping that is told apart.
            paid = sum(payment.amount for payment in order.payments)
            order = replace(order, unlisted=max(0, paid - order.shipping))
        finished = _tried(wrong, rows[0], self._with_parcels, order, first, rows if lines else ())
        return finished, wrong

    def _line(self, cells: Cells, first: Cells) -> SourceLine:
        for name in _OF_ORDER:
            if cells[name] and cells[name] != first[name]:
                raise BadCell(name, "differs", value=cells[name], first=first[name])
        return SourceLine(
            name=required(cells["product"], "product", 200),
            quantity=whole(cells["quantity"] or "1", "quantity"),
            unit_price=self._amount(cells, "unit_price"),
            sku=fitting(cells["sku"], "sku", 64),
            options=fitting(cells["options"], "options", 200),
            discount=self._amount(cells, "line_discount"),
            tax=self._amount(cells, "line_tax"),
        )

    def _order(self, cells: Cells) -> SourceOrder:
        times = self._times(cells)
        status = choice(cells["status"], "status", OrderStatus) or _told_by(times, cells)
        payments = self._payments(cells, status)
        return SourceOrder(
            ref=cells["order_number"],
            number=required(cells["order_number"], "order_number", 40),
            status=status,
            times=times,
            customer=_customer(cells),
            lines=(),
            payments=payments,
            address=self._address(cells),
            shipping=self._amount(cells, "shipping"),
            order_discount=self._amount(cells, "order_discount"),
            cancel_reason=_reason(cells, status),
            customer_note=fitting(cells["customer_note"], "customer_note", 500),
            delivery_method=choice(cells["delivery_method"], "delivery_method", DeliveryMethod),
            currency=cells["currency"].upper(),
            pays_later=any(payment.method == PaymentMethod.CASH_ON_DELIVERY for payment in payments),
        )

    def _times(self, cells: Cells) -> SourceTimes:
        placed = self._time(cells, "placed_at")
        if placed is None:
            raise BadCell("placed_at", "empty")
        return SourceTimes(
            placed=placed,
            paid=self._earliest(cells, "paid_at"),
            confirmed=self._time(cells, "confirmed_at"),
            preparing=self._time(cells, "preparing_at"),
            ready=self._time(cells, "ready_at"),
            departed=self._earliest(cells, "shipped_at"),
            delivered=self._latest(cells, "delivered_at"),
            completed=self._time(cells, "completed_at"),
            cancelled=self._time(cells, "cancelled_at"),
            promised_from=self._time(cells, "promised_from"),
            promised_until=self._time(cells, "promised_until"),
        )

    def _with_parcels(self, order: SourceOrder, first: Cells, rows: Sequence[Row]) -> SourceOrder:
        told = [(row.cells[_PARCEL], line.quantity) for row, line in zip(rows, order.lines, strict=True)]
        with_parcels = replace(order, shipments=parcels_of(order, first, told, self._moment))
        return replace(with_parcels, flags=csv_flags(with_parcels, self._amounts))

    def _moment(self, text: str, column: str) -> datetime | None:
        return moment_or_none(text, column, self._reading.zone)

    def _time(self, cells: Cells, name: str) -> datetime | None:
        return moment_or_none(cells[name], name, self._reading.zone)

    def _each_time(self, cells: Cells, name: str) -> list[datetime]:
        found = (moment_or_none(part, name, self._reading.zone) for part in parts(cells[name]))
        return [at for at in found if at]

    def _earliest(self, cells: Cells, name: str) -> datetime | None:
        return min(self._each_time(cells, name), default=None)

    def _latest(self, cells: Cells, name: str) -> datetime | None:
        return max(self._each_time(cells, name), default=None)

    def _payments(self, cells: Cells, status: str) -> tuple[SourcePayment, ...]:
        names = ("payment_method", "payment_amount", "paid_at", "payment_detail")
        if not cells["payment_amount"]:
            return ()
        return tuple(
            self._payment(dict(zip(names, told, strict=True)), status) for told in columns(cells, names)
        )

    def _payment(self, cells: Cells, status: str) -> SourcePayment:
        method = choice(cells["payment_method"], "payment_method", PaymentMethod) or PaymentMethod.OTHER
        at = self._time(cells, "paid_at")
        certain = status in _SURELY_PAID and method != PaymentMethod.CASH_ON_DELIVERY
        amount = self._amount(cells, "payment_amount")
        detail = fitting(cells["payment_detail"], "payment_detail", 120)
        return SourcePayment(method, amount, bool(at) or certain, at, detail)

    def _address(self, cells: Cells) -> SourceAddress:
        return SourceAddress(
            name=fitting(cells["recipient_name"] or cells["customer_name"], "recipient_name", 120),
            phone=phone_digits(cells["recipient_phone"] or cells["customer_phone"]),
            country=fitting((cells["country"] or self._reading.country).upper(), "country", 2),
            postcode=fitting(cells["postcode"], "postcode", 12),
            address1=fitting(cells["address1"], "address1", 200),
            address2=fitting(cells["address2"], "address2", 200),
        )

    def _amount(self, cells: Cells, name: str) -> int:
        # People write 24,000원 and ₩24,000; a decimal comma is not taken for one.
        text = cells[name].replace(",", "").strip("₩￦$£€원 ")
        amount = self._amounts.minor(text, name) if text else 0
        if amount < 0:
            raise BadCell(name, "negative")
        return amount


def _lists_items(rows: Sequence[Row], first: Cells) -> bool:
    """Off for an order whose only row names no product at all but says what was paid or shipped."""
    named = any(first[name] for name in ("product", "sku", "quantity", "unit_price"))
    return len(rows) > 1 or named or not (first["payment_amount"] or first["shipping"])


def _tried(wrong: Wrong, row: Row, read: Callable[..., T], *given: Any) -> T | None:
    try:
        return read(*given)
    except BadCell as bad:
        wrong.append((row, bad))
        return None


def _first_of_each_row(wrong: Wrong) -> Wrong:
    return list({row.line: (row, bad) for row, bad in reversed(wrong)}.values())[::-1]


def _told_by(times: SourceTimes, cells: Cells) -> str:
    known = (status for name, status in _BY_TIME if getattr(times, name))
    later = PaymentMethod.CASH_ON_DELIVERY in parts(cells["payment_method"]) or not cells["payment_amount"]
    return next(known, S.PLACED if later else S.AWAITING_PAYMENT)


def _reason(cells: Cells, status: str) -> str:
    reason = choice(cells["cancel_reason"], "cancel_reason", CancelReason)
    return reason or (CancelReason.UNKNOWN if status == S.CANCELLED else "")


def _customer(cells: Cells) -> SourceCustomer:
    email = fitting(cells["customer_email"], "customer_email", 254)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise BadCell("customer_email", "bad_mail", value=email) from None
    return SourceCustomer(
        ref=fitting(cells["customer_id"], "customer_id", 80),
        name=fitting(cells["customer_name"], "customer_name", 120),
        email=email,
        phone=cells["customer_phone"],
    )
