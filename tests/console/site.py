"""A small console of its own, so that these tests need no room's admin; its addresses are in tests.console.urls."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import SafeString

from orderdesk.accounts.models import Customer
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.bulk import BulkAction, BulkRow
from orderdesk.console.chips import ChoiceChip, FlagChip, PeriodChip
from orderdesk.console.export import ExportColumn
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import amount, choice_label, pill
from orderdesk.console.site import ConsoleSite
from orderdesk.errors import Conflict, DomainError
from orders.models import Order
from orders.terms import OrderStatus

site = ConsoleSite(name="admin")


class NoteForm(forms.Form):
    text = forms.CharField(label="Text")


def set_note(_request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    if cleaned["text"] == "refuse":
        raise DomainError("refused", "Refused: %(why)s", why="too late")
    if cleaned["text"] == "race":
        Order.objects.filter(pk=order.pk).update(version=order.version + 1)
        raise Conflict("stale", "Somebody was quicker.")
    Order.objects.filter(pk=order.pk).update(customer_note=cleaned["text"])
    return "Noted."


def _row(order: Order) -> BulkRow:
    return BulkRow(
        order.pk, order.number, order.status == OrderStatus.PLACED, "mail to the customer", messages=1
    )


def preview(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    return [_row(order) for order in Order.objects.filter(pk__in=ids).order_by("pk")]


def perform(request: HttpRequest, ids: list[int], cleaned: dict[str, Any]) -> list[BulkRow]:
    rows = preview(request, ids, cleaned)
    Order.objects.filter(pk__in=[row.id for row in rows if row.ok]).update(customer_note="bulk")
    return rows


def good_panel(_request: HttpRequest, order: Order) -> SafeString:
    return SafeString(f'<section class="card">panel of {order.number}</section>')


def broken_panel(_request: HttpRequest, _order: Order) -> SafeString:
    raise RuntimeError


class OrderConsole(ConsoleAdmin):
    list_display = ("number", "state", "placed_at", "recipient_name", "total_cell")
    list_select_related = ("shop",)
    search_fields = ("recipient_name",)
    search_hint = "Number or name"
    sorts = (
        Sort("new", "Newest first", "placed_at"),
        Sort("old", "Oldest first", "placed_at", descending=False),
    )
    chips = (
        ChoiceChip("status", "Status", OrderStatus.choices),
        FlagChip("held", "Held", lambda queryset, _request: queryset.filter(status=OrderStatus.ON_HOLD)),
        PeriodChip("placed", "Placed", "placed_at"),
    )
    bulk_actions = (BulkAction("note", "Note all", "orders.confirm_order", preview, perform, tone="primary"),)
    export_columns = (ExportColumn("Number", "number"), ExportColumn("Name", "recipient_name"))
    export_permission = "orders.export_order"
    object_template = "admin/object_page.html"
    object_actions = (
        ObjectAction(
            "note", "Note", "orders.add_note", set_note, form_class=NoteForm, tone="primary", key="n"
        ),
        ObjectAction(
            "ship", "Ship", "orders.fulfil_order", set_note, why_not=lambda _order: "Nothing is packed yet."
        ),
        ObjectAction("reopen", "Reopen", "orders.reopen_order", set_note, menu=True),
    )
    panels_setting = "ORDER_PANELS"
    stale_fields: ClassVar = ("status", "customer_note")

    @column("State", css="state")
    def state(self, order: Order) -> SafeString:
        return pill(choice_label(order, "status"), "moving")

    @column("Total", css="num")
    def total_cell(self, order: Order) -> SafeString:
        return amount(order.total, order.currency)

    def search_rows(self, request: HttpRequest, queryset: Any, text: str) -> Any | HttpResponseBase:
        exact = queryset.filter(number=text).first()
        return redirect(self.object_url(exact)) if exact else super().search_rows(request, queryset, text)


class CustomerConsole(ConsoleAdmin):
    list_display = ("name", "email")
    fields = ("name", "email", "phone")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj)


site.register(Order, OrderConsole)
site.register(Customer, CustomerConsole)
