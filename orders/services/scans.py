"""Carriers' scans: kept once each, the decisive one moves the shipment, and the first that proves it moves the order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.translation import gettext

from orderdesk import clock
from orderdesk.events.actor import CARRIER, Actor
from orders.axes import refresh_shipped
from orders.carriers.priority import decisive
from orders.guards import why_not
from orders.models import Shipment, TrackingEvent
from orders.services.locking import touch
from orders.services.shipments import end, leave, locked_shipment, note_step
from orders.services.tasks import open_task
from orders.terms import BEFORE_HANDOVER, CLOSED_SHIPMENT, OrderStatus, ShipmentStatus, TaskKind, TrackingCode

S, C = ShipmentStatus, TrackingCode
# A label alone proves nothing: only these say that the carrier has the parcel.
_PROOF = frozenset(C.values) - {C.INFORMATION_RECEIVED}
# Carriers use numbers again; a scan from before the order was placed belongs to another parcel.
_EARLIEST, _LATEST = timedelta(days=1), timedelta(days=1)

_TARGETS: dict[str, str] = {
    C.COLLECTED: S.IN_TRANSIT,
    C.IN_TRANSIT: S.IN_TRANSIT,
    C.OUT_FOR_DELIVERY: S.OUT_FOR_DELIVERY,
    C.AVAILABLE_FOR_PICKUP: S.OUT_FOR_DELIVERY,
    C.ATTEMPT_FAILED: S.ATTEMPT_FAILED,
    C.EXCEPTION: S.EXCEPTION,
    C.RETURNING: S.RETURNING,
    C.DELIVERED: S.DELIVERED,
}
_STEPS: dict[str, Callable[[Shipment, datetime], None]] = {
    S.IN_TRANSIT: lambda shipment, at: shipment.scan_in_transit(at),
    S.OUT_FOR_DELIVERY: lambda shipment, at: shipment.scan_out_for_delivery(at),
    S.ATTEMPT_FAILED: lambda shipment, _at: shipment.fail_attempt(),
    S.EXCEPTION: lambda shipment, _at: shipment.raise_exception(),
    S.RETURNING: lambda shipment, _at: shipment.send_back(),
    S.DELIVERED: lambda shipment, at: shipment.deliver(at),
}
_KINDS: dict[str, str] = {
    S.ATTEMPT_FAILED: "shipment.attempt_failed",
    S.EXCEPTION: "shipment.exception",
    S.RETURNING: "shipment.returning",
    S.DELIVERED: "shipment.delivered",
}


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: when, what it means, the carrier's own words, where."""

    at: datetime
    code: str
    words: str = ""
    where: str = ""


def record_scans(shipment_id: int, scans: Sequence[Scan], *, actor: Actor = CARRIER) -> int:
    """Keep the scans that are new and plausible, move shipment and order by the decisive one; returns how many were new.

    The same scans again change nothing. A scan never moves a parcel backwards, and a truth is never refused: a parcel
    that moves although its order may not opens a task for staff.
    """
    with locked_shipment(shipment_id) as shipment:
        new = _keep(shipment, scans)
        if new:
            _follow(shipment, actor)
            touch(shipment.order_id)
    return new


def _keep(shipment: Shipment, scans: Sequence[Scan]) -> int:
    known = set(shipment.tracking_events.values_list("at", "raw_status", "location"))
    earliest = min(shipment.order.placed_at, shipment.created_at) - _EARLIEST
    fresh: dict[tuple[datetime, str, str], TrackingEvent] = {}
    for scan in scans:
        key = (scan.at, scan.words[:120] or scan.code, scan.where[:120])
        if key not in known and earliest <= scan.at <= clock.now() + _LATEST:
            fresh[key] = TrackingEvent(
                shipment=shipment, at=scan.at, code=scan.code, raw_status=key[1], location=key[2]
            )
    TrackingEvent.objects.bulk_create(fresh.values())
    return len(fresh)


def _follow(shipment: Shipment, actor: Actor) -> None:
    events = list(shipment.tracking_events.all())
    scan = decisive(events)
    if scan is None or scan.code not in _PROOF:
        return
    if shipment.status in CLOSED_SHIPMENT:
        _report_oddity(shipment, actor)
        return
    first = min(event.at for event in events if event.code in _PROOF)
    was, had_left = shipment.status, shipment.departed_at is not None
    _move(shipment, _TARGETS[scan.code], scan.at, first)
    shipment.save(update_fields=["status", "first_scan_at", "departed_at", "delivered_at"])
    if shipment.status != was:
        kind = _KINDS.get(shipment.status, "shipment.scanned")
        note_step(shipment, kind, actor, code=scan.code, status=shipment.status, at=scan.at.isoformat())
    _move_order(shipment, actor, first=first, at=scan.at, had_left=had_left)


def _move(shipment: Shipment, target: str, at: datetime, first: datetime) -> None:
    if shipment.status in BEFORE_HANDOVER and target not in (S.DELIVERED, S.OUT_FOR_DELIVERY, S.IN_TRANSIT):
        shipment.scan_in_transit(first)
    if shipment.status != target:
        _STEPS[target](shipment, at)
    shipment.first_scan_at = min(shipment.first_scan_at or first, first)
    shipment.departed_at = min(shipment.departed_at or first, first)


def _move_order(shipment: Shipment, actor: Actor, *, first: datetime, at: datetime, had_left: bool) -> None:
    order = shipment.order
    if order.status != OrderStatus.IN_DELIVERY:
        refresh_shipped(order)
        if why_not(order, "depart"):
            # It has left all the same; the sentence tells staff why the order did not follow.
            order.save(update_fields=["fulfilment_state"])
            _tell_staff(shipment, actor)
            return
    if order.status != OrderStatus.IN_DELIVERY or not had_left:
        leave(shipment, actor=actor, at=first, proof="scan")
    if shipment.status in CLOSED_SHIPMENT:
        end(shipment, actor=actor, at=at)


def _report_oddity(shipment: Shipment, actor: Actor) -> None:
    """A cancelled or lost parcel that a carrier scans, as against a late scan of a delivered one."""
    if shipment.status in (S.CANCELLED, S.LOST):
        _tell_staff(shipment, actor)


def _tell_staff(shipment: Shipment, actor: Actor) -> None:
    with translation.override(shipment.order.shop.language):
        detail = gettext("The carrier moves parcel %(number)s although it should not be on its way.")
        open_task(shipment.order, TaskKind.PROBLEM, detail=detail % {"number": shipment}, actor=actor)
