"""Why a shipment cannot take a step now: the same sentence for the greyed button and for the service."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_lazy as _

from orders.asked import asked_units
from orders.guards import ASKED_BACK, HELD, Refusal
from orders.models import Order, Shipment, ShipmentLine
from orders.terms import BEFORE_HANDOVER, ON_THE_WAY, DeliveryMethod, OrderStatus, ShipmentStatus

S = ShipmentStatus
Guard = Callable[[Shipment], "Refusal | None"]

# Goods may be packed in these states of the order; further parcels follow while the first is on its way.
SHIPPABLE = (OrderStatus.CONFIRMED, OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.IN_DELIVERY)

# Until goods are picked, a shipment follows what was cancelled or reduced in its order.
FOLLOWS_ORDER = (S.PLANNED, S.PICKING, S.COURIER_ASSIGNED)

_NOT_CONFIRMED = Refusal("not_confirmed", _("Confirm the order first."))
_CLOSED = Refusal("order_closed", _("The order is closed; nothing more is shipped."))
_LEFT = Refusal("left", _("This shipment has left already."))
_NOT_LEFT = Refusal("not_left", _("This shipment has not left yet."))
_AT_DOOR = Refusal("at_door", _("The courier is at the door already."))
_ENDED = Refusal("ended", _("This shipment has ended."))
_NOT_PICKED = Refusal("not_picked", _("Pick the goods first."))
_PICKED = Refusal("picked", _("The goods have been picked already."))
_NOT_CHECKED_YET = Refusal("not_checked", _("Only picked goods can be checked."))
_PACKED = Refusal("packed_already", _("This shipment is packed already."))
_EMPTY = Refusal("empty", _("Nothing is left to ship in this shipment."))
_TOO_MANY = Refusal(
    "cancelled_units", _("Some of its units were cancelled. Take them out and report them as missing.")
)
_NO_WAYBILL = Refusal("no_waybill", _("Enter the waybill number first."))
_NO_COURIER = Refusal("no_courier", _("Assign a courier first."))
_NOT_PARCEL = Refusal("not_parcel", _("This shipment goes by courier, not by parcel."))
_NOT_COURIER = Refusal("not_by_courier", _("This shipment goes by parcel, not by courier."))
_NOT_GONE_WRONG = Refusal("not_gone_wrong", _("Only a lost or returned parcel can be sent again."))
_SENT_AGAIN = Refusal("sent_again", _("A replacement for this parcel exists already."))
_NOT_SHIPPABLE = Refusal("not_shippable", _("Only confirmed orders that are not closed can be shipped."))
_PICK_UP = Refusal("pick_up", _("The customer picks this order up at the shop."))
_NO_UNITS = Refusal("no_units", _("Every unit is in a shipment already."))


def order_allows(shipment: Shipment) -> Refusal | None:
    status = shipment.order.status
    if status in SHIPPABLE:
        return None
    if status == OrderStatus.ON_HOLD:
        return HELD
    return _NOT_CONFIRMED if status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.PLACED) else _CLOSED


def _in(*sources: str, otherwise: Refusal, moving: Refusal = _LEFT) -> Guard:
    def guard(shipment: Shipment) -> Refusal | None:
        if shipment.status in sources:
            return None
        if shipment.status in BEFORE_HANDOVER:
            return otherwise
        return moving if shipment.status in ON_THE_WAY else _ENDED

    return guard


def _rows(shipment: Shipment) -> list[ShipmentLine]:
    """Its rows with their lines: those a page has in hand already, else one query."""
    known = getattr(shipment, "_prefetched_objects_cache", {}).get("lines")
    if known is not None and all(ShipmentLine.line.is_cached(row) for row in known):
        return list(known)
    return list(shipment.lines.select_related("line"))


def units_may_ship(shipment: Shipment) -> Refusal | None:
    """Cancelled units can never leave."""
    lines = _rows(shipment)
    if not lines:
        return _EMPTY
    return _TOO_MANY if any(row.quantity > row.line.to_ship for row in lines) else None


def not_asked_back(shipment: Shipment) -> Refusal | None:
    """Units that the customer asks to cancel wait for the answer."""
    asked = asked_units(shipment.order)
    if not asked:
        return None
    blocked = any(
        row.line_id in asked and row.quantity > row.line.to_ship - asked[row.line_id]
        for row in _rows(shipment)
    )
    return ASKED_BACK if blocked else None


def has_waybill(shipment: Shipment) -> Refusal | None:
    return None if shipment.carrier and shipment.tracking_number else _NO_WAYBILL


def goes_by_parcel(shipment: Shipment) -> Refusal | None:
    return _NOT_PARCEL if shipment.method == DeliveryMethod.COURIER else None


def goes_by_courier(shipment: Shipment) -> Refusal | None:
    return None if shipment.method == DeliveryMethod.COURIER else _NOT_COURIER


def not_replaced(shipment: Shipment) -> Refusal | None:
    return _SENT_AGAIN if Shipment.objects.filter(replaces=shipment).exists() else None


_BEFORE_PACKED = (S.PLANNED, S.PICKING, S.PICKED, S.QUALITY_CHECKED)
_PARCEL_IN_HOUSE = (*_BEFORE_PACKED, S.PACKED)

SHIPMENT_GUARDS: Mapping[str, tuple[Guard, ...]] = {
    "start_picking": (order_allows, _in(S.PLANNED, otherwise=_PICKED), units_may_ship),
    "pick": (order_allows, _in(S.PLANNED, S.PICKING, otherwise=_PICKED), units_may_ship),
    "pass_check": (order_allows, _in(S.PICKED, otherwise=_NOT_CHECKED_YET), units_may_ship),
    "fail_check": (order_allows, _in(S.PICKED, S.QUALITY_CHECKED, otherwise=_NOT_CHECKED_YET)),
    "short_ship": (order_allows, _in(*_PARCEL_IN_HOUSE, S.COURIER_ASSIGNED, otherwise=_ENDED)),
    "pack": (order_allows, _in(*_BEFORE_PACKED, otherwise=_PACKED), units_may_ship, not_asked_back),
    "split": (order_allows, _in(S.PLANNED, S.PICKING, otherwise=_PICKED)),
    "enter_waybill": (goes_by_parcel, _in(*_PARCEL_IN_HOUSE, S.HANDED_OVER, otherwise=_ENDED)),
    "hand_over": (
        order_allows,
        goes_by_parcel,
        _in(*_PARCEL_IN_HOUSE, otherwise=_ENDED),
        has_waybill,
        units_may_ship,
        not_asked_back,
    ),
    "assign_courier": (order_allows, goes_by_courier, _in(*BEFORE_HANDOVER, otherwise=_ENDED)),
    "depart": (
        order_allows,
        goes_by_courier,
        _in(S.COURIER_ASSIGNED, otherwise=_NO_COURIER),
        units_may_ship,
        not_asked_back,
    ),
    "arrive": (goes_by_courier, _in(S.PICKED_UP, S.ATTEMPT_FAILED, otherwise=_NOT_LEFT, moving=_AT_DOOR)),
    "deliver": (_in(*ON_THE_WAY, otherwise=_NOT_LEFT),),
    "fail": (_in(*ON_THE_WAY, otherwise=_NOT_LEFT),),
    "lose": (_in(*ON_THE_WAY, otherwise=_NOT_LEFT),),
    "send_back": (_in(*ON_THE_WAY, otherwise=_NOT_LEFT),),
    "come_back": (_in(*ON_THE_WAY, otherwise=_NOT_LEFT),),
    "cancel": (_in(*BEFORE_HANDOVER, otherwise=_LEFT),),
    "reship": (
        order_allows,
        lambda shipment: None if shipment.status in (S.LOST, S.RETURNED) else _NOT_GONE_WRONG,
        not_replaced,
    ),
}


def why_not_plan(order: Order, free: Mapping[int, int]) -> Refusal | None:
    """The reason against a new shipment of an order with these units free, or None; `free` as `free_units` gives it."""
    if order.status == OrderStatus.ON_HOLD:
        return HELD
    if order.status not in SHIPPABLE:
        return _NOT_SHIPPABLE
    if order.delivery_method == DeliveryMethod.PICKUP:
        return _PICK_UP
    if free:
        return None
    return ASKED_BACK if asked_units(order) else _NO_UNITS


def why_not_shipment(shipment: Shipment, verb: str) -> Refusal | None:
    """The first reason against `verb` on this shipment now, or None when it may be done."""
    return next((refusal for guard in SHIPMENT_GUARDS[verb] if (refusal := guard(shipment))), None)
