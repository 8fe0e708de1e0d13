from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago, choice_label, pill
from orderdesk.events.models import InboundCall, InboundState

# A call does not say whose it is, and no shop may read another's tracking numbers: for the operator alone.
PERMISSION = "events.view_inboundcall"
TONES = {
    InboundState.PENDING: "waits",
    InboundState.RUNNING: "moving",
    InboundState.DONE: "done",
    InboundState.IGNORED: "idle",
    InboundState.GIVEN_UP: "bad",
}


@admin.register(InboundCall)
class InboundCallAdmin(ConsoleAdmin):
    """What other systems told us and what became of it. The calls carry codes only, no person's data."""

    list_display = ("vendor", "state_cell", "outcome", "attempts", "received_cell")
    search_fields = ("outcome",)
    fields = ("vendor", "state_cell", "outcome", "attempts", "received_at", "done_at", "body")
    chips: ClassVar = (ChoiceChip("state", _("State"), InboundState.choices),)
    empty_hint = _("No other system has called yet.")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @column(_("State"), css="state")
    def state_cell(self, call: InboundCall) -> str:
        return pill(choice_label(call, "state"), TONES[InboundState(call.state)])

    @column(_("Received"), css="when")
    def received_cell(self, call: InboundCall) -> str:
        return ago(call.received_at)


menu.register(
    _("Settings"),
    _("Inbound calls"),
    "admin:events_inboundcall_changelist",
    PERMISSION,
    icon="import",
    order=75,
)
