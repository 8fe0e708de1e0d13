"""What follows an order's events: messages to the customer, and a task when one does not arrive."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk.events.models import Event
from orderdesk.events.registry import on
from orders.models import Order, Refund
from orders.services.locking import SUBJECT, locked_order
from orders.services.refunds.account import without_account
from orders.services.tasks import open_task
from orders.services.tell import tell_customer
from orders.services.tell_money import of_cause
from orders.terms import (
    FINAL_REFUND,
    HOLDING_REFUND,
    DeliveryMethod,
    OrderStatus,
    RefundStatus,
    TaskKind,
)


@on("order.placed", label=_("Tell the customer: order received"))
def tell_received(event: Event) -> None:
    tell_customer(event, "order.received")


@on("order.awaiting_payment", label=_("Ask the customer to pay"))
def ask_to_pay(event: Event) -> None:
    # Paid in the same breath, as by card: asking for money would only confuse.
    if Order.objects.filter(pk=event.subject_id, status=OrderStatus.AWAITING_PAYMENT).exists():
        tell_customer(event, event.kind)


@on(
    "order.confirmed",
    "order.departed",
    "order.delivered",
    "order.cancelled",
    "order.units_cancelled",
    "order.expired",
    "order.delayed",
    "order.held",
    "order.released",
    "link.requested",
    "cancellation.rejected",
    "cancellation.counter_offered",
    label=_("Tell the customer what changed"),
)
def tell_change(event: Event) -> None:
    tell_customer(event, event.kind)


@on("order.preparing", label=_("Tell the customer: being prepared"))
def tell_preparing(event: Event) -> None:
    # A step that was only passed through is no news.
    if not event.data.get("passed_through"):
        tell_customer(event, event.kind)


@on("order.ready", label=_("Tell the customer: ready to be picked up"))
def tell_ready(event: Event) -> None:
    # Ready is the shop's business, unless the customer comes for it.
    if Order.objects.filter(pk=event.subject_id, delivery_method=DeliveryMethod.PICKUP).exists():
        tell_customer(event, event.kind)


@on("cancellation.submitted", label=_("Tell the customer: cancelling asked for"))
def tell_asked(event: Event) -> None:
    # Back from a counter-offer that was not taken: the customer has just said so.
    if not event.data.get("again"):
        tell_customer(event, event.kind)


@on(
    "order.cancelled",
    "order.units_cancelled",
    "cancellation.counter_accepted",
    label=_("Ask the customer for a bank account"),
)
def ask_for_an_account(event: Event) -> None:
    # Hangs on what made the money due, whose reactions are written anyway: cancelling has few statements to spend.
    order = Order.objects.get(pk=event.subject_id)
    cause = f"cancel:{event.data.get('cancellation')}"
    if any(refund.cause == cause for refund in without_account(order)):
        tell_customer(event, "refund.account_needed")


@on("refund.submitted", label=_("Tell the customer: refund sent"))
def tell_refund_sent(event: Event) -> None:
    """Once for a cause, and only while its result is still to come: else the next message says it all."""
    refunds = _of_the_same_cause(event)
    sent = [refund for refund in refunds if refund.submitted_at]
    if not sent or any(refund.status in FINAL_REFUND for refund in refunds):
        return
    if min(sent, key=lambda refund: (refund.submitted_at, refund.pk)).pk == event.data["refund"]:
        tell_customer(event, "refund.sent")


@on("refund.succeeded", "refund.failed", "refund.voided", label=_("Tell the customer: refund done"))
def tell_refund_done(event: Event) -> None:
    """Once for a cause, by whichever of its refunds ended last, with all that went back."""
    refunds = _of_the_same_cause(event)
    if any(refund.status in HOLDING_REFUND for refund in refunds):
        return
    if not any(refund.status == RefundStatus.SUCCEEDED for refund in refunds):
        return
    if max(refunds, key=lambda refund: (refund.settled_at, refund.pk)).pk == event.data["refund"]:
        tell_customer(event, "refund.done")


def _of_the_same_cause(event: Event) -> list[Refund]:
    refund = Refund.objects.select_related("order").filter(pk=event.data.get("refund")).first()
    return of_cause(refund.order, refund.cause) if refund else []


@on("message.bounced", "message.rejected", label=_("Ask staff for a right address"))
def ask_for_a_right_address(event: Event) -> None:
    if event.subject_kind != SUBJECT:
        return
    with locked_order(event.subject_id) as order:
        open_task(order, TaskKind.BOUNCED, detail=event.data["message_kind"])
