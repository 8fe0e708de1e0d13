"""Parcels that go wrong: lost, coming back, back again, and sent a second time."""

from __future__ import annotations

from orderdesk import clock
from orderdesk.events.actor import Actor
from orders.axes import refresh_shipped
from orders.models import Shipment
from orders.services.locking import save_change
from orders.services.shipments import (
    end,
    locked_shipment,
    new_shipment,
    note_step,
    require_shipment,
    save_step,
)
from orders.services.tasks import close_task, open_task
from orders.terms import ShipmentStatus, TaskKind

_TASK_OF = {ShipmentStatus.LOST: TaskKind.LOST, ShipmentStatus.RETURNED: TaskKind.RETURNED}


def report_lost(shipment_id: int, *, actor: Actor) -> Shipment:
    """The carrier cannot find the parcel: somebody must decide, send again or refund; the order waits for that."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "lose")
        shipment.lose()
        save_step(shipment, [], "shipment.lost", actor)
        _ask(shipment, actor)
    return shipment


def send_back(shipment_id: int, *, actor: Actor) -> Shipment:
    """The parcel is on its way back to the shop."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "send_back")
        shipment.send_back()
        save_step(shipment, [], "shipment.returning", actor)
    return shipment


def come_back(shipment_id: int, *, actor: Actor) -> Shipment:
    """The parcel is in the shop's hands again: send again or refund."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "come_back")
        shipment.come_back()
        save_step(shipment, [], "shipment.returned", actor)
        _ask(shipment, actor)
    return shipment


def _ask(shipment: Shipment, actor: Actor) -> None:
    open_task(shipment.order, _TASK_OF[ShipmentStatus(shipment.status)], detail=str(shipment), actor=actor)
    end(shipment, actor=actor, at=clock.now())


def deliver_by_hand(shipment_id: int, *, actor: Actor) -> Shipment:
    """Staff or the customer say that it arrived, where no scan and no courier did."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "deliver")
        moment = clock.now()
        shipment.deliver(moment)
        save_step(shipment, ["delivered_at", "departed_at"], "shipment.delivered", actor, proof="told")
        end(shipment, actor=actor, at=moment)
    return shipment


def reship(shipment_id: int, *, actor: Actor) -> Shipment:
    """Plan the units of a lost or returned parcel again and settle its task; returns the new shipment."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "reship")
        order = shipment.order
        units = {row.line_id: row.quantity for row in shipment.lines.all()}
        again = new_shipment(order, units, replaces=shipment)
        refresh_shipped(order)
        save_change(order, ["fulfilment_state"])
        note_step(again, "shipment.planned", actor, replaces=shipment.pk)
        kind = _TASK_OF[ShipmentStatus(shipment.status)]
        still_open = Shipment.objects.filter(order=order, status=shipment.status, replaced_by=None)
        task = order.tasks.filter(kind=kind, done_at=None).first()
        if task and not still_open.exists():
            close_task(task.pk, actor=actor, resolution=f"→ {again}")
    return again
