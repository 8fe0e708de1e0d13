"""The two derived axes of an order, computed here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable

from orders.models import Order, OrderLine, ShipmentLine
from orders.sums import DEAD, balance, to_give_back
from orders.terms import ON_THE_WAY, FulfilmentState, PaymentState, ShipmentStatus


def payment_state(order: Order) -> PaymentState:
    """Where the money stands, from what the order costs now, what came in and what went back."""
    if to_give_back(order):
        # Money that was simply paid too much, or money that a cancellation or goodwill made due.
        return PaymentState.REFUND_DUE if _shrunk(order) else PaymentState.OVERPAID
    if order.captured_total and order.refunded_total == order.captured_total:
        return PaymentState.REFUNDED
    if order.status in DEAD and not order.captured_total:
        return PaymentState.NOTHING_DUE
    if balance(order) > 0:
        return _still_due(order)
    if order.refunded_total:
        return PaymentState.PARTLY_REFUNDED
    return PaymentState.PAID if order.captured_total else PaymentState.NOTHING_DUE


def _shrunk(order: Order) -> bool:
    return order.status in DEAD or bool(order.cancelled_total or order.refunded_total)


def _still_due(order: Order) -> PaymentState:
    if order.captured_total:
        return PaymentState.PARTLY_PAID
    return PaymentState.PAY_LATER if order.pays_later else PaymentState.UNPAID


def fulfilment_state(order: Order, lines: Iterable[OrderLine], delivered_units: int) -> FulfilmentState:
    """Where the goods stand; `delivered_units` counts units of delivered shipments."""
    lines = list(lines)
    wanted = sum(line.quantity - line.cancelled_quantity for line in lines)
    shipped = sum(line.shipped_quantity for line in lines)
    if order.status in DEAD or wanted == 0:
        return FulfilmentState.NOTHING_TO_SHIP
    if delivered_units >= wanted:
        return FulfilmentState.DELIVERED
    if delivered_units > 0:
        return FulfilmentState.PARTLY_DELIVERED
    if shipped >= wanted:
        return FulfilmentState.SHIPPED
    return FulfilmentState.PARTLY_SHIPPED if shipped > 0 else FulfilmentState.UNFULFILLED


def refresh_fulfilment(order: Order) -> None:
    """Count again from the rows and set the axis on `order` (the caller saves)."""
    units = ShipmentLine.objects.filter(shipment__order=order, shipment__status=ShipmentStatus.DELIVERED)
    delivered = sum(units.values_list("quantity", flat=True))
    order.fulfilment_state = fulfilment_state(order, order.lines.all(), delivered)


def refresh_shipped(order: Order) -> None:
    """Set each line's shipped quantity from the shipments that have left, then the axis."""
    left = [*ON_THE_WAY, ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.LOST]
    lines = list(order.lines.all())
    shipped: dict[int, int] = {}
    for line_id, quantity in ShipmentLine.objects.filter(
        shipment__order=order, shipment__status__in=left, shipment__replaced_by=None
    ).values_list("line_id", "quantity"):
        shipped[line_id] = shipped.get(line_id, 0) + quantity
    for line in lines:
        line.shipped_quantity = shipped.get(line.pk, 0)
    OrderLine.objects.bulk_update(lines, ["shipped_quantity"])
    refresh_fulfilment(order)
