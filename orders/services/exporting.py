"""A shop's orders out of the house: our own CSV (read back by the source `csv`) or a JSON object a line."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from orderdesk.accounts.models import Shop
from orderdesk.console.export import FORMULA_STARTS
from orderdesk.copying import among
from orders.models import Order, OrderLine, Payment, Shipment, ShipmentLine
from orders.sources.csv_cells import SEPARATOR
from orders.sources.csv_columns import COLUMNS
from orders.sources.parsing import Amounts
from orders.terms import ShipmentStatus

HEADINGS = [column.name for column in COLUMNS]
_CHUNK = 1000
# Columns of the order and the attribute each is read from, in the order of the file.
_TEXTS = {
    "order_number": "number",
    "status": "status",
    "currency": "currency",
    "customer_id": "customer__source_ref",
    "customer_name": "customer__name",
    "customer_email": "customer__email",
    "customer_phone": "customer__phone",
    "recipient_name": "recipient_name",
    "recipient_phone": "recipient_phone",
    "country": "country",
    "postcode": "postcode",
    "address1": "address1",
    "address2": "address2",
    "customer_note": "customer_note",
    "delivery_method": "delivery_method",
    "cancel_reason": "cancel_reason",
}
_TIMES = {
    "placed_at": "placed_at",
    "confirmed_at": "confirmed_at",
    "preparing_at": "preparing_at",
    "ready_at": "ready_at",
    "completed_at": "completed_at",
    "promised_from": "promised_from",
    "promised_until": "promised_until",
}
_ALONE = ("id", "shipping_total", "cancelled_at", "expired_at")
_FIELDS = (*_ALONE, *_TEXTS.values(), *_TIMES.values())
_TEXT_PLACES = [HEADINGS.index(name) for name in _TEXTS]
_TIME_PLACES = [HEADINGS.index(name) for name in _TIMES]
_TEXTS_FROM, _TIMES_FROM = len(_ALONE), len(_ALONE) + len(_TEXTS)
PLACE = {name: place for place, name in enumerate(HEADINGS)}


class Line(NamedTuple):
    """What is written of an order line."""

    pk: int
    sku: str
    name: str
    options: str
    quantity: int
    unit_price: int
    discount: int
    order_discount: int
    tax: int


class Parts(NamedTuple):
    """The rows that hang on a chunk's orders, by order."""

    lines: dict[int, list[Line]]
    payments: dict[int, list[tuple[Any, ...]]]
    parcels: dict[int, list[tuple[Any, ...]]]
    # Line → units in each parcel.
    held: dict[int, list[tuple[int, int]]]


def export_rows(shop: Shop) -> Iterator[list[str]]:
    """The heading, then a row per order line (one row for an order without lines); memory stays flat."""
    yield list(HEADINGS)
    write = _Writer(shop)
    for orders, parts in _chunks(shop):
        for order in orders:
            yield from write.rows(order, parts)


def export_objects(shop: Shop) -> Iterator[str]:
    """A JSON text per order with its lines; the same values as the CSV."""
    write = _Writer(shop)
    line_names = [column.name for column in COLUMNS if column.of_line]
    for orders, parts in _chunks(shop):
        for order in orders:
            rows = [dict(zip(HEADINGS, row, strict=True)) for row in write.rows(order, parts, guard=str)]
            said: dict[str, Any] = {name: v for name, v in rows[0].items() if v and name not in line_names}
            said["lines"] = [{name: row[name] for name in line_names if row[name]} for row in rows]
            yield json.dumps(said, ensure_ascii=False)


def _chunks(shop: Shop) -> Iterator[tuple[list[tuple[Any, ...]], Parts]]:
    last = 0
    while True:
        found = Order.objects.filter(shop=shop, pk__gt=last).order_by("pk").values_list(*_FIELDS)[:_CHUNK]
        orders = list(found)
        if not orders:
            return
        last = orders[-1][0]
        yield orders, _parts([order[0] for order in orders])


def _parts(ids: list[int]) -> Parts:
    parts = Parts(defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(list))
    columns = ("pk", "sku", "name", "options", "quantity", "unit_price", "discount", "order_discount", "tax")
    lines = among(OrderLine.objects.all(), "order_id", ids).order_by("order_id", "position")
    for order, *values in lines.values_list("order_id", *columns):
        parts.lines[order].append(Line(*values))
    payments = among(Payment.objects.all(), "order_id", ids).order_by("pk")
    told = ("method", "captured", "authorised", "captured_at", "detail")
    for order, *values in payments.values_list("order_id", *told):
        parts.payments[order].append(tuple(values))
    parcels = (
        among(Shipment.objects.all(), "order_id", ids)
        .exclude(status=ShipmentStatus.CANCELLED)
        .order_by("number")
    )
    places: dict[int, int] = {}
    seen = ("departed_at", "delivered_at", "carrier", "tracking_number")
    for pk, order, *values in parcels.values_list("pk", "order_id", *seen):
        parts.parcels[order].append(tuple(values))
        places[pk] = len(parts.parcels[order])
    units = among(ShipmentLine.objects.all(), "shipment_id", list(places)).order_by("shipment__number")
    for line, parcel, quantity in units.values_list("line_id", "shipment_id", "quantity"):
        if parcel in places:
            parts.held[line].append((places[parcel], quantity))
    return parts


