"""Tasks that a step has answered: they close with it, so that the list of tasks holds only what is still to do."""

from __future__ import annotations

from collections.abc import Sequence

from orderdesk import clock
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record_many
from orders.models import Order, Task
from orders.services.locking import SUBJECT
from orders.terms import TaskKind


def settle_unanswered(orders: Sequence[Order], *, actor: Actor) -> None:
    """Close the open tasks “not accepted in time” of locked orders that somebody has now answered."""
    waiting = [
        (order, task)
        for order in orders
        for task in order.tasks.all()
        if task.kind == TaskKind.NOT_ACCEPTED and not task.done_at
    ]
    if not waiting:
        return
    ids = [task.pk for _order, task in waiting]
    Task.objects.filter(pk__in=ids).update(done_at=clock.now(), done_by=actor.user_id)
    record_many(
        [
            Fact(
                "task.closed",
                order.shop_id,
                (SUBJECT, order.pk),
                actor,
                {"task": task.pk, "task_kind": task.kind},
            )
            for order, task in waiting
        ]
    )
