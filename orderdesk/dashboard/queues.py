"""What waits for staff: the counts of the home page, each with the list that it opens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import User
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.notifications.models import Message, MessageState
from orders.models import Cancellation, Order, Refund, Task
from orders.terms import CancellationStatus, OrderStatus, RefundStatus

# Counting further tells nobody more, and costs as the backlog grows.
CAP = 999
_SEE_REFUNDS = "orders.view_refund"


@dataclass(frozen=True, slots=True)
class Queue:
    """One tile: what waits, how much (at most CAP, then `more`), how urgent, and where to act on it."""

    label: str | Promise
    hint: str | Promise
    count: int
    url: str
    tone: str

    @property
    def shown(self) -> str:
        return f"{CAP}+" if self.count > CAP else str(self.count)


@dataclass(frozen=True, slots=True)
class _Plan:
    label: str | Promise
    hint: str | Promise
    permission: str
    address: str
    query: str
    tone: str
    count: Callable[[_Counts], int]


class _Counts:
    """The counts of one user, each stopped at CAP: none walks a backlog."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.orders = Order.objects.visible_to(user)

    def status(self, status: str) -> int:
        return self.capped(self.orders.filter(status=status))

    def capped(self, rows: QuerySet[Any]) -> int:
        return rows.order_by()[: CAP + 1].count()

    def to_send_by_tomorrow(self) -> int:
        sendable = Order.objects.visible_to(self.user, "orders.fulfil_order")
        return self.capped(sendable.to_send_by_tomorrow())

    def late(self) -> int:
        return self.capped(self.orders.late())

    def requests(self) -> int:
        return self.capped(Cancellation.objects.visible_to(self.user, "orders.decide_cancellation").waiting())

    def refunds(self, permission: str, **which: Any) -> int:
        return self.capped(Refund.objects.visible_to(self.user, permission).filter(**which))

    def overdue_refunds(self) -> int:
        refunds = Refund.objects.visible_to(self.user, _SEE_REFUNDS)
        return self.capped(refunds.owing().filter(due_at__lte=clock.now()))

    def mentions(self) -> int:
        return self.capped(self.orders.calling_for(self.user.pk))

    def tasks(self) -> int:
        return self.capped(Task.objects.visible_to(self.user, "orders.view_order").filter(done_at=None))

    def failed_reactions(self) -> int:
        shops = self.user.shop_ids("events.retry_reaction")
        return self.capped(Reaction.objects.filter(state=ReactionState.GIVEN_UP, event__shop__in=shops))

    def unknown_messages(self) -> int:
        return self.capped(Message.objects.visible_to(self.user).filter(state=MessageState.UNKNOWN))


_ORDERS = "admin:orders_order_changelist"
_REFUNDS = "admin:orders_refund_changelist"
_PLANS = (
    _Plan(
        _("To confirm"),
        _("New orders that nobody has accepted yet"),
        "orders.confirm_order",
        _ORDERS,
        f"status={OrderStatus.PLACED}",
        "waits",
        lambda c: c.status(OrderStatus.PLACED),
    ),
    _Plan(
        _("To ship by tomorrow"),
        _("The shipping deadline is near or past"),
        "orders.fulfil_order",
        "shipping:desk",
        "tomorrow=1",
        "waits",
        _Counts.to_send_by_tomorrow,
    ),
    _Plan(
        _("Late"),
        _("The promised time has passed"),
        "orders.view_order",
        _ORDERS,
        "late=1",
        "bad",
        _Counts.late,
    ),
    _Plan(
        _("On hold"),
        _("Stopped until somebody decides"),
        "orders.hold_order",
        _ORDERS,
        f"status={OrderStatus.ON_HOLD}",
        "waits",
        lambda c: c.status(OrderStatus.ON_HOLD),
    ),
    _Plan(
        _("Requests to cancel"),
        _("Customers wait for an answer"),
        "orders.decide_cancellation",
        "admin:orders_cancellation_changelist",
        f"status={CancellationStatus.UNDER_REVIEW}&sort=answer",
        "waits",
        _Counts.requests,
    ),
    _Plan(
        _("Refunds to approve"),
        _("They wait for a second person"),
        "orders.approve_refund",
        _REFUNDS,
        f"status={RefundStatus.PENDING_APPROVAL}",
        "money",
        lambda c: c.refunds("orders.approve_refund", status=RefundStatus.PENDING_APPROVAL),
    ),
    _Plan(
        _("Refunds with unknown result"),
        _("Nobody knows yet whether they were paid"),
        _SEE_REFUNDS,
        _REFUNDS,
        f"status={RefundStatus.UNKNOWN}",
        "bad",
        lambda c: c.refunds(_SEE_REFUNDS, status=RefundStatus.UNKNOWN),
    ),
    _Plan(
        _("Refunds overdue by law"),
        _("Delay interest runs"),
        _SEE_REFUNDS,
        _REFUNDS,
        "board=1&sort=due",
        "bad",
        _Counts.overdue_refunds,
    ),
    _Plan(
        _("Tasks"),
        _("Complaints, problems and money to give back"),
        "orders.view_order",
        "admin:orders_task_changelist",
        "",
        "bad",
        _Counts.tasks,
    ),
    _Plan(
        _("Mentions me"),
        _("Notes in which a colleague calls you"),
        "orders.view_order",
        _ORDERS,
        "mentions=1",
        "waits",
        _Counts.mentions,
    ),
    _Plan(
        _("Awaiting payment"),
        _("Transfers that have not come in"),
        "orders.record_payment",
        _ORDERS,
        f"status={OrderStatus.AWAITING_PAYMENT}",
        "money",
        lambda c: c.status(OrderStatus.AWAITING_PAYMENT),
    ),
    _Plan(
        _("Messages with unknown outcome"),
        _("The mail server's answer was lost"),
        "notifications.view_message",
        "admin:notifications_message_changelist",
        f"state={MessageState.UNKNOWN}",
        "bad",
        _Counts.unknown_messages,
    ),
    _Plan(
        _("Failed reactions"),
        _("Follow-up work that gave up after several attempts"),
        "events.retry_reaction",
        "admin:events_reaction_changelist",
        f"state={ReactionState.GIVEN_UP}",
        "bad",
        _Counts.failed_reactions,
    ),
)


def queues_for(user: User) -> list[Queue]:
    """The queues that the user may act on, in the order of a working day; a fixed number of queries."""
    counts = _Counts(user)
    plans = [plan for plan in _PLANS if user.has_perm(plan.permission) and _address(plan)]
    return [_queue(plan, counts) for plan in plans]


def _queue(plan: _Plan, counts: _Counts) -> Queue:
    count = plan.count(counts)
    return Queue(plan.label, plan.hint, count, _address(plan), plan.tone if count else "idle")


def _address(plan: _Plan) -> str:
    try:
        path = reverse(plan.address)
    except NoReverseMatch:
        return ""
    return f"{path}?{plan.query}" if plan.query else path
