"""The verbs that move an order forward: confirm, prepare, ready, depart, deliver, hand over, complete, reopen."""

from __future__ import annotations

from datetime import datetime

from orderdesk import clock
from orderdesk.events.actor import Actor
from orderdesk.policies.timings import timings_of
from orders.axes import payment_state, refresh_fulfilment, refresh_shipped
from orders.guards import why_not
from orders.models import Order, Shipment, ShipmentLine
from orders.promise import food_promise
from orders.services.answered import settle_unanswered
from orders.services.locking import locked_order, note_change, require, save_change
from orders.services.stock import sync_stock
from orders.terms import DeliveryMethod, OrderStatus, ShipmentStatus

S = OrderStatus
_MOVED = ("status", "payment_state", "fulfilment_state")


def confirm_order(
    order_id: int, *, actor: Actor, version: int | None = None, preparation_minutes: int | None = None
) -> Order:
    """Accept a placed order; for food `preparation_minutes` (1–240) moves the promise."""
    with locked_order(order_id, version=version) as order:
        require(order, "confirm")
        order.confirm(clock.now())
        if preparation_minutes:
            order.preparation_minutes = preparation_minutes
            order.promised_from, order.promised_until = food_promise(clock.now(), preparation_minutes)
        save_change(
            order,
            [*_MOVED, "confirmed_at", "accept_by", "preparation_minutes", "promised_from", "promised_until"],
        )
        note_change(order, "order.confirmed", actor, preparation_minutes=preparation_minutes)
        settle_unanswered([order], actor=actor)
    return order


def start_preparing(order_id: int, *, actor: Actor, version: int | None = None) -> Order:
    """The kitchen or warehouse begins."""
    with locked_order(order_id, version=version) as order:
        require(order, "start_preparing")
        order.start_preparing(clock.now())
        save_change(order, [*_MOVED, "preparing_at"])
        note_change(order, "order.preparing", actor)
    return order


def mark_ready(order_id: int, *, actor: Actor, version: int | None = None) -> Order:
    """Ready to leave; a step `preparing` that was not used is passed through and stamped as such."""
    with locked_order(order_id, version=version) as order:
        require(order, "mark_ready")
        _pass_through_to_ready(order, clock.now(), actor)
    return order


def _pass_through_to_ready(order: Order, at: datetime, actor: Actor, *, stamped: bool = False) -> None:
    if order.status == S.CONFIRMED:
        order.start_preparing(at)
        note_change(order, "order.preparing", actor, passed_through=True)
    order.mark_ready(at)
    save_change(order, [*_MOVED, "preparing_at", "ready_at"])
    note_change(order, "order.ready", actor, **({"passed_through": True} if stamped else {}))


def depart_locked(order: Order, *, actor: Actor, at: datetime, proof: str) -> None:
    """A shipment of the locked `order` has left: `proof` is `courier`, `scan` or `attested`.

    Later shipments of an order already in delivery change nothing here. The caller holds the lock.
    """
    if order.status == S.IN_DELIVERY:
        return
    require(order, "depart")
    if order.status != S.READY:
        _pass_through_to_ready(order, at, actor, stamped=True)
    order.depart(at)
    refresh_fulfilment(order)
    save_change(order, [*_MOVED, "departed_at", "ship_by"])
    note_change(order, "order.departed", actor, proof=proof)


def deliver_locked(order: Order, *, actor: Actor, at: datetime) -> bool:
    """Close the delivery of the locked `order` if its last open shipment has ended; False while something is open."""
    if order.status != S.IN_DELIVERY or why_not(order, "deliver"):
        return False
    _deliver(order, at, actor)
    return True


def hand_over_at_counter(order_id: int, *, actor: Actor, version: int | None = None) -> Order:
    """The customer took the goods at the shop."""
    with locked_order(order_id, version=version) as order:
        require(order, "hand_over_at_counter")
        _take_away(order, clock.now())
        _deliver(order, clock.now(), actor, at_counter=True)
    return order


def _take_away(order: Order, at: datetime) -> None:
    """What is handed over at the counter is a shipment too, so that units are counted in one place."""
    taken = Shipment(
        order=order,
        number=order.shipments.count() + 1,
        method=DeliveryMethod.PICKUP,
        status=ShipmentStatus.DELIVERED,
        departed_at=at,
        delivered_at=at,
    )
    taken.save()
    units = [
        ShipmentLine(shipment=taken, line=line, quantity=line.to_ship)
        for line in order.lines.all()
        if line.to_ship
    ]
    ShipmentLine.objects.bulk_create(units)
    refresh_shipped(order)
    sync_stock(order)


def _deliver(order: Order, at: datetime, actor: Actor, **data: bool) -> None:
    order.deliver(at)
    order.complete_after = timings_of(order.timing_policy_id).complete_after(at)
    refresh_fulfilment(order)
    order.payment_state = payment_state(order)
    save_change(order, [*_MOVED, "delivered_at", "complete_after", "ship_by"])
    note_change(order, "order.delivered", actor, **data)


def complete_order(order_id: int, *, actor: Actor, version: int | None = None) -> Order:
    """Purchase confirmation (구매 확정), by the customer, staff or the drain."""
    with locked_order(order_id, version=version) as order:
        require(order, "complete")
        order.complete(clock.now())
        save_change(order, [*_MOVED, "completed_at", "complete_after"])
        note_change(order, "order.completed", actor)
    return order


def reopen_order(order_id: int, *, actor: Actor, reason: str, version: int | None = None) -> Order:
    """Back to delivered; automatic completion stops until staff complete it."""
    with locked_order(order_id, version=version) as order:
        require(order, "reopen")
        order.reopen()
        save_change(order, [*_MOVED, "completed_at", "complete_after"])
        note_change(order, "order.reopened", actor, has_reason=bool(reason))
        if reason:
            order.notes.create(author_id=actor.user_id, body=reason)
    return order
