from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.bulk import BulkAction, BulkRow
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago, pill
from orderdesk.events.dispatch import retry
from orderdesk.events.models import Reaction, ReactionState

PERMISSION = "events.retry_reaction"
TONES = {
    ReactionState.DONE: "done",
    ReactionState.RUNNING: "moving",
    ReactionState.PENDING: "waits",
    ReactionState.GIVEN_UP: "bad",
}


def _rows(ids: list[int]) -> list[Reaction]:
    return list(Reaction.objects.select_related("event").filter(pk__in=ids))


def preview_retry(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    """Which of the chosen reactions would run again."""
    can = (ReactionState.GIVEN_UP, ReactionState.PENDING)
    return [
        BulkRow(
            r.pk, f"{r.name} · {r.event}", r.state in can, "" if r.state in can else r.get_state_display()
        )
        for r in _rows(ids)
    ]


def perform_retry(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    """Make them due now."""
    return [BulkRow(r.pk, f"{r.name} · {r.event}", retry(r.pk)) for r in _rows(ids)]


@admin.register(Reaction)
class ReactionAdmin(ConsoleAdmin):
    """Follow-up work of events: what waits, runs, is done or gave up, and why."""

    list_display = ("name", "state_cell", "event_cell", "attempts", "error_cell", "due_cell")
    list_select_related = ("event",)
    search_fields = ("name",)
    fields = ("name", "state_cell", "event_cell", "attempts", "due_at", "done_at", "last_error")
    chips: ClassVar = (ChoiceChip("state", _("State"), ReactionState.choices),)
    empty_hint = _("Nothing is waiting and nothing failed.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Reactions belong to the shop of their event."""
        user: Any = request.user
        return Reaction.objects.filter(event__shop__in=user.shop_ids(PERMISSION))

    def scope_of(self, obj: Any) -> Any:
        return obj.event if obj is not None else None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION, self.scope_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @column(_("State"), css="state")
    def state_cell(self, reaction: Reaction) -> str:
        return pill(reaction.get_state_display(), TONES[ReactionState(reaction.state)])

    @column(_("Event"))
    def event_cell(self, reaction: Reaction) -> str:
        return str(reaction.event)

    @column(_("Last error"), css="clip")
    def error_cell(self, reaction: Reaction) -> str:
        return reaction.last_error

    @column(_("Due"), css="when")
    def due_cell(self, reaction: Reaction) -> str:
        return ago(reaction.due_at)

    bulk_actions: ClassVar = (BulkAction("retry", _("Try again"), PERMISSION, preview_retry, perform_retry),)


def given_up(request: HttpRequest) -> int:
    """How many reactions gave up in the user's shops."""
    user: Any = request.user
    shops = user.shop_ids(PERMISSION)
    return Reaction.objects.filter(state=ReactionState.GIVEN_UP, event__shop__in=shops).count()


menu.register(
    _("Settings"),
    _("Follow-up work"),
    "admin:events_reaction_changelist",
    PERMISSION,
    query=f"state={ReactionState.GIVEN_UP}",
    count=given_up,
    icon="alert",
    order=70,
)
