"""Planning what travels together, and what the other shipment services stand on: lock, guard, save, leave, end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db.models import Max, Sum
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError, NotFound
from orderdesk.events.actor import Actor
from orders.asked import asked_units
from orders.axes import refresh_shipped
from orders.errors import TransitionRefused
from orders.guards import why_not
from orders.models import Order, OrderLine, Shipment, ShipmentLine
from orders.services.locking import locked_order, note_change, save_change
from orders.services.steps import deliver_locked, depart_locked
from orders.services.stock import sync_stock
from orders.shipment_guards import FOLLOWS_ORDER, why_not_plan, why_not_shipment
from orders.terms import BEFORE_HANDOVER, OrderStatus


@contextmanager
def locked_shipment(shipment_id: int, *, version: int | None = None) -> Iterator[Shipment]:
    """The shipment under its order's lock (`shipment.order` is the locked row); NotFound, StaleVersion or Busy."""
    order_id = Shipment.objects.filter(pk=shipment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("no_such_shipment", _("This shipment does not exist."))
    with locked_order(order_id, version=version) as order:
        shipment = Shipment.objects.get(pk=shipment_id)
        shipment.order = order
        yield shipment


def require_shipment(shipment: Shipment, verb: str) -> None:
    """TransitionRefused with the guard's sentence when `verb` is not possible now."""
    refusal = why_not_shipment(shipment, verb)
    if refusal:
        raise TransitionRefused(refusal.code, refusal.message)


def save_step(shipment: Shipment, fields: Iterable[str], kind: str, actor: Actor, **data: Any) -> None:
    """Write a shipment's columns and its status, move the order's version, and record the step."""
    shipment.save(update_fields=["status", *fields])
    save_change(shipment.order, ["fulfilment_state"])
    note_step(shipment, kind, actor, **data)


def note_step(shipment: Shipment, kind: str, actor: Actor, **data: Any) -> None:
    """Record `shipment.<something>` on the order's timeline."""
    note_change(shipment.order, kind, actor, shipment=shipment.pk, number=shipment.number, **data)


def leave(shipment: Shipment, *, actor: Actor, at: datetime, proof: str) -> None:
    """The saved shipment has left the house: count its units and move the order. TransitionRefused by the guard."""
    refresh_shipped(shipment.order)
    sync_stock(shipment.order)
    if shipment.order.status == OrderStatus.IN_DELIVERY:
        save_change(shipment.order, ["fulfilment_state"])
    depart_locked(shipment.order, actor=actor, at=at, proof=proof)


def end(shipment: Shipment, *, actor: Actor, at: datetime) -> None:
    """The saved shipment has ended: count again, and close the order's delivery if it was the last one open."""
    refresh_shipped(shipment.order)
    sync_stock(shipment.order)
    if not deliver_locked(shipment.order, actor=actor, at=at):
        save_change(shipment.order, ["fulfilment_state"])


def catch_up(order: Order, *, actor: Actor) -> None:
    """A locked order that stood still while its parcel travelled follows the parcel, if it may now."""
    if why_not(order, "depart"):
        return
    gone = list(order.shipments.all())
    refresh_shipped(order)
    left_at = min(shipment.departed_at for shipment in gone if shipment.departed_at)
    depart_locked(order, actor=actor, at=left_at, proof="scan")
    arrived = [shipment.delivered_at for shipment in gone if shipment.delivered_at]
    if arrived:
        deliver_locked(order, actor=actor, at=max(arrived))


def free_units(order: Order) -> dict[int, int]:
    """Units by line id that are neither cancelled, nor shipped, nor in a shipment that waits to leave, nor asked back."""
    waiting = dict(
        ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=BEFORE_HANDOVER)
        .values_list("line_id")
        .annotate(units=Sum("quantity"))
    )
    return _free(order, waiting)


def free_units_in_hand(order: Order) -> dict[int, int]:
    """`free_units` of an order whose shipments and their lines are prefetched: without a query, as fresh as they are."""
    waiting: Counter[int] = Counter()
    for shipment in order.shipments.all():
        if shipment.status in BEFORE_HANDOVER:
            waiting.update({row.line_id: row.quantity for row in shipment.lines.all()})
    return _free(order, waiting)


def _free(order: Order, waiting: Mapping[int, int]) -> dict[int, int]:
    asked = asked_units(order)
    left = {line.pk: line.to_ship - waiting.get(line.pk, 0) - asked[line.pk] for line in order.lines.all()}
    return {line_id: units for line_id, units in left.items() if units > 0}


