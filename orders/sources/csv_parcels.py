"""Parcels in our CSV: their times and numbers on the order's first row, which units they hold on each line's row."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from orders.sources.csv_cells import columns, parts
from orders.sources.parsing import fitting
from orders.sources.terms import BadCell, SourceOrder, SourceShipment
from orders.terms import DeliveryMethod, OrderStatus, ShipmentStatus

_NAMES = ("shipped_at", "delivered_at", "carrier", "tracking_number")
_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.COMPLETED)
_UNITS = re.compile(r"^(\d{1,4})(?:\s*:\s*(\d{1,9}))?$")
ReadTime = Callable[[str, str], datetime | None]


def parcels_of(
    order: SourceOrder, first: dict[str, str], lines: Sequence[tuple[str, int]], time: ReadTime
) -> tuple[SourceShipment, ...]:
    """The order's parcels; `lines` gives each line's cell `parcel` and its quantity. BadCell when they do not fit."""
    sent = order.status in (*_ARRIVED, OrderStatus.IN_DELIVERY)
    if not sent and not any(first[name] for name in _NAMES):
        return ()
    told = list(columns(first, _NAMES))
    held = _held(lines, len(told))
    return tuple(_parcel(order, cells, held[i], time) for i, cells in enumerate(told))


def _held(lines: Sequence[tuple[str, int]], parcels: int) -> list[list[tuple[int, int]]]:
    """For each parcel pairs of line position and units."""
    held: list[list[tuple[int, int]]] = [[] for _parcel in range(parcels)]
    for position, (cell, quantity) in enumerate(lines, start=1):
        units = [_pair(part, quantity) for part in parts(cell or "1")]
        if sum(count for _number, count in units) > quantity:
            raise BadCell("parcel", "bad_parcel")
        for number, count in units:
            if number > parcels:
                raise BadCell("parcel", "no_parcel", value=number)
            if number and count:
                held[number - 1].append((position, count))
    return held


def _pair(text: str, quantity: int) -> tuple[int, int]:
    match = _UNITS.match(text)
    if match is None:
        raise BadCell("parcel", "bad_parcel")
    number, units = match.groups()
    # 0 stands for "in no parcel yet".
    return int(number), int(units) if units else (quantity if int(number) else 0)


def _parcel(
    order: SourceOrder, cells: tuple[str, ...], held: list[tuple[int, int]], time: ReadTime
) -> SourceShipment:
    shipped, delivered, carrier, number = cells
    departed_at, delivered_at = time(shipped, "shipped_at"), time(delivered, "delivered_at")
    status = ShipmentStatus.PLANNED
    if delivered_at or order.status in _ARRIVED:
        status = ShipmentStatus.DELIVERED
    elif departed_at or order.status == OrderStatus.IN_DELIVERY:
        by_courier = order.delivery_method == DeliveryMethod.COURIER
        status = ShipmentStatus.PICKED_UP if by_courier else ShipmentStatus.HANDED_OVER
    return SourceShipment(
        status=status,
        departed_at=departed_at,
        delivered_at=delivered_at,
        carrier=fitting(carrier, "carrier", 20),
        tracking_number=fitting(number, "tracking_number", 40),
        units=tuple(held),
        all_units=False,
    )
