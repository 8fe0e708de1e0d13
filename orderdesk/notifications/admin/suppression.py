from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.privacy import mask_email, mask_phone
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.notifications.models import MessageChannel, Suppression

REASONS = [("bounced", _("Bounced")), ("complained", _("Complained")), ("asked", _("Asked not to"))]
PERMISSION = "notifications.change_suppression"


@admin.register(Suppression)
class SuppressionAdmin(ConsoleAdmin):
    """Addresses a shop does not write to; taking one off the list lets the next message through."""

    list_display = ("address_cell", "channel", "reason", "shop", "at")
    list_select_related = ("shop",)
    search_fields = ("=address",)
    fields = ("shop", "channel", "address", "reason")
    readonly_fields = fields
    search_hint = _("Whole address or phone number")
    chips = (ChoiceChip("reason", _("Reason"), REASONS),)
    empty_hint = _("Every address may be written to.")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION, self.scope_of(obj) if obj else None)

    @column(_("Address"))
    def address_cell(self, row: Suppression) -> str:
        return mask_email(row.address) if row.channel == MessageChannel.EMAIL else mask_phone(row.address)


menu.register(
    _("Messages"),
    _("Barred addresses"),
    "admin:notifications_suppression_changelist",
    "notifications.view_suppression",
    icon="dot",
    order=40,
)
