"""A courier's run: assigned, departed, at the door, delivered or not, and where the courier is."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.phones import phone_digits
from orderdesk.errors import DomainError
from orderdesk.events.actor import COURIER, Actor
from orders.models import CourierPing, Shipment
from orders.services.locking import locked_order, touch
from orders.services.shipments import (
    end,
    fit_units,
    leave,
    locked_shipment,
    open_or_planned,
    require_shipment,
    save_step,
)
from orders.terms import FailedAttempt, ShipmentStatus

S = ShipmentStatus
# A position says where the courier is only while the run lasts.
REPORTING = (S.COURIER_ASSIGNED, S.PICKED_UP, S.ARRIVING, S.ATTEMPT_FAILED)
PINGS_KEPT = 60
_OLDEST, _AHEAD = timedelta(minutes=15), timedelta(minutes=1)
_ROUGHEST_M = 5_000


def assign_courier(
    order_id: int, *, name: str, phone: str = "", actor: Actor, version: int | None = None
) -> Shipment:
    """Give the order's waiting shipment (made if there is none) to a courier; again = to another one.

    DomainError `no_name`; TransitionRefused by the guards.
    """
    if not name.strip():
        raise DomainError("no_name", _("Give the courier's name."))
    with locked_order(order_id, version=version) as order:
        shipment = open_or_planned(order, actor=actor)
        fit_units(shipment)
        require_shipment(shipment, "assign_courier")
        shipment.assign_courier(name.strip()[:60], phone_digits(phone))
        save_step(shipment, ["courier_name", "courier_phone"], "shipment.courier_assigned", actor)
    return shipment


def courier_departs(shipment_id: int, *, actor: Actor = COURIER) -> Shipment:
    """The courier has the goods and goes: the order is in delivery."""
    with locked_shipment(shipment_id) as shipment:
        fit_units(shipment)
        require_shipment(shipment, "depart")
        moment = clock.now()
        shipment.pick_up(moment)
        save_step(shipment, ["departed_at"], "shipment.picked_up", actor)
        leave(shipment, actor=actor, at=moment, proof="courier")
    return shipment


def courier_arrives(shipment_id: int, *, actor: Actor = COURIER) -> Shipment:
    """The courier stands before the door."""
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "arrive")
        shipment.arrive()
        save_step(shipment, [], "shipment.arriving", actor)
    return shipment


def courier_delivers(
    shipment_id: int, *, proof_name: str = "", photo: File[Any] | None = None, actor: Actor = COURIER
) -> Shipment:
    """Delivered, with who took it or a photo (checked and shrunk by the caller); DomainError `no_proof` without both."""
    if not proof_name.strip() and photo is None:
        raise DomainError("no_proof", _("Give the name of who took it, or a photo."))
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "deliver")
        moment = clock.now()
        shipment.deliver(moment)
        shipment.proof_name = proof_name.strip()[:60]
        if photo is not None:
            shipment.proof_photo.save(photo.name or f"{shipment.pk}.jpg", photo, save=False)
        proof = "photo" if photo is not None else "name"
        fields = ["delivered_at", "departed_at", "proof_name", "proof_photo"]
        save_step(shipment, fields, "shipment.delivered", actor, proof=proof)
        end(shipment, actor=actor, at=moment)
    return shipment


def courier_fails(shipment_id: int, *, reason: str, actor: Actor = COURIER) -> Shipment:
    """Could not deliver; `reason` is a FailedAttempt."""
    if reason not in FailedAttempt.values:
        raise DomainError("no_reason", _("Choose why it could not be delivered."))
    with locked_shipment(shipment_id) as shipment:
        require_shipment(shipment, "fail")
        shipment.fail_attempt()
        save_step(shipment, [], "shipment.attempt_failed", actor, reason=reason)
    return shipment


def courier_pings(
    shipment_id: int,
    *,
    latitude: float,
    longitude: float,
    accuracy_m: float | None = None,
    at: datetime | None = None,
) -> bool:
    """Keep a position of a run that lasts; False when it is implausible, older than the last, or nobody needs it.

    No lock: a position changes no state. The newest PINGS_KEPT stay.
    """
    now = clock.now()
    moment = at or now
    if not _plausible(latitude, longitude, accuracy_m) or not now - _OLDEST <= moment <= now + _AHEAD:
        return False
    with transaction.atomic():
        shipment = Shipment.objects.filter(pk=shipment_id, status__in=REPORTING).first()
        if shipment is None or shipment.pings.filter(at__gte=moment).exists():
            return False
        accuracy = round(accuracy_m) if accuracy_m is not None else None
        CourierPing.objects.create(
            shipment=shipment, at=moment, latitude=latitude, longitude=longitude, accuracy_m=accuracy
        )
        _forget_old(shipment)
        touch(shipment.order_id)
    return True


def _plausible(latitude: float, longitude: float, accuracy_m: float | None) -> bool:
    if not all(math.isfinite(value) for value in (latitude, longitude, accuracy_m or 0.0)):
        return False
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return False
    # 0, 0 is what phones send that know nothing.
    return (latitude, longitude) != (0, 0) and 0 <= (accuracy_m or 0) <= _ROUGHEST_M


def _forget_old(shipment: Shipment) -> None:
    first_old = shipment.pings.order_by("-at").values_list("at", flat=True)[PINGS_KEPT : PINGS_KEPT + 1]
    if first_old:
        shipment.pings.filter(at__lte=first_old[0]).delete()
