"""Due times of orders: unpaid ones expire, unanswered ones meet the shop's default, delivered ones complete."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db.models import Exists, OuterRef

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import SYSTEM
from orderdesk.policies.timings import AcceptanceDefault, timings_of
from orders.models import Order, Task
from orders.models.order import OrderQuerySet
from orders.services.locking import locked_order, save_change
from orders.services.steps import complete_order, confirm_order
from orders.services.stop import expire_order, reject_order
from orders.services.tasks import open_task
from orders.terms import CancelReason, OrderStatus, TaskKind

log = logging.getLogger(__name__)

BATCH = 500


def run_deadlines() -> int:
    """Do what is due; safe to repeat and to run many times at once. Returns how many orders were changed."""
    now = clock.now()
    due = Order.objects.order_by("id")
    return (
        _each(
            due.filter(status=OrderStatus.AWAITING_PAYMENT, pay_by__lte=now),
            lambda pk: expire_order(pk, actor=SYSTEM),
        )
        + _each(due.filter(status=OrderStatus.PLACED, accept_by__lte=now), answer_for_the_shop)
        + _each(_completable(due.filter(complete_after__lte=now)), _complete)
    )


def _completable(orders: OrderQuerySet) -> OrderQuerySet:
    # Orders with an open complaint stay out, or they would fill every batch.
    complaint = Task.objects.filter(order=OuterRef("pk"), done_at=None)
    return orders.filter(~Exists(complaint), status=OrderStatus.DELIVERED)


def _each(orders: OrderQuerySet, act: Callable[[int], object]) -> int:
    done = 0
    for pk in list(orders.values_list("pk", flat=True)[:BATCH]):
        try:
            act(pk)
            done += 1
        except DomainError as refusal:
            # Somebody was faster, or a guard says no: the next sweep looks again.
            log.info("order %s: %s", pk, refusal.code)
    return done


def answer_for_the_shop(order_id: int) -> None:
    """Nobody accepted in time: confirm, reject or alert, as the timing policy that the order is bound to says."""
    policy_id = Order.objects.values_list("timing_policy_id", flat=True).get(pk=order_id)
    default = timings_of(policy_id).acceptance_default
    if default == AcceptanceDefault.CONFIRM:
        confirm_order(order_id, actor=SYSTEM)
    elif default == AcceptanceDefault.REJECT:
        reject_order(order_id, actor=SYSTEM, reason=CancelReason.NOT_ACCEPTED)
    else:
        with locked_order(order_id) as order:
            order.accept_by = None
            save_change(order, ["accept_by"])
            open_task(order, TaskKind.NOT_ACCEPTED)


def _complete(order_id: int) -> None:
    complete_order(order_id, actor=SYSTEM)