class _Writer:
    """Writes orders of one shop: its zone, its currency's decimals."""

    def __init__(self, shop: Shop) -> None:
        self._zone: ZoneInfo = shop.zone
        self._money = Amounts(shop.currency).written

    def rows(
        self, order: tuple[Any, ...], parts: Parts, *, guard: Callable[[str], str] | None = None
    ) -> Iterator[list[str]]:
        guard = guard or _guarded
        lines = parts.lines.get(order[0], [])
        row = self._first(order, parts, sum(line.order_discount for line in lines), guard)
        if not lines and not row[PLACE["shipping"]]:
            # A reader then knows that no product is meant, and not that one was forgotten.
            row[PLACE["shipping"]] = self._money(0)
        parcels = len(parts.parcels.get(order[0], ()))
        for line in lines:
            self._line(row, line, _parcel(line, parts.held.get(line.pk, []), parcels), guard)
            yield row
            row = [""] * len(HEADINGS)
            row[PLACE["order_number"]] = order[_TEXTS_FROM]
        if not lines:
            yield row

    def _first(
        self, order: tuple[Any, ...], parts: Parts, discount: int, guard: Callable[[str], str]
    ) -> list[str]:
        row = [""] * len(HEADINGS)
        for place, value in zip(_TEXT_PLACES, order[_TEXTS_FROM:_TIMES_FROM], strict=True):
            if value:
                row[place] = guard(value)
        for place, value in zip(_TIME_PLACES, order[_TIMES_FROM:], strict=True):
            if value:
                row[place] = self._time(value)
        _pk, shipping, cancelled, expired = order[:_TEXTS_FROM]
        row[PLACE["shipping"]] = self._money(shipping) if shipping else ""
        row[PLACE["order_discount"]] = self._money(discount) if discount else ""
        row[PLACE["cancelled_at"]] = self._time(cancelled or expired)
        self._payments(row, parts.payments.get(order[0], ()))
        self._parcels(row, parts.parcels.get(order[0], ()), guard)
        return row

    def _line(self, row: list[str], line: Line, parcel: str, guard: Callable[[str], str]) -> None:
        row[PLACE["sku"]], row[PLACE["product"]] = guard(line.sku), guard(line.name)
        row[PLACE["options"]] = guard(line.options)
        row[PLACE["quantity"]], row[PLACE["unit_price"]] = str(line.quantity), self._money(line.unit_price)
        row[PLACE["line_discount"]] = self._money(line.discount) if line.discount else ""
        row[PLACE["line_tax"]] = self._money(line.tax) if line.tax else ""
        row[PLACE["parcel"]] = parcel

    def _payments(self, row: list[str], payments: Sequence[tuple[Any, ...]]) -> None:
        told = [
            (method, self._money(captured or authorised), self._time(at), detail)
            for method, captured, authorised, at, detail in payments
        ]
        _side_by_side(row, ("payment_method", "payment_amount", "paid_at", "payment_detail"), told)

    def _parcels(
        self, row: list[str], parcels: Sequence[tuple[Any, ...]], guard: Callable[[str], str]
    ) -> None:
        told = [
            (self._time(departed), self._time(delivered), guard(carrier), guard(number))
            for departed, delivered, carrier, number in parcels
        ]
        _side_by_side(row, ("shipped_at", "delivered_at", "carrier", "tracking_number"), told)

    def _time(self, at: datetime | None) -> str:
        return at.astimezone(self._zone).isoformat() if at else ""


def _side_by_side(row: list[str], names: Sequence[str], told: Sequence[tuple[str, ...]]) -> None:
    """One cell per name with a part for each of `told`; a cell without any part stays empty."""
    for name, values in zip(names, zip(*told, strict=True), strict=False):
        row[PLACE[name]] = SEPARATOR.join(values) if any(values) else ""


def _parcel(line: Line, held: list[tuple[int, int]], parcels: int) -> str:
    if not parcels or held == [(1, line.quantity)]:
        return ""
    return SEPARATOR.join(f"{number}:{units}" for number, units in held) or "0"


def _guarded(text: str) -> str:
    return "'" + text if text.startswith(FORMULA_STARTS) else text
