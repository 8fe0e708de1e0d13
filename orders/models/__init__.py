from orders.models.courier import CourierPing
from orders.models.deposit import Deposit
from orders.models.flag import OrderFlag
from orders.models.hold import Hold
from orders.models.imports import (
    Adjustment,
    AdjustmentKind,
    DocumentKind,
    ImportedRecord,
    ImportReject,
    ImportRun,
    ImportState,
)
from orders.models.line import OrderLine
from orders.models.link import AccessLink, LinkScope
from orders.models.note import Note
from orders.models.order import Order
from orders.models.payment import Payment
from orders.models.shipment import Shipment, ShipmentLine, TrackingEvent
from orders.models.tag import Tag
from orders.models.task import Task

__all__ = [
    "AccessLink",
    "Adjustment",
    "AdjustmentKind",
    "CourierPing",
    "Deposit",
    "DocumentKind",
    "Hold",
    "ImportReject",
    "ImportRun",
    "ImportState",
    "ImportedRecord",
    "LinkScope",
    "Note",
    "Order",
    "OrderFlag",
    "OrderLine",
    "Payment",
    "Shipment",
    "ShipmentLine",
    "Tag",
    "Task",
    "TrackingEvent",
]
