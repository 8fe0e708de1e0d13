"""What follows an order's events: messages to the customer, and a task when one does not arrive."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk.events.models import Event
from orderdesk.events.registry import on
from orders.models import Order
from orders.services.locking import SUBJECT, locked_order
from orders.services.tasks import open_task
from orders.services.tell import tell_customer
from orders.terms import DeliveryMethod, OrderStatus, TaskKind


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
    "order.expired",
    "order.delayed",
    "order.held",
    "order.released",
    "link.requested",
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


@on("message.bounced", "message.rejected", label=_("Ask staff for a right address"))
def ask_for_a_right_address(event: Event) -> None:
    if event.subject_kind != SUBJECT:
        return
    with locked_order(event.subject_id) as order:
        open_task(order, TaskKind.BOUNCED, detail=event.data["message_kind"])
