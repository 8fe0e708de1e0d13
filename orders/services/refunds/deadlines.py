"""The law's clock: a refund that is due within a day is told, and again when the time has passed."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from orderdesk import clock
from orderdesk.events.actor import SYSTEM
from orders.models import Refund
from orders.services.locking import locked_order, note_change
from orders.terms import HOLDING_REFUND

BATCH = 200
SOON = timedelta(hours=24)
TOLD_SOON, TOLD_OVERDUE = 1, 2


def run_refund_deadlines() -> int:
    """Tell what is due within a day (`refund.due_soon`) or past (`refund.overdue`), each once; returns how many."""
    now = clock.now()
    soon = Q(due_at__lte=now + SOON, escalation__lt=TOLD_SOON)
    past = Q(due_at__lte=now, escalation__lt=TOLD_OVERDUE)
    waiting = Refund.objects.filter(soon | past, status__in=HOLDING_REFUND).order_by("due_at")
    return sum(_tell(pk, order_id) for pk, order_id in list(waiting.values_list("pk", "order_id")[:BATCH]))


def _tell(refund_id: int, order_id: int) -> int:
    with locked_order(order_id) as order:
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        if refund.status not in HOLDING_REFUND or refund.due_at is None:
            return 0
        level = TOLD_OVERDUE if refund.due_at <= clock.now() else TOLD_SOON
        if refund.escalation >= level:
            return 0
        refund.escalation = level
        refund.save(update_fields=["escalation"])
        kind = "refund.overdue" if level == TOLD_OVERDUE else "refund.due_soon"
        note_change(
            order, kind, SYSTEM, refund=refund.pk, amount=refund.amount, due=refund.due_at.isoformat()
        )
    return 1
