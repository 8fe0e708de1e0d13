"""Waybills: entered, corrected, and the attested hand-over to the carrier."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.carriers import carrier_of, clean_number
from orders.models import Shipment
from orders.services.locking import locked_order
from orders.services.shipments import (
    fit_units,
    leave,
    locked_shipment,
    open_or_planned,
    require_shipment,
    save_step,
)


def checked_waybill(carrier: str, number: str) -> str:
    """The number as it is stored. DomainError: `no_carrier`, `no_number`, `scientific`, `bad_number`."""
    vendor = carrier_of(carrier)
    if vendor is None:
        raise DomainError("no_carrier", _("Choose the carrier."))
    cleaned = clean_number(number)
    if not cleaned:
        raise DomainError("no_number", _("Enter the waybill number."))
    if "E+" in cleaned:
        raise DomainError(
            "scientific",
            _("A spreadsheet turned this number into %(number)s. Format its column as text."),
            number=number,
        )
    if not vendor.number_ok(cleaned):
        raise DomainError(
            "bad_number",
            _("%(number)s is not a waybill number of %(carrier)s. Check the digits."),
            number=cleaned,
            carrier=vendor.name(get_language() or "ko"),
        )
    return cleaned


def waybill_doubt(carrier: str, number: str) -> str:
    """A sentence for an accepted number whose last digit does not fit, as after a slip of the finger; else empty.

    It refuses nothing: the rule was found in real numbers, no carrier promises it.
    """
    vendor = carrier_of(carrier)
    if vendor is None or vendor.digit_fits(number):
        return ""
    return gettext("%(number)s: the last digit does not fit the others. Compare it with the label.") % {
        "number": number
    }


def enter_waybill(shipment_id: int, *, carrier: str, number: str, actor: Actor) -> Shipment:
    """Write or correct a parcel's waybill until the first scan. DomainError as `checked_waybill`, or `used_already`."""
    cleaned = checked_waybill(carrier, number)
    with locked_shipment(shipment_id) as shipment:
        _write_waybill(shipment, carrier, cleaned, actor)
    return shipment


def _write_waybill(shipment: Shipment, carrier: str, number: str, actor: Actor) -> None:
    require_shipment(shipment, "enter_waybill")
    if (shipment.carrier, shipment.tracking_number) == (carrier, number):
        return
    corrected = bool(shipment.tracking_number)
    shipment.carrier, shipment.tracking_number = carrier, number
    try:
        with transaction.atomic():
            fields = ["carrier", "tracking_number"]
            save_step(
                shipment, fields, "shipment.waybill_entered", actor, carrier=carrier, corrected=corrected
            )
    except IntegrityError as error:
        raise used_already(carrier, number) from error


def used_already(carrier: str, number: str) -> DomainError:
    """The refusal that names the number's other parcel."""
    other = Shipment.objects.filter(carrier=carrier, tracking_number=number).select_related("order").first()
    return DomainError(
        "used_already",
        _("Waybill %(number)s belongs to parcel %(parcel)s already."),
        number=number,
        parcel=other or "?",
    )


def hand_over(shipment_id: int, *, actor: Actor) -> Shipment:
    """Staff attest that the carrier took the parcel: the order is in delivery, "handed to the carrier" until a scan."""
    with locked_shipment(shipment_id) as shipment:
        _hand_over(shipment, actor)
    return shipment


def _hand_over(shipment: Shipment, actor: Actor) -> None:
    fit_units(shipment)
    require_shipment(shipment, "hand_over")
    moment = clock.now()
    shipment.hand_over(moment)
    shipment.picked_at, shipment.packed_at = shipment.picked_at or moment, shipment.packed_at or moment
    shipment.handed_over_by_id = actor.user_id
    fields = ["handed_over_at", "departed_at", "handed_over_by", "picked_at", "packed_at"]
    save_step(shipment, fields, "shipment.handed_over", actor, carrier=shipment.carrier)
    leave(shipment, actor=actor, at=moment, proof="attested")


def ship_with_waybill(
    order_id: int,
    *,
    carrier: str,
    number: str,
    actor: Actor,
    handed_over: bool = True,
    version: int | None = None,
) -> Shipment:
    """One entry for the desk: the order's waiting parcel (made if there is none) gets its waybill and, if so, leaves."""
    cleaned = checked_waybill(carrier, number)
    with locked_order(order_id, version=version) as order:
        shipment = open_or_planned(order, actor=actor)
        _write_waybill(shipment, carrier, cleaned, actor)
        if handed_over:
            _hand_over(shipment, actor)
    return shipment
