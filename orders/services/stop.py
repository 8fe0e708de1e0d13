"""The verbs that stop an order: reject, cancel, expire, hold, release."""

from __future__ import annotations

from orderdesk import clock
from orderdesk.events.actor import Actor
from orders.axes import payment_state, refresh_fulfilment
from orders.models import Hold, Order, OrderLine
from orders.services.answered import settle_unanswered
from orders.services.locking import locked_order, note_change, require, save_change
from orders.services.shipments import catch_up
from orders.services.tasks import open_task
from orders.terms import BEFORE_HANDOVER, OrderStatus, TaskKind

_CANCELLED = (
    "status",
    "payment_state",
    "fulfilment_state",
    "cancelled_at",
    "cancel_reason",
    "pay_by",
    "accept_by",
    "ship_by",
    "held_from",
)


def reject_order(order_id: int, *, actor: Actor, reason: str, version: int | None = None) -> Order:
    """The shop does not take a placed order; `reason` is a CancelReason."""
    with locked_order(order_id, version=version) as order:
        require(order, "reject")
        _cancel(order, actor, reason, rejected=True)
    return order


def cancel_order(
    order_id: int, *, actor: Actor, reason: str, version: int | None = None, notify: bool = True
) -> Order:
    """Cancel every unit before anything has left; `reason` is a CancelReason, `notify` off keeps the customer unmailed."""
    with locked_order(order_id, version=version) as order:
        require(order, "cancel")
        _cancel(order, actor, reason, notify=notify)
    return order


def _cancel(order: Order, actor: Actor, reason: str, *, rejected: bool = False, notify: bool = True) -> None:
    was_held = order.status == OrderStatus.ON_HOLD
    order.cancel(clock.now(), reason)
    if was_held:
        _close_hold(order, actor)
    for shipment in order.shipments.filter(status__in=BEFORE_HANDOVER):
        shipment.cancel()
        shipment.save(update_fields=["status"])
    cancelled = list(order.lines.all())
    for line in cancelled:
        line.cancelled_quantity = line.quantity
    OrderLine.objects.bulk_update(cancelled, ["cancelled_quantity"])
    order.payment_state = payment_state(order)
    refresh_fulfilment(order)
    save_change(order, _CANCELLED)
    note_change(order, "order.cancelled", actor, reason=reason, rejected=rejected, notify=notify)
    settle_unanswered([order], actor=actor)
    if order.captured_total:
        open_task(order, TaskKind.REFUND)


def expire_order(order_id: int, *, actor: Actor) -> Order:
    """Nobody paid in time."""
    with locked_order(order_id) as order:
        require(order, "expire")
        order.expire(clock.now())
        order.payment_state = payment_state(order)
        save_change(order, ["status", "payment_state", "expired_at", "pay_by"])
        note_change(order, "order.expired", actor)
        if order.captured_total:
            open_task(order, TaskKind.REFUND)
    return order


def hold_order(
    order_id: int, *, actor: Actor, reason: str, note: str = "", version: int | None = None
) -> Order:
    """Stop an order where it is; `reason` is a HoldReason, `note` is for staff."""
    with locked_order(order_id, version=version) as order:
        require(order, "hold")
        order.hold()
        Hold.objects.create(
            order=order, reason=reason, note=note, held_at=clock.now(), held_by_id=actor.user_id
        )
        save_change(order, ["status", "held_from"])
        note_change(order, "order.held", actor, reason=reason, held_from=order.held_from)
    return order


def release_order(order_id: int, *, actor: Actor, version: int | None = None) -> Order:
    """Let a held order go on in the state it was stopped in."""
    with locked_order(order_id, version=version) as order:
        require(order, "release")
        order.release()
        _close_hold(order, actor)
        save_change(order, ["status", "held_from"])
        note_change(order, "order.released", actor, to=order.status)
        catch_up(order, actor=actor)
    return order


def _close_hold(order: Order, actor: Actor) -> None:
    order.held_from = ""
    order.holds.filter(released_at__isnull=True).update(released_at=clock.now(), released_by_id=actor.user_id)
