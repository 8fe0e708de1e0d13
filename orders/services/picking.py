"""What happens to goods in the house: picked, checked, packed; what is missing is cancelled and told."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.axes import payment_state, refresh_fulfilment
from orders.models import Order, Shipment, ShipmentLine
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
from orders.services.tasks import open_task
from orders.terms import CheckFinding, HoldReason, PaymentState, TaskKind

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
    """Cancel units ({line id: quantity}) that cannot be shipped: the money follows, the customer is told.

    Money already taken opens the task to give it back. DomainError: `too_many_units`, `nothing_left` (cancel the
    order instead).
    """
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "short_ship")
        order, rows = shipment.order, {row.line_id: row for row in shipment.lines.select_related("line")}
        wanted = {line_id: quantity for line_id, quantity in missing.items() if quantity}
        if not wanted or any(
            q < 0 or line not in rows or q > rows[line].quantity for line, q in wanted.items()
        ):
            raise DomainError("too_many_units", _("Give units that are in this shipment, at least one."))
        amount = 0
        for line_id, quantity in wanted.items():
            amount += _cancel_units(order, rows[line_id], quantity)
            take_out(rows[line_id], quantity)
        _refuse_empty_order(order)
        _write_totals(order, actor)
        if not shipment.lines.exists():
            shipment.cancel()
            shipment.save(update_fields=["status"])
        units = {str(line_id): quantity for line_id, quantity in sorted(wanted.items())}
        note_step(shipment, "shipment.short_shipped", actor, units=units, amount=amount)
    return shipment


def _cancel_units(order: Order, row: ShipmentLine, quantity: int) -> int:
    """Cancel units of a line and take their share out of the order's totals; returns the share in minor units.

    The share is cumulative, R(done + q) − R(done): any sequence of partial cancellations sums to what was paid.
    """
    line, done = row.line, row.line.cancelled_quantity
    # Units cancelled since they were picked are only taken out of the box.
    fresh = max(quantity - max(row.quantity - line.to_ship, 0), 0)
    share = _share(line.paid, done + fresh, line.quantity) - _share(line.paid, done, line.quantity)
    tax = _share(line.tax, done + fresh, line.quantity) - _share(line.tax, done, line.quantity)
    goods = fresh * line.unit_price
    order.goods_total -= goods
    order.discount_total -= goods - share
    order.tax_total -= tax
    order.total -= share
    line.cancelled_quantity = done + fresh
    line.save(update_fields=["cancelled_quantity"])
    return share


def _share(amount: int, units: int, of: int) -> int:
    """`amount × units ÷ of`, rounded half up, in minor units."""
    return (2 * amount * units + of) // (2 * of)


def _refuse_empty_order(order: Order) -> None:
    if all(line.quantity == line.cancelled_quantity for line in order.lines.all()):
        raise DomainError("nothing_left", _("Nothing would be left of this order. Cancel the order instead."))


def _write_totals(order: Order, actor: Actor) -> None:
    order.payment_state = payment_state(order)
    refresh_fulfilment(order)
    save_change(
        order, ["goods_total", "discount_total", "tax_total", "total", "payment_state", "fulfilment_state"]
    )
    if order.payment_state == PaymentState.OVERPAID:
        open_task(order, TaskKind.REFUND, actor=actor)
