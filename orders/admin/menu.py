"""The orders' part of the sidebar, with counts, and of the command search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.privacy import mask_name
from orderdesk.console import menu, search
from orderdesk.console.menu import Counter
from orderdesk.console.search import Hit
from orders.models import Order, Task
from orders.models.order import OrderQuerySet
from orders.search import find_orders

LIST = "admin:orders_order_changelist"
SEE = "orders.view_order"
GROUP = _("Orders")
HITS = 8
# A badge beyond this is "many"; counting on would only cost.
_COUNT_CAP = 1_000


def _counter(narrow: Callable[[OrderQuerySet], OrderQuerySet]) -> Counter:
    def count(request: HttpRequest) -> int:
        rows = narrow(Order.objects.visible_to(request.user)).order_by()
        return rows.values("pk")[:_COUNT_CAP].count()

    return count


def _newest_placed(request: HttpRequest) -> int:
    rows = Order.objects.visible_to(request.user).to_confirm().order_by("-placed_at", "-id")
    return rows.values_list("pk", flat=True).first() or 0


def _open_tasks(request: HttpRequest) -> int:
    rows = Task.objects.visible_to(request.user, SEE).filter(done_at=None)
    return rows.values("pk")[:_COUNT_CAP].count()


def order_hits(request: HttpRequest, text: str) -> list[Hit]:
    """A few orders for the command search; nothing for those who may see none."""
    user: Any = request.user
    shops = user.shop_ids(SEE)
    if not shops:
        return []
    rows = Order.objects.visible_to(user).select_related("customer")
    found = find_orders(text, rows, shops).rows.order_by("-placed_at", "-id")[:HITS]
    return [
        Hit(
            order.number,
            reverse("admin:orders_order_change", args=[order.pk]),
            f"{order.get_status_display()} · {mask_name(order.customer.name)}",
            "orders",
        )
        for order in found
    ]


menu.register(GROUP, _("All orders"), LIST, SEE, icon="orders", order=10)
menu.register(
    GROUP,
    _("To confirm"),
    LIST,
    "orders.confirm_order",
    query="status=placed",
    count=_counter(lambda rows: rows.to_confirm()),
    newest=_newest_placed,
    icon="bell",
    order=20,
)
menu.register(
    GROUP,
    _("Late"),
    LIST,
    SEE,
    query="late=1",
    count=_counter(lambda rows: rows.late()),
    icon="clock",
    order=30,
)
menu.register(
    GROUP,
    _("On hold"),
    LIST,
    SEE,
    query="held=1",
    count=_counter(lambda rows: rows.held()),
    icon="pause",
    order=40,
)
menu.register(
    GROUP,
    _("Tasks"),
    "admin:orders_task_changelist",
    "orders.view_task",
    count=_open_tasks,
    icon="alert",
    order=60,
)
search.register("orders", order_hits)
