"""Wishes to cancel: those that wait for the shop's answer first; approve, refuse, or offer a part instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orderdesk import clock
from orderdesk.accounts.privacy import mask_name
from orderdesk.console.actions import Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip
from orderdesk.console.export import ExportColumn, label_of
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, exact, span
from orderdesk.events.actor import ActorKind
from orders.admin.cancel_answers import CANCELLATION_ACTIONS, quote_of
from orders.admin.cancel_chips import chips_for
from orders.admin.cancel_report import export_page, report_page
from orders.admin.money_panel import cancellation_pill
from orders.models import Cancellation
from orders.quote_words import quote_rows
from orders.terms import CancellationStatus, CancelOutcome, RefusalCode

S = CancellationStatus
VIEW = "orders.view_cancellation"
Rows = QuerySet[Any]


# By the rules, as staff read it: a customer's "ask" is their request.
OUTCOMES = [(o, o.label) for o in CancelOutcome if o != CancelOutcome.REQUEST] + [
    (CancelOutcome.REQUEST, gettext_lazy("becomes a request"))
]
EXPORT = (
    ExportColumn(gettext_lazy("Order"), "order__number", str),
    ExportColumn(gettext_lazy("Shop"), "order__shop__name", str),
    ExportColumn(gettext_lazy("Status"), "status", label_of(CancellationStatus.choices)),
    ExportColumn(gettext_lazy("Asked by"), "requested_by_kind", label_of(ActorKind.choices)),
    ExportColumn(gettext_lazy("Reason"), "reason__code", lambda value: value or ""),
    ExportColumn(gettext_lazy("Buyer's share"), "fault_buyer", int),
    ExportColumn(gettext_lazy("Shop's share"), "fault_seller", int),
    ExportColumn(gettext_lazy("Carrier's share"), "fault_carrier", int),
    ExportColumn(gettext_lazy("Platform's share"), "fault_platform", int),
    ExportColumn(gettext_lazy("Order's status then"), "order_status", str),
    ExportColumn(gettext_lazy("Outcome by the rules"), "outcome", label_of(OUTCOMES)),
    ExportColumn(gettext_lazy("Refused because"), "refusal_code", label_of(RefusalCode.choices)),
    ExportColumn(gettext_lazy("Currency"), "order__currency", str),
    ExportColumn(gettext_lazy("Goes back"), "quote__total", lambda value: value or 0),
    ExportColumn(gettext_lazy("Requested"), "requested_at"),
    ExportColumn(gettext_lazy("Answer by"), "answer_by"),
    ExportColumn(gettext_lazy("Decided"), "decided_at"),
)


@admin.register(Cancellation)
class CancellationAdmin(ConsoleAdmin):
    """Requests and cancellations of one's shops."""

    list_display = (
        "order_cell",
        "status_cell",
        "answer_cell",
        "reason_cell",
        "amount_cell",
        "customer_cell",
        "requested_cell",
    )
    list_select_related = ("order__shop", "order__customer", "reason")
    sorts = (Sort("new", gettext_lazy("Newest first"), "requested_at"),)
    default_views = (
        (gettext_lazy("To answer"), f"status={S.UNDER_REVIEW}&sort=answer"),
        (gettext_lazy("Counter-offer made"), f"status={S.COUNTER_OFFERED}"),
        (gettext_lazy("Cancelled"), f"status={S.COMPLETED}"),
    )
    search_fields = ("=order__number",)
    search_hint = gettext_lazy("Order number")
    empty_hint = gettext_lazy("Nobody has cancelled anything yet.")
    list_template = "admin/orders/list.html"
    object_template = "admin/orders/cancellation.html"
    object_actions = CANCELLATION_ACTIONS
    export_columns = EXPORT
    export_permission = "orders.export_order"
    shop_path = "order__shop_id"
    stale_fields: ClassVar[Sequence[str]] = ("status", "answer_by")

    def scope_of(self, obj: Any) -> Any:
        return obj.order if obj is not None else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cancellations begin on orders."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Requests move by their answers only."""
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return super().has_export_permission(request) and request.user.has_perm(VIEW)

    def get_sorts(self) -> Sequence[Sort]:
        return (*self.sorts, ANSWER)

    def get_chips(self, request: HttpRequest) -> Sequence[Chip]:
        """Also what the report's rows lead to."""
        return chips_for(request)

    def get_urls(self) -> list[URLPattern]:
        """The report and its file."""
        view = self.admin_site.admin_view
        own = [
            path("report/", view(require_GET(self.report_view)), name="orders_cancellation_report"),
            path(
                "report/<str:kind>/",
                view(require_GET(self.report_file_view)),
                name="orders_cancellation_report_file",
            ),
        ]
        return [*own, *super().get_urls()]

    def list_tools(self, request: HttpRequest) -> list[tuple[Text, str]]:
        """The figures behind the list."""
        return [(_("Report on cancelling"), reverse(self.url_name("report")))]

    def report_view(self, request: HttpRequest) -> HttpResponseBase:
        """How often, why, and what it costs."""
        return report_page(self, request)

    def report_file_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The same as a file."""
        return export_page(request, kind)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of shops where one may see them; by deadline only those that have one."""
        rows: Rows = Cancellation.objects.visible_to(request.user, VIEW)
        if request.GET.get("sort") == ANSWER.name:
            rows = rows.filter(answer_by__isnull=False)
        return rows.select_related("order__shop", "order__customer", "reason", "decided_by")

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What was asked for, the money as it was shown, and the order."""
        names = {line.pk: line.name for line in obj.order.lines.all()}
        quote = quote_of(obj)
        return {
            "title": _("Cancellation of %(number)s") % {"number": obj.order.number},
            "status_pill": cancellation_pill(obj),
            "order_url": reverse("admin:orders_order_change", args=[obj.order_id]),
            "units": [(names.get(row.line_id, ""), row.quantity) for row in obj.lines.all()],
            "items": quote_rows(quote, names),
            "total": quote.total,
            "reason": obj.reason.label(get_language() or "ko") if obj.reason else "—",
            "outcome_words": label_of(OUTCOMES)(obj.outcome),
        }

    @column(gettext_lazy("Order"), css="nowrap")
    def order_cell(self, wish: Cancellation) -> str:
        return wish.order.number

    @column(gettext_lazy("Status"))
    def status_cell(self, wish: Cancellation) -> SafeString:
        return cancellation_pill(wish)

    @column(gettext_lazy("Answer by"), css="when")
    def answer_cell(self, wish: Cancellation) -> SafeString:
        if wish.answer_by is None or wish.status not in (S.UNDER_REVIEW, S.COUNTER_OFFERED):
            return SafeString("")
        late = (clock.now() - wish.answer_by).total_seconds()
        if late <= 0:
            return ago(wish.answer_by)
        words = _("%(time)s late") % {"time": span(late)}
        return format_html('<span class="late" title="{}">{}</span>', exact(wish.answer_by), words)

    @column(gettext_lazy("Reason"), css="nowrap")
    def reason_cell(self, wish: Cancellation) -> str:
        return wish.reason.label(get_language() or "ko") if wish.reason else "—"

    @column(gettext_lazy("Goes back"), css="num")
    def amount_cell(self, wish: Cancellation) -> SafeString:
        return amount(quote_of(wish).total, wish.order.currency)

    @column(gettext_lazy("Customer"), css="nowrap")
    def customer_cell(self, wish: Cancellation) -> str:
        return mask_name(wish.order.customer.name)

    @column(gettext_lazy("Requested"), css="when")
    def requested_cell(self, wish: Cancellation) -> SafeString:
        return ago(wish.requested_at)


ANSWER = Sort("answer", gettext_lazy("Answer first"), "answer_by", descending=False)
