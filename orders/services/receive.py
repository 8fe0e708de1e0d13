"""The customer's own word on the arrival: 받았어요 and 못 받았어요."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.events.actor import CUSTOMER, Actor
from orderdesk.events.recording import Fact, record
from orders.axes import refresh_fulfilment
from orders.errors import TransitionRefused
from orders.guards import OPEN_TASKS, Refusal
from orders.models import Order
from orders.services.locking import SUBJECT, locked_order, note_change, save_change
from orders.services.steps import complete_order, deliver_locked
from orders.services.tasks import close_task, open_task
from orders.terms import ON_THE_WAY, OrderStatus, TaskKind

S = OrderStatus
NOTHING_SENT = Refusal("nothing_sent", _("Nothing has been sent yet."))
RECEIVED = Refusal("received", _("You have confirmed the receipt already."))
CLOSED = Refusal("closed", _("This order is closed. Please contact the shop."))
NOT_DUE = Refusal("not_due", _("It is still on its way, within the promised time."))
REPORTED = Refusal("reported", _("You have told the shop already; it is looking into it."))


def why_not_receive(status: str, open_tasks: Collection[str]) -> Refusal | None:
    """Why the customer cannot confirm the receipt now; the open complaint of its non-arrival is no reason."""
    if status == S.DELIVERED and set(open_tasks) - {TaskKind.NOT_RECEIVED}:
        return OPEN_TASKS
    return _not_under_way(status)


def why_not_report(
    status: str, open_tasks: Collection[str], promised_until: datetime | None, at: datetime
) -> Refusal | None:
    """Why the customer cannot say now that it did not arrive."""
    if TaskKind.NOT_RECEIVED in open_tasks:
        return REPORTED
    if status == S.IN_DELIVERY and promised_until and promised_until > at:
        return NOT_DUE
    return _not_under_way(status)


def _not_under_way(status: str) -> Refusal | None:
    if status in (S.IN_DELIVERY, S.DELIVERED):
        return None
    if status in (S.CANCELLED, S.EXPIRED):
        return CLOSED
    return RECEIVED if status == S.COMPLETED else NOTHING_SENT


def receive_order(order_id: int, *, actor: Actor = CUSTOMER) -> Order:
    """The customer has it: parcels under way end as delivered; a delivered order is completed.

    TransitionRefused with a sentence; an open complaint of the non-arrival is settled by it.
    """
    with locked_order(order_id) as order:
        refuse(why_not_receive(order.status, _open_tasks(order)))
        for task in order.tasks.filter(kind=TaskKind.NOT_RECEIVED, done_at=None):
            close_task(task.pk, actor=actor)
        if order.status == S.DELIVERED:
            return complete_order(order.pk, actor=actor)
        _end_shipments(order, actor)
        if not deliver_locked(order, actor=actor, at=clock.now()):
            refresh_fulfilment(order)
            save_change(order, ["fulfilment_state"])
    return order


def report_not_received(order_id: int, detail: str, *, actor: Actor = CUSTOMER) -> Order:
    """The customer says that it did not arrive: staff get a task with the sentence, completion by itself stops."""
    with locked_order(order_id) as order:
        refuse(why_not_report(order.status, _open_tasks(order), order.promised_until, clock.now()))
        open_task(order, TaskKind.NOT_RECEIVED, detail=detail.strip()[:500], actor=actor)
        save_change(order, [])
        note_change(order, "order.not_received", actor)
    return order


def refuse(refusal: Refusal | None) -> None:
    """TransitionRefused when there is a reason."""
    if refusal:
        raise TransitionRefused(refusal.code, refusal.message)


def _open_tasks(order: Order) -> set[str]:
    return set(order.tasks.filter(done_at=None).values_list("kind", flat=True))


def _end_shipments(order: Order, actor: Actor) -> None:
    for shipment in order.shipments.filter(status__in=ON_THE_WAY):
        shipment.deliver(clock.now())
        shipment.save(update_fields=["status", "delivered_at", "departed_at"])
        data = {"shipment": shipment.pk, "number": shipment.number, "word": "customer"}
        record(Fact("shipment.delivered", order.shop_id, (SUBJECT, order.pk), actor, data))
