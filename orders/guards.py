"""Why a verb is not possible now: one function a verb, a sentence for people; the same for the button and the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.asked import asked_units
from orders.models import Order
from orders.terms import (
    BEFORE_DELIVERY,
    CLOSED_SHIPMENT,
    DeliveryMethod,
    OrderStatus,
    ShipmentStatus,
    TaskKind,
)

S = OrderStatus
Guard = Callable[[Order], "Refusal | None"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stable code and a translated sentence."""

    code: str
    message: str | Promise


HELD = Refusal("on_hold", _("The order is on hold. Release it first."))
NO_SHIPMENT = Refusal("no_shipment", _("There is no shipment with goods that has left. Hand one over first."))
UNDER_WAY = Refusal("under_way", _("A shipment is still under way."))
UNDECIDED = Refusal("undecided", _("A parcel was lost or came back. Decide first: send again or refund."))
UNITS_LEFT = Refusal("units_left", _("Some units have not been shipped yet."))
NOT_PICKUP = Refusal(
    "not_pickup", _("Only orders to be picked up at the shop are handed over at the counter.")
)
NOT_PAID = Refusal("not_paid", _("The order is not paid in full."))
OPEN_TASKS = Refusal("open_tasks", _("The customer has an open complaint about this order."))
GONE = Refusal("gone", _("The goods have already left."))
PACKED = Refusal("packed", _("The goods are packed; the order can no longer be changed."))


ASKED_BACK = Refusal(
    "asked_back", _("The customer asks to cancel units of this order. Answer the request first.")
)


def _in(*sources: str, otherwise: Refusal) -> Guard:
    def guard(order: Order) -> Refusal | None:
        if order.status in sources:
            return None
        return HELD if order.status == S.ON_HOLD else otherwise

    return guard


def paid_in_full(order: Order) -> Refusal | None:
    return None if order.pays_later or order.balance <= 0 else NOT_PAID


def shipment_has_left(order: Order) -> Refusal | None:
    waiting = (ShipmentStatus.PLANNED, ShipmentStatus.PICKING, ShipmentStatus.CANCELLED)
    left = [s for s in order.shipments.all() if s.departed_at and s.status not in waiting]
    return None if any(s.lines.all() for s in left) else NO_SHIPMENT


def everything_arrived(order: Order) -> Refusal | None:
    shipments = order.shipments.all()
    if any(s.status not in CLOSED_SHIPMENT for s in shipments):
        return UNDER_WAY
    if any(
        task.kind in (TaskKind.LOST, TaskKind.RETURNED) and not task.done_at for task in order.tasks.all()
    ):
        return UNDECIDED
    return UNITS_LEFT if any(line.to_ship for line in order.lines.all()) else None


def is_pickup(order: Order) -> Refusal | None:
    return None if order.delivery_method == DeliveryMethod.PICKUP else NOT_PICKUP


def no_open_claim(order: Order) -> Refusal | None:
    return OPEN_TASKS if any(not task.done_at for task in order.tasks.all()) else None


def no_open_request(order: Order) -> Refusal | None:
    return ASKED_BACK if asked_units(order) else None


def nothing_packed(order: Order) -> Refusal | None:
    early = (ShipmentStatus.PLANNED, ShipmentStatus.PICKING, ShipmentStatus.CANCELLED)
    return PACKED if any(s.status not in early for s in order.shipments.all()) else None


def nothing_left_the_house(order: Order) -> Refusal | None:
    return (
        GONE
        if any(s.departed_at and s.status != ShipmentStatus.CANCELLED for s in order.shipments.all())
        else None
    )


_NOT_UNPAID = Refusal("not_unpaid", _("Only an order that awaits payment can do this."))
_NOT_PLACED = Refusal("not_placed", _("Only a newly placed order can be confirmed or rejected."))
_NOT_CONFIRMED = Refusal("not_confirmed", _("Confirm the order first."))
_NOT_READY = Refusal("not_ready", _("The order is not ready to leave."))
_NOT_MOVING = Refusal("not_moving", _("The order is not in delivery."))
_NOT_DELIVERED = Refusal("not_delivered", _("The order has not been delivered."))
_NOT_HELD = Refusal("not_held", _("The order is not on hold."))
_ALREADY_HELD = Refusal("already_held", _("The order is on hold already."))
_TOO_LATE = Refusal("too_late", _("The goods have left or the order is closed; it can no longer be stopped."))


def _not_held(order: Order) -> Refusal | None:
    if order.status == S.ON_HOLD:
        return _ALREADY_HELD
    return None if order.status in BEFORE_DELIVERY else _TOO_LATE


def _held(order: Order) -> Refusal | None:
    return None if order.status == S.ON_HOLD else _NOT_HELD


def _cancellable(order: Order) -> Refusal | None:
    return None if order.status in (*BEFORE_DELIVERY, S.ON_HOLD) else _TOO_LATE


GUARDS: Mapping[str, tuple[Guard, ...]] = {
    "place": (_in(S.AWAITING_PAYMENT, otherwise=_NOT_UNPAID), paid_in_full),
    "expire": (_in(S.AWAITING_PAYMENT, otherwise=_NOT_UNPAID),),
    "record_payment": (),
    "confirm": (_in(S.PLACED, otherwise=_NOT_PLACED),),
    "reject": (_in(S.PLACED, otherwise=_NOT_PLACED),),
    "start_preparing": (_in(S.CONFIRMED, otherwise=_NOT_CONFIRMED),),
    "mark_ready": (_in(S.CONFIRMED, S.PREPARING, otherwise=_NOT_CONFIRMED),),
    "depart": (_in(S.CONFIRMED, S.PREPARING, S.READY, otherwise=_NOT_READY), shipment_has_left),
    "hand_over_at_counter": (_in(S.READY, otherwise=_NOT_READY), is_pickup, no_open_request),
    "deliver": (_in(S.IN_DELIVERY, otherwise=_NOT_MOVING), everything_arrived),
    "complete": (_in(S.DELIVERED, otherwise=_NOT_DELIVERED), no_open_claim),
    "reopen": (_in(S.DELIVERED, S.COMPLETED, otherwise=_NOT_DELIVERED),),
    "hold": (_not_held,),
    "release": (_held,),
    "cancel": (_cancellable, nothing_left_the_house),
    "cancel_units": (_in(*BEFORE_DELIVERY, S.ON_HOLD, S.IN_DELIVERY, otherwise=_TOO_LATE),),
    "edit": (_in(*BEFORE_DELIVERY, S.ON_HOLD, otherwise=_TOO_LATE), nothing_packed),
}


def why_not(order: Order, verb: str) -> Refusal | None:
    """The first reason against `verb` on this order now, or None when it may be done."""
    return next((refusal for guard in GUARDS[verb] if (refusal := guard(order))), None)
