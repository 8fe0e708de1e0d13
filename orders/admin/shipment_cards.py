"""Shipments as the order's page shows them, each with its next steps, open or with the guard's reason against them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language

from orders.carriers import carrier_name, tracking_url
from orders.models import Order, Shipment, TrackingEvent
from orders.shipment_guards import FOLLOWS_ORDER, not_asked_back, why_not_shipment
from orders.terms import BEFORE_HANDOVER, ON_THE_WAY, DeliveryMethod, ShipmentStatus


@dataclass(frozen=True, slots=True)
class NextStep:
    """An action of a shipment's card; `why_not` greys it."""

    name: str
    why_not: str | Promise = ""


@dataclass(frozen=True, slots=True)
class ShipmentCard:
    """A shipment as the page shows it, with the steps it may take next."""

    shipment: Shipment
    tone: str
    carrier: str
    url: str
    units: list[tuple[str, int]]
    scans: list[TrackingEvent]
    steps: list[NextStep]


_TONES = {ShipmentStatus.DELIVERED: "done", ShipmentStatus.CANCELLED: "idle"}
_BAD = (ShipmentStatus.LOST, ShipmentStatus.RETURNED, ShipmentStatus.EXCEPTION, ShipmentStatus.ATTEMPT_FAILED)


def shipment_cards(order: Order) -> list[ShipmentCard]:
    """The order's shipments; their lines are the order's own rows, so that no shipment asks again."""
    lines = {line.pk: line for line in order.lines.all()}
    language = get_language() or "ko"
    for shipment in order.shipments.all():
        for row in shipment.lines.all():
            row.line = lines[row.line_id]
    return [
        ShipmentCard(
            shipment=shipment,
            tone=_TONES.get(ShipmentStatus(shipment.status), "bad" if shipment.status in _BAD else "moving"),
            carrier=carrier_name(shipment.carrier, language) if shipment.carrier else "",
            url=tracking_url(shipment.carrier, shipment.tracking_number),
            units=[(row.line.name, row.quantity) for row in shipment.lines.all()],
            scans=getattr(shipment, "latest_scans", []),
            steps=[NextStep(name, _why_not(shipment, name)) for name in _next_steps(shipment)],
        )
        for shipment in order.shipments.all()
    ]


# What packers do with a parcel before it leaves, in the order of the work.
_IN_THE_HOUSE: dict[ShipmentStatus, tuple[str, ...]] = {
    ShipmentStatus.PLANNED: ("pick", "pack"),
    ShipmentStatus.PICKING: ("pick", "pack"),
    ShipmentStatus.PICKED: ("pass_check", "fail_check", "pack"),
    ShipmentStatus.QUALITY_CHECKED: ("pack", "fail_check"),
}
# What the services ask the guards before these steps; the status already allows every step that is shown.
_VERBS = {
    "pick": "pick",
    "pass_check": "pass_check",
    "fail_check": "fail_check",
    "pack": "pack",
    "hand_over": "hand_over",
    "courier_departs": "depart",
    "short_ship": "short_ship",
    "waybill": "enter_waybill",
}


def _why_not(shipment: Shipment, name: str) -> str | Promise:
    if name not in _VERBS:
        return ""
    refusal = why_not_shipment(shipment, _VERBS[name])
    if refusal and refusal.code == "cancelled_units" and _will_fit(shipment):
        refusal = not_asked_back(shipment) if name != "pick" else None
    return refusal.message if refusal else ""


def _will_fit(shipment: Shipment) -> bool:
    """Whether the service takes cancelled units out first and something is left then."""
    left = any(row.line.to_ship > 0 for row in shipment.lines.all())
    return left and shipment.status in FOLLOWS_ORDER


def _next_steps(shipment: Shipment) -> list[str]:
    status = shipment.status
    if status in (ShipmentStatus.LOST, ShipmentStatus.RETURNED):
        return ["reship"]
    if status in ON_THE_WAY:
        # A mistyped waybill can be put right until the carrier's first scan.
        mend = (
            ["waybill"]
            if (status, shipment.method) == (ShipmentStatus.HANDED_OVER, DeliveryMethod.PARCEL)
            else []
        )
        return ["delivered", *mend, "came_back", "lost"]
    if status not in BEFORE_HANDOVER:
        return []
    if shipment.method == DeliveryMethod.COURIER:
        courier = ["courier_departs", "courier_link"] if status == ShipmentStatus.COURIER_ASSIGNED else []
        return [*courier, "short_ship", "cancel_shipment"]
    out = ["hand_over"] if shipment.tracking_number else []
    return [*_IN_THE_HOUSE.get(ShipmentStatus(status), ()), *out, "waybill", "short_ship", "cancel_shipment"]
