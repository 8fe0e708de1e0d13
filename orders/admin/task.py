from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.privacy import mask_name
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.bulk import BulkAction, BulkRow
from orderdesk.console.chips import Chip, ChoiceChip
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, money_words, pill
from orderdesk.errors import DomainError
from orders.admin.actions.desk import TaskForm
from orders.admin.actions.verbs import actor_of
from orders.admin.columns import status_pill_of
from orders.admin.filters import shops_of
from orders.models import Task
from orders.services.tasks import close_task
from orders.terms import TaskKind

PERMISSION = "orders.change_task"


class StateChip(Chip):
    """Open tasks are the list; settled ones are looked up."""

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("settled", _("Settled")), ("all", _("All"))]

    def apply(self, queryset: QuerySet[Any], value: str, request: HttpRequest) -> QuerySet[Any]:
        return queryset.filter(done_at__isnull=False) if value == "settled" else queryset


def _settled(task: Task) -> Text | None:
    return _("Somebody settled this task already.") if task.done_at else None


def _settle(request: HttpRequest, task: Task, cleaned: dict[str, Any]) -> str:
    close_task(task.pk, actor=actor_of(request), resolution=cleaned["resolution"])
    return _("The task is settled.")


def _rows(ids: list[int]) -> list[Task]:
    return list(Task.objects.filter(pk__in=ids).select_related("order").order_by("opened_at"))


def _label(task: Task) -> str:
    return f"{task.order.number} · {task.get_kind_display()}"


def _preview(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    return [BulkRow(t.pk, _label(t), not t.done_at, _settled(t) or "") for t in _rows(ids)]


def _perform(request: HttpRequest, ids: list[int], cleaned: dict[str, Any]) -> list[BulkRow]:
    return [_settle_one(request, task, cleaned["resolution"]) for task in _rows(ids)]


def _settle_one(request: HttpRequest, task: Task, resolution: str) -> BulkRow:
    try:
        close_task(task.pk, actor=actor_of(request), resolution=resolution)
    except DomainError as refusal:
        return BulkRow(task.pk, _label(task), ok=False, note=str(refusal))
    return BulkRow(task.pk, _label(task), ok=True)


@admin.register(Task)
class TaskAdmin(ConsoleAdmin):
    """What people must settle about orders, oldest first."""

    list_display = (
        "kind_cell",
        "order_cell",
        "state_cell",
        "detail_cell",
        "customer_cell",
        "opened_cell",
        "done_cell",
    )
    list_select_related = ("order", "order__customer", "done_by")
    sorts = (Sort("old", gettext_lazy("Oldest first"), "opened_at", descending=False),)
    chips = (
        ChoiceChip("kind", gettext_lazy("Kind"), TaskKind.choices),
        ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="order__shop_id"),
        StateChip("state", gettext_lazy("State")),
    )
    search_fields = ("=order__number",)
    search_hint = gettext_lazy("Order number")
    empty_hint = gettext_lazy("Nothing to settle. Tasks appear here when something needs a person.")
    object_template = "admin/orders/task.html"
    object_actions = (
        ObjectAction(
            "settle",
            gettext_lazy("Settle the task"),
            PERMISSION,
            _settle,
            TaskForm,
            _settled,
            tone="primary",
            key="s",
        ),
    )
    bulk_actions = (BulkAction("settle", gettext_lazy("Settle"), PERMISSION, _preview, _perform, TaskForm),)
    stale_fields: ClassVar[Sequence[str]] = ("done_at", "resolution")

    def scope_of(self, obj: Any) -> Any:
        return obj.order if obj is not None else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tasks are opened by what happens to an order."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Open tasks, unless settled ones are asked for or one is opened."""
        rows = super().get_queryset(request).select_related("order", "order__customer")
        match = request.resolver_match
        listed = match is not None and str(match.url_name).endswith("_changelist")
        return rows.filter(done_at=None) if listed and not request.GET.get("state") else rows

    def permitted_ids(self, request: HttpRequest, permission: str, ids: Sequence[int]) -> list[int]:
        rows = Task.objects.visible_to(request.user, permission).filter(pk__in=ids)
        allowed = set(rows.values_list("pk", flat=True))
        return [pk for pk in ids if pk in allowed]

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The order it is about."""
        return {"order_url": reverse("admin:orders_order_change", args=[obj.order_id])}

    def after_action_url(self, request: HttpRequest, obj: Any) -> str:
        """On to the next task."""
        return reverse(self.url_name("changelist"))

    @column(gettext_lazy("Task"))
    def kind_cell(self, task: Task) -> str:
        return task.get_kind_display()

    @column(gettext_lazy("Order"))
    def order_cell(self, task: Task) -> SafeString:
        url = reverse("admin:orders_order_change", args=[task.order_id])
        return format_html('<a href="{}">{}</a>', url, task.order.number)

    @column(gettext_lazy("Status"))
    def state_cell(self, task: Task) -> SafeString:
        return status_pill_of(task.order)

    @column(gettext_lazy("Detail"), css="clip")
    def detail_cell(self, task: Task) -> str:
        order = task.order
        if task.kind == TaskKind.REFUND and not task.done_at:
            return money_words(order.to_give_back, order.currency)
        return task.detail

    @column(gettext_lazy("Customer"))
    def customer_cell(self, task: Task) -> str:
        return mask_name(task.order.customer.name)

    @column(gettext_lazy("Opened"), css="when")
    def opened_cell(self, task: Task) -> SafeString:
        return ago(task.opened_at)

    @column(gettext_lazy("Settled"))
    def done_cell(self, task: Task) -> SafeString | str:
        return pill(str(task.done_by or "—"), "done") if task.done_at else ""
