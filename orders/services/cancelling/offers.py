"""Offers on the page of cancelling: one at most, refused with one button, and quiet for a week after that."""

from __future__ import annotations

from orderdesk import clock
from orderdesk.events.actor import Actor
from orders.models import Cancellation
from orders.services.cancelling.confirm import locked_cancellation, order_of
from orders.services.locking import locked_order, note_change
from orders.terms import CancellationStatus


def refuse_offer(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """The customer wants no offer: the wish to cancel stands as it was. Repeated, or too late, it changes nothing."""
    with locked_order(order_of(cancellation_id)) as order:
        row = locked_cancellation(order, cancellation_id)
        if row.status == CancellationStatus.OFFER_SHOWN and not row.decision.get("offer_refused"):
            row.decision["offer_refused"] = clock.now().isoformat()
            row.save(update_fields=["decision"])
            note_change(order, "cancellation.offer_refused", actor, cancellation=row.pk)
    return row
