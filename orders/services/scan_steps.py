"""One scan, one step: what a packer's or cook's scanner does with a slip, a ticket or a label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import User
from orderdesk.errors import DomainError, NotFound
from orderdesk.events.actor import Actor
from orders.carriers import clean_number
from orders.models import Order, Shipment
from orders.services.courier import courier_departs
from orders.services.locking import locked_order
from orders.services.picking import pack, pass_check, pick
from orders.services.shipments import plan_shipment
from orders.services.steps import mark_ready, start_preparing
from orders.services.waybills import hand_over
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, OrderStatus, ShipmentStatus

PERMISSION = "orders.fulfil_order"
S = ShipmentStatus
ShipmentStep = Callable[..., Shipment]


@dataclass(frozen=True, slots=True)
class StepDone:
    """What the scan did: the order, the parcel if there is one, and a sentence to read from two metres."""

    order: Order
    shipment: Shipment | None
    sentence: str | Promise


# State of the parcel → the step that a scan takes, and what is said then.
_PARCEL_STEPS: dict[str, tuple[ShipmentStep, Promise]] = {
    S.PLANNED: (pick, _("Picked. Check it next.")),
    S.PICKING: (pick, _("Picked. Check it next.")),
    S.PICKED: (pass_check, _("Checked. Pack it next.")),
    S.QUALITY_CHECKED: (pack, _("Packed. Put the waybill on.")),
    S.PACKED: (hand_over, _("Handed to the carrier.")),
}


def find_scanned(code: str, user: User) -> tuple[Order, Shipment | None]:
    """The order, and the parcel if the code names one, behind “N-1042”, “N-1042/2” or a waybill number.

    Only in shops where the user may ship. NotFound with a sentence.
    """
    text = code.strip()
    orders = Order.objects.visible_to(user, PERMISSION).select_related("shop")
    number, slash, part = text.rpartition("/")
    if slash and part.isascii() and part.isdigit() and len(part) < 5:
        named = Shipment.objects.filter(order__in=orders.filter(number__iexact=number), number=int(part))
        if shipment := named.select_related("order__shop").first():
            return shipment.order, shipment
    if order := orders.filter(Q(number=text) | Q(number=text.upper())).first():
        return order, None
    by_waybill = Shipment.objects.visible_to(user, PERMISSION).filter(tracking_number=clean_number(text))
    if text and (shipment := by_waybill.select_related("order__shop").first()):
        return shipment.order, shipment
    raise NotFound("unknown_code", _("%(text)s is no order, parcel or waybill here."), text=text[:60])


def take_next_step(order: Order, shipment: Shipment | None, *, actor: Actor) -> StepDone:
    """Do the one step that comes next; DomainError with the sentence why there is none."""
    if order.delivery_method == DeliveryMethod.PARCEL:
        return _parcel_step(order, shipment or _waiting(order), actor)
    return _kitchen_step(order, shipment or _waiting(order), actor)


def _waiting(order: Order) -> Shipment | None:
    return order.shipments.filter(status__in=BEFORE_HANDOVER).first()


def _parcel_step(order: Order, shipment: Shipment | None, actor: Actor) -> StepDone:
    if shipment is None:
        shipment = plan_shipment(order.pk, actor=actor)
    if shipment.status not in _PARCEL_STEPS:
        raise DomainError(
            "no_step",
            _("This parcel is “%(status)s”: no step is left here."),
            status=str(shipment.get_status_display()),
        )
    step, sentence = _PARCEL_STEPS[shipment.status]
    with locked_order(order.pk) as locked:
        # Goods in somebody's hands are being prepared: the order and its parcel move in one transaction.
        begins = locked.status == OrderStatus.CONFIRMED and locked.shop.uses_preparing
        done = step(shipment.pk, actor=actor)
        if begins and done.status == S.PICKED:
            order = start_preparing(order.pk, actor=actor)
            return StepDone(order, done, _("Picked, and the order is being prepared. Check it next."))
    return StepDone(done.order, done, sentence)


def _kitchen_step(order: Order, shipment: Shipment | None, actor: Actor) -> StepDone:
    if order.status == OrderStatus.CONFIRMED and order.shop.uses_preparing:
        return StepDone(start_preparing(order.pk, actor=actor), None, _("Preparing now."))
    if order.status in (OrderStatus.CONFIRMED, OrderStatus.PREPARING):
        return StepDone(mark_ready(order.pk, actor=actor), None, _("Ready."))
    if order.status == OrderStatus.READY and shipment and shipment.status == S.COURIER_ASSIGNED:
        done = courier_departs(shipment.pk, actor=actor)
        return StepDone(done.order, done, _("Given to the courier."))
    if order.status == OrderStatus.READY:
        raise DomainError("waits", _("Ready and waiting. Assign a courier first."))
    raise DomainError(
        "no_step",
        _("This order is “%(status)s”: no step is left here."),
        status=str(order.get_status_display()),
    )
