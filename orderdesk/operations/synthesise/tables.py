"""Which columns the generated rows fill; what they leave out takes the model's own default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from orderdesk.accounts.models import Customer
from orderdesk.events.models import Event
from orderdesk.notifications.models import Message
from orders.models import (
    Cancellation,
    CancellationLine,
    Hold,
    Order,
    OrderLine,
    Payment,
    Refund,
    RefundLine,
    Shipment,
    ShipmentLine,
    TrackingEvent,
)

Row = tuple[Any, ...]


class Table:
    """A model's table with the columns that rows name, and a constant for every other one that must not be null."""

    def __init__(self, model: type[models.Model], *columns: str) -> None:
        self.model, self.name = model, model._meta.db_table
        constants = {
            field.column: field.get_db_prep_save(field.get_default(), connection)
            for field in model._meta.concrete_fields
            if field.column not in columns and not field.null and not field.primary_key
        }
        self.columns = (*columns, *constants)
        self.constants: Row = tuple(constants.values())

    def full(self, rows: Iterable[Row]) -> Iterable[Row]:
        constants = self.constants
        return (row + constants for row in rows)

    def last_id(self) -> int:
        found = self.model._default_manager.aggregate(last=models.Max("pk"))["last"]
        return int(found or 0)


def money_tables() -> dict[str, Table]:
    """Cancellations and what went back; written after the rest, under the guards of the database."""
    return {
        "cancellations": Table(Cancellation, *CANCELLATION),
        "cancellation_lines": Table(CancellationLine, "id", "cancellation_id", "line_id", "quantity"),
        "refunds": Table(Refund, *REFUND),
        "refund_lines": Table(
            RefundLine, *("id", "refund_id", "component", "order_line_id", "quantity", "amount", "rule")
        ),
    }


def tables() -> dict[str, Table]:
    """By the name of the generator's stream, in an order that foreign keys allow."""
    return {
        "customers": Table(
            Customer, *("id", "shop_id", "name", "email", "phone", "phone_tail", "language", "created_at")
        ),
        "orders": Table(Order, *ORDER),
        "lines": Table(OrderLine, *LINE),
        "payments": Table(Payment, *PAYMENT),
        "shipments": Table(Shipment, *SHIPMENT),
        "shipment_lines": Table(ShipmentLine, "id", "shipment_id", "line_id", "quantity"),
        "scans": Table(TrackingEvent, "id", "shipment_id", "at", "code", "raw_status", "location"),
        "holds": Table(Hold, "id", "order_id", "reason", "held_at"),
        "events": Table(Event, *EVENT),
        "messages": Table(Message, *MESSAGE),
    }


ORDER = (
    *("id", "shop_id", "number", "public_id", "kind", "status", "held_from", "delivery_method", "currency"),
    *("goods_total", "shipping_total", "tax_total", "total", "captured_total", "refunded_total"),
    *("payment_state", "fulfilment_state", "customer_id", "recipient_name", "recipient_phone", "postcode"),
    *("address1", "address2", "placed_at", "paid_at", "confirmed_at", "departed_at", "delivered_at"),
    *("completed_at", "cancelled_at", "expired_at", "cancel_reason", "pay_by", "accept_by", "ship_by"),
    *("complete_after", "promised_from", "promised_until", "legal_regime", "source"),
)
LINE = (
    *("id", "order_id", "position", "sku", "name", "options", "quantity", "unit_price", "tax", "paid"),
    *("cancelled_quantity", "shipped_quantity"),
)
PAYMENT = (
    *("id", "order_id", "method", "gateway", "reference", "currency", "authorised", "captured"),
    *("authorised_at", "captured_at"),
)
CANCELLATION = (
    *(
        "id",
        "order_id",
        "status",
        "requested_at",
        "requested_by_kind",
        "reason_id",
        "order_status",
        "outcome",
    ),
    *("decision", "quote", "decided_at"),
)
REFUND = (
    *("id", "order_id", "payment_id", "cancellation_id", "amount", "currency", "status", "source", "cause"),
    *("key", "request_hash", "quote", "reason", "created_at", "due_at"),
)
SHIPMENT = (
    *("id", "order_id", "number", "method", "status", "carrier", "tracking_number", "packed_at"),
    *("handed_over_at", "first_scan_at", "departed_at", "delivered_at", "created_at"),
)
EVENT = (
    *(
        "id",
        "at",
        "kind",
        "shop_id",
        "subject_kind",
        "subject_id",
        "actor_kind",
        "data",
        "position",
        "digest",
    ),
)
MESSAGE = (
    *(
        "id",
        "shop_id",
        "event_id",
        "subject_kind",
        "subject_id",
        "customer_id",
        "kind",
        "channel",
        "recipient",
    ),
    *("language", "subject_line", "body_text", "link_for", "state", "due_at", "attempts", "header_id"),
    *("created_at", "handed_over_at", "accepted_at", "delivered_at"),
)
