"""What the shipment tests share: orders ready to ship, and the events that a step left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.events.models import Event
from orders.models import Order
from orders.services.scans import Scan
from orders.services.shipments import plan_shipment
from orders.services.waybills import enter_waybill
from orders.terms import OrderStatus, TrackingCode
from tests.builders import STAFF, make_order, make_shop

CJ_NUMBER = "650012345678"
# The same with the last digit that its carrier would give it.
CJ_FITTING = "650012345675"


def parcel_order(*quantities: int, **values: Any) -> Order:
    """A confirmed parcel order with one line per quantity (one unit if none is given)."""
    return make_order(**{"status": OrderStatus.CONFIRMED, "quantities": quantities or (1,)} | values)


def food_order(**values: Any) -> Order:
    return make_order(make_shop(kind=OrderKind.FOOD), **{"status": OrderStatus.READY} | values)


def waybilled(order: Order, number: str = CJ_NUMBER) -> int:
    """The id of a planned shipment of the whole order with a waybill of CJ."""
    shipment = plan_shipment(order.pk, actor=STAFF)
    enter_waybill(shipment.pk, carrier="cj", number=number, actor=STAFF)
    return shipment.pk


def scan(
    code: str = TrackingCode.IN_TRANSIT, *, hours: float = 0, words: str = "", where: str = "대전"
) -> Scan:
    """A scan `hours` from now (negative: ago)."""
    return Scan(clock.now() + timedelta(hours=hours), code, words, where)


def kinds(order: Order) -> list[str]:
    return list(Event.objects.filter(subject_id=order.pk).order_by("id").values_list("kind", flat=True))


def soon(hours: int) -> datetime:
    return clock.now() + timedelta(hours=hours)
