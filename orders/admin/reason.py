from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Case, F, ForeignKey, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import ChoiceChip
from orderdesk.console.keyset import Sort
from orders.models import Reason
from orders.terms import Fault

PERMISSION = "orders.change_reason"

# A branch, then its leaves: the branch's position and id lead, a leaf's own position follows.
_BIG = BigIntegerField()
_BRANCH = (
    Coalesce(Cast("parent__position", _BIG), Cast("position", _BIG)) * Value(1_000_000, _BIG)
    + Coalesce(F("parent_id"), F("id"))
) * Value(100_000, _BIG)
_IN_BRANCH = Case(
    When(parent=None, then=Value(0, _BIG)), default=Cast("position", _BIG) + Value(1, _BIG), output_field=_BIG
)


class ReasonForm(ModelForm):  # type: ignore[type-arg]
    """A shop's own leaf: wording may change for ever, the code stays, for it is what is counted."""

    def clean_shop(self) -> Shop:
        """The house's own rows come with the software."""
        shop = self.cleaned_data.get("shop")
        if shop is None:
            raise ValidationError(_("Choose the shop."))
        return shop  # type: ignore[no-any-return]


@admin.register(Reason)
class ReasonAdmin(ConsoleAdmin):
    """Reasons of cancelling as a tree; the house's rows are read, a shop adds leaves of its own."""

    form = ReasonForm
    list_display = (
        "label_cell",
        "parent_cell",
        "code_cell",
        "shop_cell",
        "fault_cell",
        "audience_cell",
        "active",
    )
    list_select_related = ("shop", "parent")
    search_fields = ("code", "label_ko", "label_en")
    fields = (
        "shop",
        "parent",
        "code",
        "label_ko",
        "label_en",
        "audience",
        "fault",
        "controllable",
        "offers",
        "naver_code",
        "cafe24_code",
        "position",
        "active",
    )
    sorts: ClassVar = (Sort("tree", _("As a tree"), "tree", descending=False, kind=_BIG),)
    chips: ClassVar = (
        ChoiceChip("audience", _("Who chooses it"), Reason.Audience.choices),
        ChoiceChip("fault", _("Usually whose fault"), Fault.choices),
    )
    stale_fields: ClassVar = ("label_ko", "label_en", "fault", "active")
    empty_hint = _("No reasons yet.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The house's rows, and those of the shops one may see."""
        own = Shop.objects.visible_to(request.user, "orders.view_reason").values("pk")
        return Reason.objects.filter(Q(shop=None) | Q(shop__in=own)).annotate(tree=_BRANCH + _IN_BRANCH)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The house's rows are for reading."""
        if obj is not None and obj.shop_id is None:
            return False
        return request.user.has_perm(PERMISSION, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        scope = obj if obj is not None and obj.shop_id else None
        return request.user.has_perm("orders.view_reason", scope)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose it is and what it is counted by stays."""
        return ("shop", "code") if obj else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "shop":
            kwargs["queryset"] = Shop.objects.visible_to(request.user, PERMISSION)
        if db_field.name == "parent":
            kwargs["queryset"] = self.get_queryset(request).filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @column(_("Reason"))
    def label_cell(self, row: Reason) -> str:
        label = row.label(get_language() or "ko")
        return format_html('<span class="leaf">{}</span>', label) if row.parent_id else label

    @column(_("Belongs to"), css="wide-only")
    def parent_cell(self, row: Reason) -> str:
        return row.parent.label(get_language() or "ko") if row.parent else "—"

    @column(_("code"), css="code wide-only")
    def code_cell(self, row: Reason) -> str:
        return row.code

    @column(_("Shop"), css="nowrap")
    def shop_cell(self, row: Reason) -> str:
        return str(row.shop) if row.shop else str(_("House"))

    @column(_("Fault"))
    def fault_cell(self, row: Reason) -> str:
        return str(row.get_fault_display())

    @column(_("Chosen by"))
    def audience_cell(self, row: Reason) -> str:
        return str(row.get_audience_display())


menu.register(
    _("Settings"),
    _("Reasons of cancelling"),
    "admin:orders_reason_changelist",
    "orders.view_reason",
    icon="dot",
    order=65,
)
