"""Tasks: what a person must settle about an order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict
from orderdesk.events.actor import SYSTEM, Actor
from orders.models import Order, Task
from orders.services.locking import locked_order, note_change
from orders.services.steps import deliver_locked


def open_task(order: Order, kind: str, *, detail: str = "", actor: Actor = SYSTEM) -> Task:
    """Open a task of `kind` on a locked order; one that is open already is returned as it is."""
    task, made = Task.objects.get_or_create(order=order, kind=kind, done_at=None, defaults={"detail": detail})
    if made:
        note_change(order, "task.opened", actor, task=task.pk, task_kind=kind)
    return task


def close_task(task_id: int, *, actor: Actor, resolution: str = "") -> Task:
    """Mark a task as settled; Conflict when somebody else did."""
    order_id = Task.objects.values_list("order_id", flat=True).get(pk=task_id)
    with locked_order(order_id) as order:
        task = Task.objects.get(pk=task_id)
        if task.done_at:
            raise Conflict("done_already", _("Somebody settled this task already."))
        task.done_at, task.done_by_id, task.resolution = clock.now(), actor.user_id, resolution
        task.save(update_fields=["done_at", "done_by", "resolution"])
        note_change(order, "task.closed", actor, task=task.pk, task_kind=task.kind)
        # Deciding about a lost or returned parcel may be the last thing that the delivery waited for.
        deliver_locked(order, actor=actor, at=task.done_at)
    return task
