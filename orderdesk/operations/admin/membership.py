from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Membership, Shop
from orderdesk.accounts.roles import Role
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.operations.admin.user import manageable


@admin.register(Membership)
class MembershipAdmin(ConsoleAdmin):
    """Who works in which shop, and as what."""

    list_display = ("user", "shop", "role_cell")
    list_select_related = ("user", "shop")
    search_fields = ("user__username", "user__name")
    fields = ("user", "shop", "role")
    chips: ClassVar = (ChoiceChip("role", _("Role"), Role.choices),)

    @column(_("Role"))
    def role_cell(self, membership: Membership) -> str:
        return membership.get_role_display()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("accounts.change_membership")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.change_membership", self.scope_of(obj) if obj else None)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """An owner gives roles in the own shops only, and only to logins that work there or nowhere yet."""
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, "accounts.change_membership")
        if db_field.name == "user":
            kwargs["queryset"] = manageable(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


menu.register(
    _("Settings"),
    _("Staff and roles"),
    "admin:accounts_membership_changelist",
    "accounts.view_membership",
    icon="people",
    order=20,
)
