"""Chips of the order list and the views that everybody has."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip, PeriodChip
from orders.models import Order, Tag
from orders.terms import OPEN_STATUSES, OrderStatus

Rows = QuerySet[Any]
# A shop's tags beyond this are found by typing, not by choosing.
_TAGS_SHOWN = 40


def shops_of(request: HttpRequest) -> list[tuple[int, str]]:
    """The shops whose orders the user sees; asked once a request."""
    kept: list[tuple[int, str]] | None = getattr(request, "orders_shops", None)
    if kept is None:
        rows = Shop.objects.visible_to(request.user, "orders.view_order").order_by("name")
        kept = list(rows.values_list("pk", "name"))
        request.orders_shops = kept  # type: ignore[attr-defined]
    return kept


def tags_of(request: HttpRequest) -> list[tuple[int, str]]:
    """Tags of these shops; asked once a request."""
    kept: list[tuple[int, str]] | None = getattr(request, "orders_tags", None)
    if kept is None:
        rows = Tag.objects.visible_to(request.user, "orders.view_order").order_by("name")
        kept = list(rows.values_list("pk", "name")[:_TAGS_SHOWN])
        request.orders_tags = kept  # type: ignore[attr-defined]
    return kept


def late(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.late()  # type: ignore[attr-defined, no-any-return]


def unpaid(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(status=OrderStatus.AWAITING_PAYMENT)


def held(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(status=OrderStatus.ON_HOLD)


def mine(rows: Rows, request: HttpRequest) -> Rows:
    # Open work only: the partial index of assignments stays small, and so does the answer.
    return rows.filter(assigned_to_id=request.user.pk, status__in=OPEN_STATUSES)


def mentions(rows: Rows, request: HttpRequest) -> Rows:
    return rows.calling_for(request.user.pk)  # type: ignore[attr-defined,no-any-return]


class TagChip(ChoiceChip):
    """Orders with any of the chosen tags, each order once."""

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        known = {option for option, _label in self.options(request)}
        chosen = [part for part in self.chosen(value) if part in known]
        if not chosen:
            return queryset
        tagged = Order.tags.through.objects.filter(order_id=OuterRef("pk"), tag_id__in=chosen)
        return queryset.filter(Exists(tagged))


CHIPS: tuple[Chip, ...] = (
    ChoiceChip("status", _("Status"), OrderStatus.choices),
    ChoiceChip("kind", _("Kind"), OrderKind.choices),
    PeriodChip("placed", _("Ordered on"), "placed_at"),
    FlagChip("late", _("Late"), late),
    FlagChip("unpaid", _("Unpaid"), unpaid),
    FlagChip("held", _("On hold"), held),
    FlagChip("mine", _("Assigned to me"), mine),
    FlagChip("mentions", _("Mentions me"), mentions),
)
SHOP_CHIP = ChoiceChip("shop", _("Shop"), shops_of, field="shop_id")
TAG_CHIP = TagChip("tag", _("Tag"), tags_of)

DEFAULT_VIEWS: tuple[tuple[Any, str], ...] = (
    (_("To confirm"), "status=placed"),
    (_("To ship"), "status=confirmed%2Cpreparing%2Cready"),
    (_("Late"), "late=1"),
    (_("On hold"), "held=1"),
    (_("Mine"), "mine=1"),
)


def chips_for(request: HttpRequest) -> list[Chip]:
    """The chips that narrow anything for this user: one shop needs no shop chip."""
    shops = [SHOP_CHIP] if len(shops_of(request)) > 1 else []
    tags = [TAG_CHIP] if tags_of(request) else []
    return [*shops, *CHIPS, *tags]
