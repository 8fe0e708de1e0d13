"""Cancellations and refunds in the sidebar, with what waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.console import menu
from orderdesk.console.menu import Counter
from orders.models import Cancellation, Refund
from orders.terms import CancellationStatus, RefundStatus

GROUP = _("Orders")
CANCELLATIONS, REFUNDS = "admin:orders_cancellation_changelist", "admin:orders_refund_changelist"
_COUNT_CAP = 1_000
Rows = QuerySet[Any]


def _counter(model: Any, permission: str, narrow: Callable[[Rows], Rows]) -> Counter:
    def count(request: HttpRequest) -> int:
        rows = narrow(model.objects.visible_to(request.user, permission)).order_by()
        return rows.values("pk")[:_COUNT_CAP].count()

    return count


menu.register(
    GROUP,
    _("Cancellations"),
    CANCELLATIONS,
    "orders.view_cancellation",
    query="",
    count=_counter(
        Cancellation,
        "orders.decide_cancellation",
        lambda rows: rows.filter(status=CancellationStatus.UNDER_REVIEW),
    ),
    icon="close",
    order=62,
)
menu.register(
    GROUP,
    _("Refunds"),
    REFUNDS,
    "orders.view_refund",
    count=_counter(
        Refund, "orders.approve_refund", lambda rows: rows.filter(status=RefundStatus.PENDING_APPROVAL)
    ),
    icon="money",
    order=64,
)
menu.register(
    GROUP,
    _("Refund deadlines"),
    REFUNDS,
    "orders.view_refund",
    query="board=1&sort=due",
    count=_counter(
        Refund,
        "orders.view_refund",
        lambda rows: rows.owing().filter(due_at__lte=clock.now()),  # type: ignore[attr-defined]
    ),
    icon="clock",
    order=66,
)
menu.register(
    GROUP,
    _("Report on cancelling"),
    "admin:orders_cancellation_report",
    "orders.view_cancellation",
    icon="chart",
    order=68,
)
