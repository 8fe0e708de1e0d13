from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import AccessRecord
from orderdesk.accounts.models.access import LOOKS
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago


@admin.register(AccessRecord)
class AccessRecordAdmin(ConsoleAdmin):
    """Who looked at whose personal data: to be read, never to be written."""

    list_display = ("user", "what_cell", "subject", "field", "reason", "address", "when_cell")
    list_select_related = ("user",)
    search_fields = ("user__username", "subject")
    chips: ClassVar = (ChoiceChip("what", _("What"), LOOKS),)

    @column(_("What"))
    def what_cell(self, record: AccessRecord) -> str:
        return record.get_what_display()

    @column(_("When"), css="when")
    def when_cell(self, record: AccessRecord) -> str:
        return ago(record.at)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


menu.register(
    _("Settings"),
    _("Access records"),
    "admin:accounts_accessrecord_changelist",
    "accounts.view_accessrecord",
    icon="search",
    order=60,
)
