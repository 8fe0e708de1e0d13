from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OpeningHours, Shop
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column


class OpeningHoursInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who may change the shop may change its hours."""

    model = OpeningHours
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.view_shop", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.change_shop", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(Shop)
class ShopAdmin(ConsoleAdmin):
    """A shop's own data: what customers see of it, how it works, which law binds it."""

    list_display = ("name", "kind_cell", "currency", "time_zone", "regime_cell", "is_active")
    search_fields = ("name", "slug")
    inlines = (OpeningHoursInline,)
    # What orders were counted in cannot change under them.
    readonly_fields = ("currency", "kind")
    fieldsets: ClassVar[Any] = (
        (None, {"fields": ("name", "slug", "is_active", "kind", "currency", "accent")}),
        (_("Language and law"), {"fields": ("country", "language", "time_zone", "legal_regime")}),
        (_("How customers reach it"), {"fields": ("sender_email", "sender_phone")}),
        (_("Who sells"), {"fields": ("company_name", "company_number", "company_address")}),
        (_("How it works"), {"fields": ("number_prefix", "uses_preparing", "uses_ready")}),
    )

    @column(_("Kind"))
    def kind_cell(self, shop: Shop) -> str:
        return shop.get_kind_display()

    @column(_("Law"))
    def regime_cell(self, shop: Shop) -> str:
        return shop.get_legal_regime_display()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()


menu.register(
    _("Settings"),
    _("Shops"),
    "admin:accounts_shop_changelist",
    "accounts.view_shop",
    icon="settings",
    order=10,
)
