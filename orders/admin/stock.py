from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction, buttons
from orderdesk.console.admin import ConsoleAdmin, column
from orders.models import StockItem
from orders.services.stock import count_stock

VIEW = "orders.view_stockitem"
CHANGE = "orders.change_stockitem"


class CountForm(forms.Form):
    """What somebody found on the shelf."""

    counted = forms.IntegerField(label=_("Counted"), min_value=0, max_value=10_000_000)


def _count(_request: HttpRequest, item: StockItem, cleaned: dict[str, Any]) -> str | Promise:
    count_stock(item.pk, cleaned["counted"])
    return _("The count is kept.")


@admin.register(StockItem)
class StockItemAdmin(ConsoleAdmin):
    """Stock by SKU: what lies there, what is promised. Orders move it; a person only counts."""

    change_form_template = "admin/orders/stock_item.html"
    list_display = ("sku", "name", "shop", "hand_cell", "reserved_cell", "free_cell")
    list_select_related = ("shop",)
    search_fields = ("sku", "name")
    fields = ("shop", "sku", "name")
    stale_fields: ClassVar = ("name",)
    object_actions: ClassVar = (
        ObjectAction("count", _("Set the counted quantity"), CHANGE, _count, CountForm),
    )
    empty_hint = _("No stock is counted. Add a SKU to start; orders then reserve and ship its units.")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A SKU stays what it is: its movements are there."""
        return ("shop", "sku") if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, CHANGE)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form with its actions above and its newest movements below."""
        item = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), **self._more(request, item)}
        )

    def _more(self, request: HttpRequest, item: StockItem | None) -> dict[str, Any]:
        if item is None:
            return {}
        return {
            "buttons": buttons(self, request, item),
            "moves": item.moves.select_related("order_line__order").order_by("-pk")[:50],
        }

    @column(_("On hand"), css="num")
    def hand_cell(self, item: StockItem) -> str:
        return f"{item.on_hand:,}"

    @column(_("Reserved"), css="num")
    def reserved_cell(self, item: StockItem) -> str:
        return f"{item.reserved:,}"

    @column(_("Free"), css="num")
    def free_cell(self, item: StockItem) -> str:
        return f"{item.available:,}"


menu.register(_("Orders"), _("Stock"), "admin:orders_stockitem_changelist", VIEW, icon="dot", order=70)
