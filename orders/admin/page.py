"""What the order page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orders.admin import columns, unmask
from orders.admin.money_panel import with_money
from orders.admin.shipment_cards import shipment_cards
from orders.flags import sentence as oddity
from orders.guards import why_not
from orders.json_rows import JsonRows
from orders.models import AccessLink, Order, OrderFlag, Payment, Tag, Task, TrackingEvent
from orders.models.payment import shown_reference
from orders.sentences import Names
from orders.terms import (
    STEPS,
    OrderStatus,
    PaymentMethod,
    status_label,
)
from orders.timeline import FILTERS, timeline_of

S = OrderStatus
Text = str | Promise
SCANS_SHOWN = 20
CUSTOMER_ORDERS = 100


def with_everything(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that their page and their guards read."""
    others = Order.objects.filter(customer_id=OuterRef("customer_id")).order_by("-placed_at", "-id")
    scans = TrackingEvent.objects.order_by("-at", "-id")[:SCANS_SHOWN]
    return (
        with_money(rows)
        .select_related("shop", "customer", "assigned_to", "timing_policy")
        .prefetch_related(
            "lines",
            "shipments__lines",
            "tasks",
            Prefetch("shipments__tracking_events", scans, to_attr="latest_scans"),
        )
        .annotate(
            tag_rows=JsonRows(
                Tag.objects.filter(orders=OuterRef("pk")).order_by("name"), id="pk", name="name"
            ),
            flag_rows=JsonRows(OrderFlag.objects.filter(order=OuterRef("pk")), code="code", detail="detail"),
            link_rows=JsonRows(
                AccessLink.objects.filter(order=OuterRef("pk"), revoked_at=None, expires_at__gt=clock.now()),
                scope="scope",
                used="first_used_at",
            ),
            customer_rows=JsonRows(
                others[:CUSTOMER_ORDERS],
                id="pk",
                number="number",
                kind="kind",
                status="status",
                total="total",
                currency="currency",
            ),
        )
    )


