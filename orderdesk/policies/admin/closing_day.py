from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin
from orderdesk.policies.models import ClosingDay

PERMISSION = "policies.change_closingday"


@admin.register(ClosingDay)
class ClosingDayAdmin(ConsoleAdmin):
    """Days on which a shop is closed beside weekends and holidays; due dates step over them."""

    list_display = ("day", "shop", "reason")
    list_select_related = ("shop",)
    search_fields = ("reason",)
    fields = ("shop", "day", "reason")
    empty_hint = _("No closing days. Weekends and public holidays are known already.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION, self.scope_of(obj) if obj else None)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Days of the shops whose calendar one keeps."""
        return ClosingDay.objects.visible_to(request.user, PERMISSION)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, PERMISSION)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


menu.register(
    _("Policies"),
    _("Closing days"),
    "admin:policies_closingday_changelist",
    PERMISSION,
    icon="clock",
    order=30,
)
