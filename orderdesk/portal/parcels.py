"""Parcels in words: where each one is, its scans, and the carrier's own page."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from orderdesk.accounts.models import OrderKind
from orderdesk.portal.page_facts import OrderFacts, Parcel, Scan
from orderdesk.portal.rows import ScanView, scan_rows
from orders.carriers import carrier_name, tracking_url
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, ShipmentStatus, TrackingCode
from orders.timewords import Speaker

S = ShipmentStatus
_MEANINGS = dict(TrackingCode.choices)
_STATES: dict[str, tuple[str | Promise, str]] = {
    S.HANDED_OVER: (gettext_lazy("Handed to the carrier"), "moving"),
    S.IN_TRANSIT: (gettext_lazy("On its way"), "moving"),
    S.OUT_FOR_DELIVERY: (gettext_lazy("Out for delivery"), "moving"),
    S.DELIVERED: (gettext_lazy("Arrived"), "done"),
    S.ATTEMPT_FAILED: (gettext_lazy("Delivery did not work out"), "waits"),
    S.RETURNING: (gettext_lazy("Going back to the shop"), "waits"),
    S.RETURNED: (gettext_lazy("Back at the shop"), "waits"),
    S.LOST: (gettext_lazy("The carrier cannot find it"), "bad"),
    S.EXCEPTION: (gettext_lazy("The carrier reports a problem"), "bad"),
}
_RUN_STATES: dict[str, tuple[str | Promise, str]] = {
    **_STATES,
    S.COURIER_ASSIGNED: (gettext_lazy("A courier will pick it up"), "idle"),
    S.PICKED_UP: (gettext_lazy("The courier is on the way"), "moving"),
    S.ARRIVING: (gettext_lazy("The courier has arrived"), "moving"),
    S.ATTEMPT_FAILED: (gettext_lazy("The courier could not hand it over"), "waits"),
    S.LOST: (gettext_lazy("It got lost"), "bad"),
    S.EXCEPTION: (gettext_lazy("There is a problem on the way"), "bad"),
}


class ParcelView(NamedTuple):
    """One parcel as the page shows it; `shown` scans first, `older` ones folded away."""

    title: str
    state: str | Promise
    tone: str
    units: str
    carrier: str
    tracking_number: str
    carrier_url: str
    courier: str
    remark: str
    shown: SafeString
    older: SafeString
    photo: int | None


def parcel_views(facts: OrderFacts, speak: Speaker) -> list[ParcelView]:
    """Parcels in their order; goods taken at the counter are no parcel."""
    sent = [parcel for parcel in facts.parcels if parcel.method != DeliveryMethod.PICKUP]
    food = facts.kind == OrderKind.FOOD
    return [_view(parcel, len(sent), speak, food=food) for parcel in sent]


def _view(parcel: Parcel, count: int, speak: Speaker, *, food: bool) -> ParcelView:
    by_courier = parcel.method == DeliveryMethod.COURIER
    states = _RUN_STATES if by_courier else _STATES
    state, tone = states.get(parcel.status, (_("Being prepared"), "idle"))
    scans = [_scan(scan, speak) for scan in parcel.scans] + _steps(parcel, speak)
    return ParcelView(
        _title(parcel, count, by_courier=by_courier) if count > 1 else "",
        state,
        tone,
        _units(parcel.units, food=food) if count > 1 else "",
        carrier_name(parcel.carrier, get_language() or "ko") if parcel.carrier else "",
        parcel.tracking_number,
        tracking_url(parcel.carrier, parcel.tracking_number),
        parcel.courier_name if parcel.status not in BEFORE_HANDOVER[:5] else "",
        _remark(parcel),
        scan_rows(scans[:4]),
        scan_rows(scans[4:]),
        parcel.number if parcel.has_photo else None,
    )


def _title(parcel: Parcel, count: int, *, by_courier: bool) -> str:
    which = {"n": parcel.number, "count": count}
    return _("Delivery %(n)d of %(count)d") % which if by_courier else _("Parcel %(n)d of %(count)d") % which


def _units(n: int, *, food: bool) -> str:
    words = ngettext("%(n)d dish", "%(n)d dishes", n) if food else ngettext("%(n)d item", "%(n)d items", n)
    return words % {"n": n}


def _remark(parcel: Parcel) -> str:
    if parcel.status == S.HANDED_OVER and parcel.first_scan_at is None:
        return _("The carrier's first scan usually appears within a day.")
    if parcel.status == S.DELIVERED and parcel.proof_name:
        return _("Received by: %(name)s") % {"name": parcel.proof_name}
    return ""


def _scan(scan: Scan, speak: Speaker) -> ScanView:
    return ScanView(speak.moment(scan.at), _MEANINGS.get(scan.code, scan.code), scan.location)


def _steps(parcel: Parcel, speak: Speaker) -> list[ScanView]:
    """Our own steps beside the carrier's scans, newest first: the hand-over, and a courier's run."""
    if parcel.method == DeliveryMethod.COURIER:
        steps = [(parcel.delivered_at, _("Arrived")), (parcel.departed_at, _("Courier left"))]
    elif parcel.scans:
        steps = [(parcel.handed_over_at, _("Handed to the carrier"))]
    else:
        steps = [(parcel.delivered_at, _("Delivered")), (parcel.handed_over_at, _("Handed to the carrier"))]
    return [ScanView(speak.moment(at), words, "") for at, words in steps if at]
