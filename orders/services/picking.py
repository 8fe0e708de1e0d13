"""What happens to goods in the house: picked, checked, packed; what is missing is cancelled and told."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.models import Order, Shipment
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.desk import add_note
from orders.services.locking import save_change
from orders.services.shipments import (
    fit_units,
    locked_shipment,
    note_step,
    require_shipment,
    save_step,
    take_out,
)
from orders.services.stop import hold_order
from orders.terms import CancelReason, CheckFinding, HoldReason, ShipmentStatus

# Why an order waits after a failed check.
_HOLDS: dict[str, str] = {
    CheckFinding.DAMAGED: HoldReason.STOCK,
    CheckFinding.WRONG: HoldReason.ACCIDENT,
    CheckFinding.MISSING: HoldReason.STOCK,
    CheckFinding.EXPIRED: HoldReason.STOCK,
    CheckFinding.OTHER: HoldReason.OTHER,
}


def start_picking(shipment_id: int, *, actor: Actor) -> Shipment:
    """Somebody walks to the shelves."""
    with locked_shipment(shipment_id) as shipment:
        fit_units(shipment)
        require_shipment(shipment, "start_picking")
        shipment.start_picking()
        save_step(shipment, ["picked_at", "checked_at"], "shipment.picking", actor)
    return shipment


def pick(shipment_id: int, *, actor: Actor) -> Shipment:
    """Everything is off the shelves."""
    with locked_shipment(shipment_id) as shipment:
        fit_units(shipment)
        require_shipment(shipment, "pick")
        shipment.pick(clock.now())
        save_step(shipment, ["picked_at"], "shipment.picked", actor)
    return shipment


def pass_check(shipment_id: int, *, actor: Actor) -> Shipment:
    """The quality check found nothing."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "pass_check")
        shipment.pass_check(clock.now())
        save_step(shipment, ["checked_at"], "shipment.quality_checked", actor)
    return shipment


def fail_check(
    shipment_id: int, *, finding: str, actor: Actor, detail: str = "", hold: bool = False
) -> Shipment:
    """The quality check found something (a CheckFinding): back to picking, or to `short_ship` what has no replacement.

    `detail` becomes a note for colleagues; `hold` stops the order until somebody decides. DomainError: `no_reason`.
    """
    if finding not in CheckFinding.values:
        raise DomainError("no_reason", _("Choose the reason."))
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "fail_check")
        shipment.start_picking()
        save_step(shipment, ["picked_at", "checked_at"], "shipment.check_failed", actor, finding=finding)
        if hold:
            hold_order(shipment.order_id, actor=actor, reason=_HOLDS[finding], note=detail)
        elif detail:
            add_note(shipment.order_id, detail, actor=actor)
    return shipment


def pack(shipment_id: int, *, actor: Actor) -> Shipment:
    """The parcel is closed; from now on the order's address and lines stay as they are."""
    with locked_shipment(shipment_id) as shipment:
        fit_units(shipment)
        require_shipment(shipment, "pack")
        shipment.pack(clock.now())
        save_step(shipment, ["picked_at", "packed_at"], "shipment.packed", actor)
    return shipment


def short_ship(shipment_id: int, missing: Mapping[int, int], *, actor: Actor) -> Shipment:
    """Cancel units ({line id: quantity}) that cannot be shipped: the money goes back, the customer is told.

    DomainError: `too_many_units`, `nothing_left` (cancel the order instead).
    """
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "short_ship")
        order, rows = shipment.order, {row.line_id: row for row in shipment.lines.select_related("line")}
        wanted = {line_id: quantity for line_id, quantity in missing.items() if quantity}
        if not wanted or any(
            q < 0 or line not in rows or q > rows[line].quantity for line, q in wanted.items()
        ):
            raise DomainError("too_many_units", _("Give units that are in this shipment, at least one."))
        # Units that were cancelled since they were picked are only taken out of the box.
        fresh = {pk: q - max(rows[pk].quantity - rows[pk].line.to_ship, 0) for pk, q in wanted.items()}
        fresh = {pk: quantity for pk, quantity in fresh.items() if quantity > 0}
        _refuse_empty_order(order, fresh)
        for line_id, quantity in wanted.items():
            take_out(rows[line_id], quantity)
        amount = _cancel_missing(order, fresh, actor)
        if not shipment.lines.exists() and shipment.status != ShipmentStatus.CANCELLED:
            shipment.cancel()
            shipment.save(update_fields=["status"])
        if not fresh:
            save_change(order, [])
        units = {str(line_id): quantity for line_id, quantity in sorted(wanted.items())}
        note_step(shipment, "shipment.short_shipped", actor, units=units, amount=amount)
    return shipment


def _cancel_missing(order: Order, units: Mapping[int, int], actor: Actor) -> int:
    """Out of stock, by the shop's fault; returns what goes back in minor units."""
    if not units:
        return 0
    wanted = StaffCancel(CancelReason.OUT_OF_STOCK, units, restock=False, waive_fee=True)
    row = cancel_units(order.pk, wanted, actor=actor)
    order.refresh_from_db()
    return int(row.quote["total"])


def _refuse_empty_order(order: Order, units: Mapping[int, int]) -> None:
    if all(line.quantity == line.cancelled_quantity + units.get(line.pk, 0) for line in order.lines.all()):
        raise DomainError("nothing_left", _("Nothing would be left of this order. Cancel the order instead."))
