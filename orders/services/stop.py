"""The verbs that stop an order: reject, cancel, expire, hold, release."""

from __future__ import annotations

from dataclasses import replace

from orderdesk import clock
from orderdesk.events.actor import Actor
from orders.axes import payment_state
from orders.models import Hold, Order
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.services.locking import locked_order, note_change, require, save_change
from orders.services.shipments import catch_up
from orders.services.stock import sync_stock
from orders.services.tasks import open_task
from orders.terms import TaskKind


def reject_order(order_id: int, *, actor: Actor, reason: str, version: int | None = None) -> Order:
    """The shop does not take a placed order; `reason` is the code of a Reason leaf."""
    return reject_units(order_id, StaffCancel(reason), actor=actor, version=version)


def reject_units(
    order_id: int,
    wanted: StaffCancel,
    *,
    actor: Actor,
    version: int | None = None,
    quote_digest: str = "",
) -> Order:
    """`reject_order` with all that staff may choose; every unit goes, and the shop takes no fee."""
    with locked_order(order_id, version=version) as order:
        require(order, "reject")
        rejected = replace(wanted, units=None, waive_fee=True, rejected=True)
        return cancel_units(order_id, rejected, actor=actor, quote_digest=quote_digest).order


def cancel_order(
    order_id: int, *, actor: Actor, reason: str, version: int | None = None, notify: bool = True
) -> Order:
    """Cancel every unit before anything has left; `reason` is a Reason leaf's code, `notify` off keeps the customer unmailed."""
    with locked_order(order_id, version=version) as order:
        require(order, "cancel")
        wanted = StaffCancel(reason, notify=notify, waive_fee=True)
        return cancel_units(order_id, wanted, actor=actor).order


def expire_order(order_id: int, *, actor: Actor) -> Order:
    """Nobody paid in time."""
    with locked_order(order_id) as order:
        require(order, "expire")
        order.expire(clock.now())
        order.payment_state = payment_state(order)
        save_change(order, ["status", "payment_state", "expired_at", "pay_by"])
        note_change(order, "order.expired", actor)
        sync_stock(order)
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
