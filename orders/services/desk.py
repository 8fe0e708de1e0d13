"""What colleagues do around an order: notes, assignment, tags, problem reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from orderdesk.accounts.models import Membership
from orderdesk.events.actor import Actor
from orders.guards import why_not
from orders.models import Note, Order, Tag
from orders.services.locking import locked_order, note_change, save_change
from orders.services.stop import hold_order
from orders.services.tasks import open_task
from orders.terms import HoldReason, TaskKind

_MENTION = re.compile(r"@([\w.+-]+)")


def add_note(order_id: int, body: str, *, actor: Actor, visible_to_customer: bool = False) -> Note:
    """Write a note; `@username` of a colleague in the same shop tells them."""
    with locked_order(order_id) as order:
        note = Note.objects.create(
            order=order, author_id=actor.user_id, body=body.strip(), visible_to_customer=visible_to_customer
        )
        names = _MENTION.findall(body)
        members = Membership.objects.filter(shop_id=order.shop_id, user__username__in=names)
        mentioned = list(members.values_list("user_id", flat=True))
        note.mentions.set(mentioned)
        save_change(order, [])
        note_change(order, "note.added", actor, note=note.pk, mentions=mentioned, visible=visible_to_customer)
    return note


def assign_order(order_id: int, user_id: int | None, *, actor: Actor) -> Order:
    """Give the order to a colleague, or to nobody."""
    with locked_order(order_id) as order:
        order.assigned_to_id = user_id
        save_change(order, ["assigned_to"])
        note_change(order, "order.assigned", actor, to=user_id)
    return order


def tag_order(order_id: int, names: Sequence[str], *, actor: Actor) -> Order:
    """Set the order's tags; new words become tags of the shop."""
    with locked_order(order_id) as order:
        wanted = sorted({name.strip()[:30] for name in names if name.strip()})
        tags = [Tag.objects.get_or_create(shop_id=order.shop_id, name=name)[0] for name in wanted]
        order.tags.set(tags)
        save_change(order, [])
        note_change(order, "order.tagged", actor, tags=[tag.pk for tag in tags])
    return order


def report_problem(order_id: int, detail: str, *, actor: Actor) -> Order:
    """Kitchen or warehouse reports an accident: the order is held where it can be, and staff get a task."""
    with locked_order(order_id) as order:
        if why_not(order, "hold") is None:
            hold_order(order.pk, actor=actor, reason=HoldReason.ACCIDENT, note=detail)
            order.refresh_from_db()
        open_task(order, TaskKind.PROBLEM, detail=detail, actor=actor)
        note_change(order, "order.problem_reported", actor)
    return order
