"""Calling a person about money that our books cannot explain."""

from __future__ import annotations

from orderdesk.events.actor import GATEWAY, Actor
from orders.models import Task
from orders.services.locking import locked_order
from orders.services.tasks import open_task
from orders.terms import TaskKind

LONGEST = 500


def call_a_person(order_id: int, finding: str, *, actor: Actor = GATEWAY) -> Task:
    """Put one finding on the order's open task; whoever settled it is not called again by the next notice of the same."""
    with locked_order(order_id) as order:
        told = Task.objects.filter(order=order, kind=TaskKind.OTHER, detail__contains=finding).first()
        if told is not None:
            return told
        task = open_task(order, TaskKind.OTHER, detail=finding, actor=actor)
        if finding not in task.detail:
            # One open task of a kind: what it says already stays.
            task.detail = f"{task.detail}\n{finding}".strip()[:LONGEST]
            task.save(update_fields=["detail"])
    return task
