from orders.models.cancel_policy import CancelRule, CancelTerms
from orders.models.cancellation import Cancellation, CancellationLine
from orders.models.courier import CourierPing
from orders.models.deposit import Deposit
from orders.models.flag import OrderFlag
from orders.models.gateway import Discrepancy, GatewayAccount, Settlement
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
from orders.models.ledger import LedgerAccount, LedgerEntry, LedgerKind
from orders.models.line import OrderLine
from orders.models.link import AccessLink, LinkScope
from orders.models.note import Note
from orders.models.order import Order
from orders.models.payment import Payment
from orders.models.reason import Reason
from orders.models.refund import Refund, RefundAccount, RefundAttempt, RefundLine
from orders.models.shipment import Shipment, ShipmentLine, TrackingEvent
from orders.models.stock import StockItem, StockMove
from orders.models.tag import Tag
from orders.models.task import Task

__all__ = [
    "AccessLink",
    "Adjustment",
    "AdjustmentKind",
    "CancelRule",
    "CancelTerms",
    "Cancellation",
    "CancellationLine",
    "CourierPing",
    "Deposit",
    "Discrepancy",
    "DocumentKind",
    "GatewayAccount",
    "Hold",
    "ImportReject",
    "ImportRun",
    "ImportState",
    "ImportedRecord",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerKind",
    "LinkScope",
    "Note",
    "Order",
    "OrderFlag",
    "OrderLine",
    "Payment",
    "Reason",
    "Refund",
    "RefundAccount",
    "RefundAttempt",
    "RefundLine",
    "Settlement",
    "Shipment",
    "ShipmentLine",
    "StockItem",
    "StockMove",
    "Tag",
    "Task",
    "TrackingEvent",
]
