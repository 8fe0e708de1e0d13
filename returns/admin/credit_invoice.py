from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.accounts.privacy import mask_name
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip, FlagChip, PeriodChip
from orderdesk.console.marks import ago, amount
from returns.models import CreditInvoice, CreditLine

PERMISSION = "returns.view_creditinvoice"
# A document has a handful of lines; the page must not grow with a broken import.
SHOWN = 200


def _shops(request: HttpRequest) -> list[tuple[int, str]]:
    return list(Shop.objects.visible_to(request.user, PERMISSION).values_list("pk", "name"))


def _unmatched(rows: QuerySet[Any], _request: HttpRequest) -> QuerySet[Any]:
    return rows.filter(lines__order=None, lines__isnull=False).distinct()


@admin.register(CreditInvoice)
class CreditInvoiceAdmin(ConsoleAdmin):
    """Documents of an earlier system that gave money back: to be found and read, never written."""

    list_display = ("number", "customer_cell", "total_cell", "shop", "at")
    list_select_related = ("shop", "customer")
    chips: ClassVar = (
        PeriodChip("when", _("When"), "at"),
        FlagChip("unmatched", _("Without an order"), _unmatched),
        ChoiceChip("shop", _("Shop"), _shops, field="shop_id"),
    )
    search_hint = _("Number of the credit invoice or of the order")
    empty_hint = _("No credit invoices. They come in with the history of an earlier system.")
    object_template = "admin/returns/credit_invoice.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the shops where one may read them."""
        return CreditInvoice.objects.visible_to(request.user, PERMISSION).select_related("shop", "customer")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def search_rows(self, request: HttpRequest, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By its own number, or by the number of an order it gave money back for."""
        matched = CreditLine.objects.filter(order__number=text).values("invoice")
        return queryset.filter(number=text) | queryset.filter(pk__in=matched)

    @column(_("Customer"))
    def customer_cell(self, invoice: CreditInvoice) -> str:
        return mask_name(invoice.customer.name)

    @column(_("Total"), css="num")
    def total_cell(self, invoice: CreditInvoice) -> SafeString:
        return amount(invoice.total, invoice.currency)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Its lines, each with the order that it was matched to."""
        lines = obj.lines.select_related("order").order_by("pk")[:SHOWN]
        return {"lines": list(lines), "when": ago(obj.at)}


menu.register(
    _("Orders"),
    _("Credit invoices"),
    "admin:returns_creditinvoice_changelist",
    PERMISSION,
    icon="dot",
    order=90,
)
