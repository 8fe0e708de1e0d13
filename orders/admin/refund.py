"""Refunds: what waits for a second person, what nobody knows, what failed, what a person must pay; and the law's board."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk import clock
from orderdesk.accounts.privacy import mask_name
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip, PeriodChip
from orderdesk.console.export import ExportColumn, label_of
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, exact, last_minute, money_words, span
from orderdesk.money import exponent
from orders.admin.filters import shops_of
from orders.admin.money_panel import refund_card, refund_pill, refund_rows
from orders.admin.refund_actions import REFUND_ACTIONS
from orders.models import Refund
from orders.models.refund import still_owed
from orders.services.refunds.limits import delay_interest
from orders.terms import RefundSource, RefundStatus

S = RefundStatus
VIEW = "orders.view_refund"
LIST = "admin:orders_refund_changelist"
Rows = QuerySet[Any]


def to_pay_by_hand(rows: Rows, _request: HttpRequest) -> Rows:
    """Approved, and no drain will ever send it: a person pays it out."""
    return rows.filter(status=S.RESERVED, next_at__isnull=True)


def _overdue(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(still_owed(), due_at__lte=clock.now())


def _board(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(still_owed(), due_at__isnull=False)


EXPORT = (
    ExportColumn(gettext_lazy("Order"), "order__number", str),
    ExportColumn(gettext_lazy("Shop"), "order__shop__name", str),
    ExportColumn(gettext_lazy("Status"), "status", label_of(RefundStatus.choices)),
    ExportColumn(gettext_lazy("Why"), "source", label_of(RefundSource.choices)),
    ExportColumn(gettext_lazy("Reason"), "reason", str),
    ExportColumn(gettext_lazy("Currency"), "currency", str),
    ExportColumn(gettext_lazy("Decimals"), "currency", exponent),
    ExportColumn(gettext_lazy("Amount"), "amount", int),
    ExportColumn(gettext_lazy("Delay interest"), "interest", int),
    ExportColumn(gettext_lazy("Payment company"), "payment__gateway", str),
    ExportColumn(gettext_lazy("Key"), "key", str),
    ExportColumn(gettext_lazy("Payment company's number"), "gateway_ref", lambda value: value or ""),
    ExportColumn(gettext_lazy("Asked for"), "created_at"),
    ExportColumn(gettext_lazy("Approved"), "approved_at"),
    ExportColumn(gettext_lazy("Due"), "due_at"),
    ExportColumn(gettext_lazy("Settled"), "settled_at"),
)


@admin.register(Refund)
class RefundAdmin(ConsoleAdmin):
    """Refunds of one's shops; the board is the same list by the law's due time."""

    list_display = (
        "order_cell",
        "status_cell",
        "amount_cell",
        "due_cell",
        "interest_cell",
        "why_cell",
        "way_cell",
        "customer_cell",
        "asked_cell",
    )
    list_select_related = ("order__shop", "order__customer", "payment")
    sorts = (Sort("new", gettext_lazy("Asked for last first"), "created_at"),)
    default_views = (
        (gettext_lazy("To approve"), f"status={S.PENDING_APPROVAL}"),
        (gettext_lazy("Result unknown"), f"status={S.UNKNOWN}"),
        (gettext_lazy("Failed"), f"status={S.FAILED}"),
        (gettext_lazy("Transfers to pay"), "by_hand=1"),
        (gettext_lazy("Deadlines"), "board=1&sort=due"),
    )
    chips = (
        ChoiceChip("status", gettext_lazy("Status"), RefundStatus.choices),
        ChoiceChip("source", gettext_lazy("Why"), RefundSource.choices),
        PeriodChip("asked", gettext_lazy("Asked for"), "created_at"),
        FlagChip("by_hand", gettext_lazy("Transfers to pay"), to_pay_by_hand),
        FlagChip("overdue", gettext_lazy("Overdue"), _overdue),
        FlagChip("board", gettext_lazy("Due by law"), _board),
    )
    search_fields = ("=order__number", "=gateway_ref", "=key")
    search_hint = gettext_lazy("Order number or payment company's number")
    empty_hint = gettext_lazy("No refund yet. They begin with a cancellation or on an order's page.")
    list_template = "admin/orders/list.html"
    object_template = "admin/orders/refund.html"
    object_actions = REFUND_ACTIONS
    export_columns = EXPORT
    export_permission = "orders.export_order"
    shop_path = "order__shop_id"
    stale_fields: ClassVar[Sequence[str]] = ("status",)

    def scope_of(self, obj: Any) -> Any:
        return obj.order if obj is not None else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refunds are asked for on orders."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refunds move by their buttons only."""
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return super().has_export_permission(request) and request.user.has_perm(VIEW)

    def get_sorts(self) -> Sequence[Sort]:
        return (*self.sorts, DUE)

    def get_chips(self, request: HttpRequest) -> Sequence[Chip]:
        """A shop's chip only where there are several."""
        shops = ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="order__shop_id")
        return [shops, *self.chips] if len(shops_of(request)) > 1 else self.chips

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Refunds of shops where one may see them; by due time only those that the law knows a time for."""
        rows: Rows = Refund.objects.with_owing().visible_to(request.user, VIEW)
        if request.GET.get("sort") == DUE.name:
            rows = rows.filter(due_at__isnull=False)
        return rows.select_related("order__shop", "order__customer", "payment")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        try:
            rows: Any = refund_rows()
            rows = rows.with_owing().select_related("order__shop", "order__customer")
            visible = Refund.objects.visible_to(request.user, VIEW).filter(pk=object_id)
            return rows.filter(pk__in=visible).first()
        except ValueError:
            return None

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The card of the order's page, and where it belongs."""
        names = {line.pk: line.name for line in obj.order.lines.all()}
        return {
            "title": _("Refund of %(number)s") % {"number": obj.order.number},
            "card": refund_card(request, obj.order, obj, names),
            "order_url": reverse("admin:orders_order_change", args=[obj.order_id]),
            "running_interest": running_interest(obj),
        }

    def after_action_url(self, request: HttpRequest, obj: Any) -> str:
        """Back to the order if one came from there."""
        if request.GET.get("from") == "order":
            return reverse("admin:orders_order_change", args=[obj.order_id]) + "#money"
        return super().after_action_url(request, obj)

    @column(gettext_lazy("Order"), css="nowrap")
    def order_cell(self, refund: Refund) -> str:
        return refund.order.number

    @column(gettext_lazy("Status"))
    def status_cell(self, refund: Refund) -> SafeString:
        return refund_pill(refund)

    @column(gettext_lazy("Amount"), css="num")
    def amount_cell(self, refund: Refund) -> SafeString:
        return amount(refund.amount, refund.currency)

    @column(gettext_lazy("Due by law"), css="when")
    def due_cell(self, refund: Refund) -> SafeString:
        return due_words(refund)

    @column(gettext_lazy("Delay interest"), css="num")
    def interest_cell(self, refund: Refund) -> str:
        interest = running_interest(refund)
        return money_words(interest, refund.currency) if interest else ""

    @column(gettext_lazy("Why"), css="nowrap")
    def why_cell(self, refund: Refund) -> str:
        return refund.get_source_display()

    @column(gettext_lazy("Way"), css="nowrap")
    def way_cell(self, refund: Refund) -> str:
        return refund.payment.get_method_display()

    @column(gettext_lazy("Customer"), css="nowrap")
    def customer_cell(self, refund: Refund) -> str:
        return mask_name(refund.order.customer.name)

    @column(gettext_lazy("Asked for"), css="when")
    def asked_cell(self, refund: Refund) -> SafeString:
        return ago(refund.created_at)


DUE = Sort("due", gettext_lazy("Due first"), "due_at", descending=False)


def running_interest(refund: Refund) -> int:
    """Minor units of delay interest: booked once it is paid, counted until now while it is owed."""
    if refund.owing:
        return delay_interest(refund.order, refund.amount, refund.due_at, clock.now())
    return refund.interest


def due_words(refund: Refund) -> SafeString:
    """When the law wants it done, or by how much that is missed."""
    if refund.due_at is None:
        return SafeString("—")
    late = (clock.now() - refund.due_at).total_seconds()
    if late <= 0 or not refund.owing:
        return ago(last_minute(refund.due_at))
    words = _("%(time)s overdue") % {"time": span(late)}
    return format_html(
        '<span class="late" title="{}">{}</span>', exact(timezone.localtime(refund.due_at)), words
    )
