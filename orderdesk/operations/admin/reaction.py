from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.bulk import BulkAction, BulkRow
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.marks import ago, pill
from orderdesk.errors import DomainError
from orderdesk.events.dispatch import retry
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.events.registry import reaction_choices, reaction_label
from orderdesk.operations.admin.failures import plain_words
from orders.models import Order
from orders.sentences import Names, sentence

PERMISSION = "events.retry_reaction"
TONES = {
    ReactionState.DONE: "done",
    ReactionState.RUNNING: "moving",
    ReactionState.PENDING: "waits",
    ReactionState.GIVEN_UP: "bad",
}


OPEN = (ReactionState.PENDING, ReactionState.RUNNING)
CAN = (ReactionState.GIVEN_UP, ReactionState.PENDING)
NOT_NOW = _("It is running or done: there is nothing to try again.")
ORDER = "order"


def _rows(ids: list[int]) -> list[Reaction]:
    return list(_with_orders(Reaction.objects.select_related("event__shop").filter(pk__in=ids)))


def _with_orders(rows: QuerySet[Reaction]) -> QuerySet[Any]:
    """Each row with `order_number`, None where the event is not an order's."""
    order = Order.objects.filter(pk=OuterRef("event__subject_id")).values("number")[:1]
    return rows.annotate(order_number=Case(When(event__subject_kind=ORDER, then=Subquery(order))))


def _title(reaction: Any) -> str:
    return " · ".join(filter(None, [reaction_label(reaction.name), reaction.order_number]))


def preview_retry(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    """Which of the chosen reactions would run again."""
    return [BulkRow(r.pk, _title(r), r.state in CAN, "" if r.state in CAN else NOT_NOW) for r in _rows(ids)]


def perform_retry(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    """Make them due now."""
    return [BulkRow(r.pk, _title(r), retry(r.pk)) for r in _rows(ids)]


def _retry(_request: HttpRequest, reaction: Reaction, _cleaned: dict[str, Any]) -> str | Promise:
    if not retry(reaction.pk):
        raise DomainError("not_now", NOT_NOW)
    return _("It is tried again now. Its state changes here in a moment.")


@admin.register(Reaction)
class ReactionAdmin(ConsoleAdmin):
    """Follow-up work of events: what waits, runs, is done or gave up, and why."""

    list_display = (
        "what_cell",
        "state_cell",
        "order_cell",
        "event_cell",
        "attempts",
        "error_cell",
        "due_cell",
    )
    list_select_related = ("event__shop",)
    chips: ClassVar = (
        ChoiceChip("state", _("State"), ReactionState.choices),
        ChoiceChip("name", _("Follow-up work"), lambda _request: reaction_choices()),
    )
    search_hint = _("Order number")
    empty_hint = _("Nothing is waiting and nothing failed.")
    object_template = "admin/operations/reaction.html"
    stale_fields = ("state",)
    object_actions: ClassVar = (
        ObjectAction(
            "retry",
            _("Try again"),
            PERMISSION,
            _retry,
            why_not=lambda reaction: None if reaction.state in CAN else NOT_NOW,
            tone="primary",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Reactions belong to the shop of their event."""
        user: Any = request.user
        rows = Reaction.objects.select_related("event__shop")
        return _with_orders(
            rows if user.is_superuser else rows.filter(event__shop__in=user.shop_ids(PERMISSION))
        )

    def search_rows(self, request: HttpRequest, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Those of the order with this number."""
        orders = Order.objects.visible_to(request.user).filter(number=text).values("pk")
        return queryset.filter(event__subject_kind=ORDER, event__subject_id__in=orders)

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

    @column(_("Follow-up work"))
    def what_cell(self, reaction: Reaction) -> str:
        return reaction_label(reaction.name)

    @column(_("Order"))
    def order_cell(self, reaction: Any) -> SafeString | str:
        if not reaction.order_number:
            return ""
        url = reverse("admin:orders_order_change", args=[reaction.event.subject_id])
        return format_html('<a href="{}">{}</a>', url, reaction.order_number)

    @column(_("Because"))
    def event_cell(self, reaction: Reaction) -> str:
        return sentence(reaction.event, Names(reaction.event.shop.currency))

    @column(_("What went wrong"), css="clip")
    def error_cell(self, reaction: Reaction) -> str:
        return plain_words(reaction.last_error)

    @column(_("Due"), css="when")
    def due_cell(self, reaction: Reaction) -> str:
        return ago(reaction.due_at) if reaction.state in OPEN else ""

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The order and the error in words."""
        return {
            "title": reaction_label(obj.name),
            "because": self.event_cell(obj),
            "plain_error": plain_words(obj.last_error),
            "tone": TONES[ReactionState(obj.state)],
            "waits": obj.state in OPEN,
        }

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
