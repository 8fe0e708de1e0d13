"""What a payment company's answer does to a refund: the same end from an answer, a query, a webhook or a file.

Answers converge: the same one twice changes nothing, and their order does not matter. What cannot be believed (another
amount, a number that another refund has) moves nothing and calls a person.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import NotFound
from orderdesk.events.actor import Actor
from orders.axes import payment_state
from orders.gateways import Outcome, RefundAnswer
from orders.models import Order, Refund, Task
from orders.services.locking import locked_order, note_change, save_change, touch
from orders.services.refunds.limits import delay_interest
from orders.services.tasks import open_task
from orders.terms import FINAL_REFUND, RefundSource, RefundStatus, TaskKind

S = RefundStatus
_WRITTEN = (
    *("status", "detail", "gateway_ref", "submitted_at", "settled_at", "interest"),
    *("next_at", "claimed_by", "claimed_until"),
)


def order_of(refund_id: int) -> int:
    """The order whose lock a refund is changed under; NotFound when there is no such refund."""
    order_id = Refund.objects.filter(pk=refund_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("no_such_refund", _("This refund does not exist."))
    return order_id


def settle_refund(refund_id: int, answer: RefundAnswer, *, actor: Actor) -> Refund:
    """Book what a payment company says about a refund, whoever heard it first."""
    with locked_order(order_of(refund_id)) as order:
        refund = Refund.objects.select_for_update().select_related("payment").get(pk=refund_id)
        settle_locked(order, refund, answer, actor=actor, next_at=refund.next_at)
    return refund


def settle_locked(
    order: Order, refund: Refund, answer: RefundAnswer, *, actor: Actor, next_at: datetime | None
) -> None:
    """`settle_refund` under the order's lock; `next_at`: when to ask again if this answer ends nothing."""
    if refund.status in FINAL_REFUND:
        _after_the_end(order, refund, answer, actor)
    elif answer.outcome == Outcome.SUCCEEDED:
        _succeeded(order, refund, answer, actor)
    elif answer.outcome == Outcome.FAILED:
        _failed(order, refund, answer, actor)
    else:
        _open(order, refund, answer, actor, next_at)


def _succeeded(order: Order, refund: Refund, answer: RefundAnswer, actor: Actor) -> None:
    doubt = _doubt(refund, answer)
    if doubt:
        _call_a_person(order, refund, doubt, actor)
        return
    now = clock.now()
    refund.interest = delay_interest(order, refund.amount, refund.due_at, now)
    refund.submitted_at = refund.submitted_at or now
    refund.succeed(now, answer.gateway_ref or refund.key)
    refund.detail = answer.detail[:255]
    _save(refund)
    order.refunded_total += refund.amount
    order.payment_state = payment_state(order)
    save_change(order, ["refunded_total", "payment_state"])
    note_change(
        order, "refund.succeeded", actor, refund=refund.pk, amount=refund.amount, interest=refund.interest
    )
    _close_reminder(order, actor)


def _doubt(refund: Refund, answer: RefundAnswer) -> str:
    """Why an answer of success is not believed; "" when it is."""
    if refund.status == S.PENDING_APPROVAL:
        return "paid_before_approval"
    if answer.amount is not None and answer.amount != refund.amount:
        return f"amount_differs:{answer.amount}"
    taken = Refund.objects.filter(payment=refund.payment_id, gateway_ref=answer.gateway_ref or refund.key)
    return "reference_used" if taken.exclude(pk=refund.pk).exists() else ""


def _call_a_person(order: Order, refund: Refund, doubt: str, actor: Actor) -> None:
    if refund.status == S.RESERVED:
        refund.submit(clock.now())
        _save(refund)
    if refund.status == S.SUBMITTED:
        refund.lose_sight(doubt)
    refund.detail, refund.next_at = doubt, None
    _save(refund)
    note_change(order, "refund.unknown", actor, refund=refund.pk, amount=refund.amount, why=doubt)
    touch(order.pk)
    open_task(order, TaskKind.REFUND, detail=doubt, actor=actor)


def _failed(order: Order, refund: Refund, answer: RefundAnswer, actor: Actor) -> None:
    """Certainly nothing moved: the reservation ends, the money is still due."""
    if refund.status == S.PENDING_APPROVAL:
        return
    now, detail = clock.now(), answer.detail[:255]
    if refund.status == S.UNKNOWN:
        refund.void(now, detail)
    else:
        refund.fail(now, detail)
    _save(refund)
    kind = "refund.voided" if refund.status == S.VOIDED else "refund.failed"
    note_change(order, kind, actor, refund=refund.pk, amount=refund.amount, why=detail[:60])
    touch(order.pk)
    open_task(order, TaskKind.REFUND, detail=detail[:60], actor=actor)


def _open(order: Order, refund: Refund, answer: RefundAnswer, actor: Actor, next_at: datetime | None) -> None:
    detail = answer.detail[:255]
    lost = refund.status == S.SUBMITTED and answer.outcome in (Outcome.UNKNOWN, Outcome.NOT_FOUND)
    if lost:
        refund.lose_sight(detail)
    refund.detail, refund.next_at = detail, next_at
    _save(refund)
    if lost:
        note_change(order, "refund.unknown", actor, refund=refund.pk, amount=refund.amount, why=detail[:60])
        touch(order.pk)


def _after_the_end(order: Order, refund: Refund, answer: RefundAnswer, actor: Actor) -> None:
    """An ended refund is never changed; what contradicts it is for a person."""
    paid = refund.status == S.SUCCEEDED
    other_ref = bool(answer.gateway_ref) and answer.gateway_ref != refund.gateway_ref
    if answer.outcome == Outcome.SUCCEEDED and (not paid or other_ref) and not _by_hand(refund):
        open_task(order, TaskKind.OTHER, detail="refund_contradicted", actor=actor)
    elif answer.outcome == Outcome.FAILED and paid:
        open_task(order, TaskKind.OTHER, detail="refund_failed_later", actor=actor)


def _by_hand(refund: Refund) -> bool:
    """A success that was booked without the company's number has our key in its place."""
    return refund.status == S.SUCCEEDED and refund.gateway_ref == refund.key


def _save(refund: Refund) -> None:
    refund.claimed_by, refund.claimed_until = "", None
    refund.save(update_fields=_WRITTEN)


def _close_reminder(order: Order, actor: Actor) -> None:
    """The task that reminds of money to give back ends with the last of it."""
    if order.to_give_back:
        return
    for task in Task.objects.filter(order=order, kind=TaskKind.REFUND, done_at=None):
        task.done_at, task.done_by_id, task.resolution = clock.now(), actor.user_id, "refunded"
        task.save(update_fields=["done_at", "done_by", "resolution"])
        note_change(order, "task.closed", actor, task=task.pk, task_kind=task.kind)


def void_locked(order: Order, refund: Refund, note: str, *, actor: Actor, kind: str) -> None:
    """End a refund without money under the order's lock; a goodwill that is not given is owed again."""
    refund.void(clock.now(), note[:255])
    _save(refund)
    if refund.source in (RefundSource.GOODWILL, RefundSource.OFFER):
        order.cancelled_total -= min(refund.amount, order.cancelled_total)
    order.payment_state = payment_state(order)
    save_change(order, ["cancelled_total", "payment_state"])
    note_change(order, kind, actor, refund=refund.pk, amount=refund.amount)
    if order.to_give_back:
        open_task(order, TaskKind.REFUND, detail=note[:60], actor=actor)
