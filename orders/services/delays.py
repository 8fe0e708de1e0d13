"""Telling a customer that it will be later, before the promise breaks."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.models import Order
from orders.services.locking import locked_order, note_change, save_change
from orders.terms import OPEN_STATUSES, DelayReason


def announce_delay(
    order_id: int,
    new_from: datetime,
    new_until: datetime,
    *,
    reason: str,
    actor: Actor,
    version: int | None = None,
) -> Order:
    """Move the promise of an open order; the event keeps the one given before. `reason` is a DelayReason.

    DomainError: `closed`, `window` (it must end in the future and after it begins), `no_reason`.
    """
    if reason not in DelayReason.values:
        raise DomainError("no_reason", _("Choose the reason."))
    if new_until <= new_from or new_until <= clock.now():
        raise DomainError("window", _("The new window must lie ahead and end after it begins."))
    with locked_order(order_id, version=version) as order:
        if order.status not in OPEN_STATUSES:
            raise DomainError("closed", _("The order is closed; its promise stays as it was."))
        before = [_text(order.promised_from), _text(order.promised_until)]
        order.promised_from, order.promised_until = new_from, new_until
        # A promise that moves closer takes the day of leaving with it: it never lies behind the promise.
        order.ship_by = min(order.ship_by, new_until) if order.ship_by else None
        save_change(order, ["promised_from", "promised_until", "ship_by"])
        after = [_text(new_from), _text(new_until)]
        note_change(order, "order.delayed", actor, reason=reason, before=before, after=after)
    return order


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