def plan_shipment(
    order_id: int, units: Mapping[int, int] | None = None, *, actor: Actor, version: int | None = None
) -> Shipment:
    """Put units ({line id: quantity}; None = all that are free) into a new shipment.

    DomainError: `not_shippable`, `on_hold`, `pick_up`, `asked_back`, `no_units`, `too_many_units`.
    """
    with locked_order(order_id, version=version) as order:
        return plan_locked(order, units, actor=actor)


def plan_locked(order: Order, units: Mapping[int, int] | None, *, actor: Actor) -> Shipment:
    """`plan_shipment` on an order whose lock the caller holds."""
    free = free_units(order)
    if refusal := why_not_plan(order, free):
        raise TransitionRefused(refusal.code, refusal.message)
    wanted = _wanted(free, units)
    shipment = new_shipment(order, wanted)
    save_change(order, [])
    note_step(shipment, "shipment.planned", actor, units=_by_text(wanted))
    return shipment


def _wanted(free: dict[int, int], units: Mapping[int, int] | None) -> dict[int, int]:
    wanted = free if units is None else {line: quantity for line, quantity in units.items() if quantity}
    if not wanted:
        raise DomainError("no_units", _("Every unit is in a shipment already."))
    if any(quantity < 0 or quantity > free.get(line, 0) for line, quantity in wanted.items()):
        raise DomainError("too_many_units", _("More units than are left to ship."))
    return wanted


def new_shipment(order: Order, units: Mapping[int, int], *, replaces: Shipment | None = None) -> Shipment:
    """Write a planned shipment of a locked order; no check and no event."""
    last = order.shipments.aggregate(last=Max("number"))["last"] or 0
    shipment = Shipment(order=order, number=last + 1, method=order.delivery_method, replaces=replaces)
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, line_id=line_id, quantity=quantity)
        for line_id, quantity in units.items()
    )
    return shipment


def _by_text(units: Mapping[int, int]) -> dict[str, int]:
    # Keys of a JSON object are texts; written so at once, the seal's digest is the same before and after reading.
    return {str(line_id): quantity for line_id, quantity in sorted(units.items())}


def split_shipment(shipment_id: int, units: Mapping[int, int], *, actor: Actor) -> Shipment:
    """Move units ({line id: quantity}) of a shipment that is not picked yet into a second one, which is returned.

    DomainError: `too_many_units`, `nothing_stays`.
    """
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "split")
        rows = {row.line_id: row for row in shipment.lines.all()}
        wanted = _wanted({line: row.quantity for line, row in rows.items()}, units)
        if sum(wanted.values()) >= sum(row.quantity for row in rows.values()):
            raise DomainError("nothing_stays", _("At least one unit stays in the first shipment."))
        for line_id, quantity in wanted.items():
            take_out(rows[line_id], quantity)
        second = new_shipment(shipment.order, wanted)
        save_step(shipment, [], "shipment.split", actor, into=second.pk, units=_by_text(wanted))
        note_step(second, "shipment.planned", actor, units=_by_text(wanted))
    return second


def take_out(row: ShipmentLine, quantity: int) -> None:
    """Take units out of a shipment; a line that loses its last one goes."""
    row.quantity -= quantity
    if row.quantity:
        row.save(update_fields=["quantity"])
    else:
        row.delete()


def fit_units(shipment: Shipment) -> None:
    """Before anything is picked, let a shipment follow what was cancelled or reduced in its order meanwhile."""
    if shipment.status not in FOLLOWS_ORDER:
        return
    for row in shipment.lines.select_related("line"):
        if row.quantity > row.line.to_ship:
            take_out(row, row.quantity - max(row.line.to_ship, 0))


def cancel_shipment(shipment_id: int, *, actor: Actor) -> Shipment:
    """Give up a shipment that has not left; its units are free to be planned again."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "cancel")
        shipment.cancel()
        save_step(shipment, [], "shipment.cancelled", actor)
    return shipment


def open_or_planned(order: Order, *, actor: Actor) -> Shipment:
    """The first shipment of a locked order that still waits to leave; a new one with all free units if there is none."""
    waiting = order.shipments.filter(status__in=BEFORE_HANDOVER).first()
    if waiting is None:
        return plan_locked(order, None, actor=actor)
    waiting.order = order
    return waiting


def units_of(shipment: Shipment) -> list[tuple[OrderLine, int]]:
    """What is in it: order lines and quantities."""
    return [
        (row.line, row.quantity) for row in shipment.lines.select_related("line").order_by("line__position")
    ]
