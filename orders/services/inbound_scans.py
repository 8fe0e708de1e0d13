"""What a tracking service's stored callback does: find the parcel, record the scan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderdesk.events.inbox import InboundOutcome
from orders.carriers import sweettracker
from orders.models import Shipment
from orders.services.scans import Scan, record_scans


def handle(body: Mapping[str, Any]) -> InboundOutcome:
    """Record the scan in a stored Sweet Tracker callback; an unknown parcel is asked for again, an unknown level ignored."""
    report = sweettracker.read(body)
    if isinstance(report, str):
        return InboundOutcome(done=False, note=report)
    shipment = Shipment.objects.filter(carrier=report.carrier, tracking_number=report.number).first()
    if shipment is None:
        return InboundOutcome(done=False, note="no shipment has this number", early=True)
    new = record_scans(shipment.pk, [Scan(report.at, report.code, report.words, report.where)])
    return InboundOutcome(done=True, note="recorded" if new else "known already")
