from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orders.models import Tag

PERMISSION = "orders.change_tag"


@admin.register(Tag)
class TagAdmin(ConsoleAdmin):
    """A shop's words for sorting its orders."""

    list_display = ("name", "shop", "orders_cell")
    list_select_related = ("shop",)
    search_fields = ("name",)
    fields = ("shop", "name")
    stale_fields: ClassVar = ("name",)
    empty_hint = _("No tags yet. They are made by writing them on an order.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).annotate(order_count=Count("orders"))
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A tag stays in its shop: its orders are there."""
        return ("shop",) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, PERMISSION)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @column(_("Orders"), css="num")
    def orders_cell(self, tag: Any) -> str:
        """How many orders carry it."""
        return f"{tag.order_count:,}"


menu.register(_("Settings"), _("Tags"), "admin:orders_tag_changelist", PERMISSION, icon="dot", order=60)
