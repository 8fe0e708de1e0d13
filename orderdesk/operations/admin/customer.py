from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Consent, Customer
from orderdesk.accounts.privacy import mask_email, mask_name, mask_phone
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.marks import ago


class ConsentInline(admin.TabularInline):  # type: ignore[type-arg]
    """The customer's yes and no, as they were given."""

    model = Consent
    extra = 0
    can_delete = False
    ordering = ("-at",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.view_consent", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Customer)
class CustomerAdmin(ConsoleAdmin):
    """A shop's customers, masked; contact data is corrected from an order, where the change is recorded."""

    list_display = ("name_cell", "email_cell", "phone_cell", "shop", "language", "since_cell")
    list_select_related = ("shop",)
    inlines = (ConsentInline,)
    fields = ("shop", "name_cell", "email_cell", "phone_cell", "language", "since_cell")
    search_hint = _("Mail or phone, in full")

    @column(_("Name"))
    def name_cell(self, customer: Customer) -> str:
        return mask_name(customer.name) or "—"

    @column(_("Mail"))
    def email_cell(self, customer: Customer) -> str:
        return mask_email(customer.email) or "—"

    @column(_("Phone"))
    def phone_cell(self, customer: Customer) -> str:
        return mask_phone(customer.phone) or "—"

    @column(_("Since"), css="when")
    def since_cell(self, customer: Customer) -> str:
        return ago(customer.created_at)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


menu.register(
    _("Orders"),
    _("Customers"),
    "admin:accounts_customer_changelist",
    "accounts.view_customer",
    icon="people",
    order=80,
)