def for_actions(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that guards and outcomes read."""
    related = rows.select_related("shop", "customer")
    return related.prefetch_related("lines", "shipments__lines", "tasks", "payments", "cancellations")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the order's way: done, now or ahead, and when it was reached."""

    label: Text
    state: str
    at: datetime | None


_REACHED = {
    S.PLACED: "placed_at",
    S.CONFIRMED: "confirmed_at",
    S.PREPARING: "preparing_at",
    S.READY: "ready_at",
    S.IN_DELIVERY: "departed_at",
    S.DELIVERED: "delivered_at",
}


def steps_of(order: Order) -> list[Step]:
    """The six steps; a closed or held order has no step that is now."""
    status = S.DELIVERED if order.status == S.COMPLETED else order.status
    at_step = order.held_from if status == S.ON_HOLD else status
    position = STEPS.index(S(at_step)) if at_step in STEPS else -1
    shown = []
    for index, step in enumerate(STEPS):
        reached = getattr(order, _REACHED[step])
        state = "done" if index < position or (reached and index != position) else "ahead"
        if index == position:
            state = "done" if status == S.DELIVERED else "now"
        if status == S.AWAITING_PAYMENT:
            state, reached = "ahead", None
        shown.append(Step(step_label(order, step), state, reached if state != "ahead" else None))
    return shown


def step_label(order: Order, step: OrderStatus) -> Text:
    """A step's name; food is cooked and brought, parcels are packed and sent."""
    return status_label(step, food=order.kind == OrderKind.FOOD)


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line and what became of its units, in words."""

    line: Any
    state: Text
    tone: str


def line_rows(order: Order) -> list[LineRow]:
    """The lines with the state of their units."""
    return [LineRow(line, *_line_state(order, line)) for line in order.lines.all()]


def _line_state(order: Order, line: Any) -> tuple[Text, str]:
    if order.status == S.EXPIRED:
        return S.EXPIRED.label, "idle"
    if line.cancelled_quantity >= line.quantity:
        return _("Cancelled"), "idle"
    if line.returned_quantity:
        return _("%(n)d of %(all)d returned") % {"n": line.returned_quantity, "all": line.quantity}, "money"
    if line.to_ship == 0:
        return _("Shipped"), "done"
    if line.shipped_quantity:
        return _("%(n)d of %(all)d shipped") % {"n": line.shipped_quantity, "all": line.quantity}, "moving"
    return _("To ship"), "waits"


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer, masked, with their history in this shop."""

    fields: list[dict[str, Any]]
    orders: str
    cancelled: int
    last: list[dict[str, Any]]


def customer_card(order: Any, shown: dict[str, str]) -> CustomerCard:
    """`shown`: fields that were unmasked for this page."""
    rows = order.customer_rows or []
    count = f"{CUSTOMER_ORDERS}+" if len(rows) >= CUSTOMER_ORDERS else str(len(rows))
    last = [
        row
        | {
            "label": status_label(row["status"], food=row["kind"] == OrderKind.FOOD),
            "tone": columns.STATUS_TONES.get(row["status"], "idle"),
        }
        for row in rows
    ]
    return CustomerCard(
        fields=personal(order, (("name", _("Name")), ("phone", _("Phone")), ("email", _("Mail"))), shown),
        orders=count,
        cancelled=sum(row["status"] == S.CANCELLED for row in rows),
        last=[row for row in last if row["id"] != order.pk][:5],
    )


def personal(order: Order, fields: Iterable[tuple[str, Text]], shown: dict[str, str]) -> list[dict[str, Any]]:
    """Fields with their masked or, when unmasked just now, whole value; empty ones are left out."""
    rows = [
        {
            "name": name,
            "label": label,
            "value": shown.get(name) or unmask.masked(order, name),
            "shown": name in shown,
        }
        for name, label in fields
    ]
    return [row for row in rows if row["value"]]


def page_context(request: HttpRequest, order: Any, shown: dict[str, str]) -> dict[str, Any]:
    """Everything of the page beside buttons, panels and neighbours."""
    user: Any = request.user
    before = request.GET.get("before", "")
    names = Names(
        order.currency,
        lines={line.pk: line.name for line in order.lines.all()},
        tags={row["id"]: row["name"] for row in order.tag_rows or []},
    )
    where = (("recipient_name", _("Recipient")), ("recipient_phone", _("Phone")), ("address", _("Address")))
    may = {
        "unmask": user.has_perm(unmask.UNMASK, order.shop),
        "edit": user.has_perm("orders.edit_order", order) and why_not(order, "edit") is None,
        "task": user.has_perm("orders.change_task", order),
        "ship": user.has_perm("orders.fulfil_order", order),
        "resend": user.has_perm("notifications.resend_message", order),
        "messages": user.has_perm("notifications.view_message", order),
        "retry": user.has_perm("events.retry_reaction", order),
    }
    return {
        "status_pill": columns.status_pill_of(order),
        "promise": columns.promise_words(order),
        "steps": steps_of(order),
        "lines": line_rows(order),
        "shipments": shipment_cards(order),
        "no_longer_owed": order.total - order.owed,
        "payments": [_payment(payment) for payment in order.payments.all()],
        "open_tasks": [task for task in order.tasks.all() if not task.done_at],
        "done_tasks": _done(order.tasks.all()),
        "flags": [oddity(row["code"], row["detail"]) for row in order.flag_rows or []],
        "links": [row for row in order.link_rows or [] if row["scope"] == "customer"],
        "customer": customer_card(order, shown),
        "recipient": personal(order, where, shown),
        "tags": columns.tag_marks(row["name"] for row in order.tag_rows or []),
        "timeline": timeline_of(
            order,
            show=request.GET.get("show", ""),
            before=int(before) if before.isdigit() else None,
            names=names,
        ),
        "timeline_filters": FILTERS.items(),
        "may": may,
    }


def _payment(payment: Payment) -> dict[str, Any]:
    return {
        "label": PaymentMethod(payment.method).label,
        "captured": payment.captured,
        "captured_at": payment.captured_at,
        "reference": shown_reference(payment.gateway, payment.reference),
    }


def _done(tasks: Iterable[Task]) -> list[Task]:
    return [task for task in tasks if task.done_at][-5:]
