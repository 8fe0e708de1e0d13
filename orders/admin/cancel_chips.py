"""Chips of the cancellation list, among them those that the report's rows lead to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from orderdesk import clock
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip, PeriodChip
from orderdesk.events.actor import ActorKind
from orders.admin.filters import shops_of
from orders.models import CancellationLine, Reason
from orders.terms import CancellationStatus, Fault

Rows = QuerySet[Any]
Narrow = Callable[[Rows, str], Rows]


@dataclass(frozen=True, slots=True)
class TypedChip(Chip):
    """One value that a link brought along (a product, an hour); it can only be taken away."""

    narrow: Narrow

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        value = request.GET.get(self.name, "")
        return [(value, value)] if value else []

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        return self.narrow(queryset, value)


def reasons_of(request: HttpRequest) -> list[tuple[str, str]]:
    """Every leaf that the user's shops know, by its code; asked once a request."""
    kept: list[tuple[str, str]] | None = getattr(request, "cancel_reasons", None)
    if kept is None:
        language, shops = get_language() or "ko", [pk for pk, _name in shops_of(request)]
        rows = Reason.objects.filter(Q(shop=None) | Q(shop__in=shops), children=None).order_by("position")
        kept = list({row.code: row.label(language) for row in rows}.items())
        request.cancel_reasons = kept  # type: ignore[attr-defined]
    return kept


def _late(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(status=CancellationStatus.UNDER_REVIEW, answer_by__lte=clock.now())


@dataclass(frozen=True, slots=True)
class FaultChip(ChoiceChip):
    """Cancellations in whose fault a side has a share."""

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        sides = [side for side in self.chosen(value) if side in Fault.values]
        wanted = Q()
        for side in sides:
            wanted |= Q(**{f"fault_{side}__gt": 0})
        return queryset.filter(wanted)


@dataclass(frozen=True, slots=True)
class AcceptanceChip(ChoiceChip):
    """Asked for before or after the shop had accepted the order."""

    def apply(self, queryset: Rows, value: str, request: HttpRequest) -> Rows:
        after = Q(order__confirmed_at__lte=F("requested_at"))
        if value == "after":
            return queryset.filter(after)
        before = Q(order__confirmed_at__isnull=True) | Q(order__confirmed_at__gt=F("requested_at"))
        return queryset.filter(before) if value == "before" else queryset

    def toggled(self, value: str, option: str) -> str:
        return "" if value == option else option


def _of_product(rows: Rows, value: str) -> Rows:
    lines = CancellationLine.objects.filter(cancellation=OuterRef("pk"), line__sku=value)
    return rows.filter(Exists(lines))


def _at_hour(rows: Rows, value: str) -> Rows:
    if not value.isdecimal() or int(value[:3]) > 23:
        return rows.none()
    hour = ExtractHour("requested_at", tzinfo=timezone.get_current_timezone())
    found: Rows = rows.annotate(asked_hour=hour).filter(asked_hour=int(value))
    return found


def chips_for(request: HttpRequest) -> list[Chip]:
    """A shop's chip only where there are several, a product's or hour's only where the address names one."""
    shop = [ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="order__shop_id")]
    typed = [
        TypedChip("sku", gettext_lazy("Product"), _of_product),
        TypedChip("hour", gettext_lazy("Hour"), _at_hour),
    ]
    return [
        *(shop if len(shops_of(request)) > 1 else []),
        ChoiceChip("status", gettext_lazy("Status"), CancellationStatus.choices),
        ChoiceChip("reason", gettext_lazy("Reason"), reasons_of, field="reason__code"),
        ChoiceChip("by", gettext_lazy("Asked by"), ActorKind.choices, field="requested_by_kind"),
        FaultChip("fault", gettext_lazy("Fault"), Fault.choices),
        ChoiceChip("controllable", gettext_lazy("Avoidable"), AVOIDABLE, field="reason__controllable"),
        AcceptanceChip("acceptance", gettext_lazy("Acceptance"), ACCEPTANCE),
        PeriodChip("requested", gettext_lazy("Requested"), "requested_at"),
        FlagChip("late", gettext_lazy("Past its time"), _late),
        *(chip for chip in typed if request.GET.get(chip.name)),
    ]


AVOIDABLE = (
    ("True", gettext_lazy("The shop could have avoided it")),
    ("False", gettext_lazy("Not avoidable")),
)
ACCEPTANCE = (
    ("before", gettext_lazy("Before the shop accepted")),
    ("after", gettext_lazy("After the shop accepted")),
)
