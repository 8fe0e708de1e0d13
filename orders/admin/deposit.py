from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk import clock
from orderdesk.accounts.privacy import mask_name
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip, ChoiceChip
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, pill
from orders.admin.actions.verbs import actor_of
from orders.admin.filters import shops_of
from orders.models import Deposit, Order
from orders.services.payments import candidates, match_deposit, take_deposit

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Deposit]
else:
    ModelForm = forms.ModelForm

PERMISSION = "orders.record_payment"


class MatchedChip(Chip):
    """Deposits that wait are the list; matched ones are looked up."""

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("matched", _("Matched")), ("all", _("All"))]

    def apply(self, queryset: QuerySet[Any], value: str, request: HttpRequest) -> QuerySet[Any]:
        return queryset.filter(payment__isnull=False) if value == "matched" else queryset


class MatchForm(forms.Form):
    """The order that the deposit pays: one that fits, or any by its number."""

    order = forms.ChoiceField(label=gettext_lazy("Order that fits"), required=False, widget=forms.RadioSelect)
    number = forms.CharField(label=gettext_lazy("Another order's number"), max_length=40, required=False)

    def __init__(self, *args: Any, deposit: Deposit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deposit = deposit
        field: Any = self.fields["order"]
        field.choices = [
            (order.pk, f"{order.number} · {mask_name(order.customer.name)}") for order in candidates(deposit)
        ]
        if not field.choices:
            del self.fields["order"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number = cleaned.get("number", "").strip()
        if number:
            found = Order.objects.filter(shop_id=self.deposit.shop_id, number=number).first()
            if found is None:
                self.add_error("number", _("This shop has no order with this number."))
            return {"order_id": found.pk if found else None}
        if not cleaned.get("order"):
            raise forms.ValidationError(_("Choose an order."))
        return {"order_id": int(cleaned["order"])}


class DepositForm(ModelForm):
    """A deposit typed from the bank's statement."""

    class Meta:
        model = Deposit
        fields = ("shop", "at", "amount", "payer_name", "reference")


def _matched(deposit: Deposit) -> Text | None:
    return _("This deposit has been matched to an order already.") if deposit.payment_id else None


def _match(request: HttpRequest, deposit: Deposit, cleaned: dict[str, Any]) -> str:
    match_deposit(deposit.pk, cleaned["order_id"], actor=actor_of(request))
    return _("The deposit is booked to the order.")


def _outcome(_deposit: Deposit) -> list[Text]:
    return [
        _("The amount is booked as the order's payment; when nothing is due any more, the order is placed."),
        _("The customer is told that the order was received."),
    ]


@admin.register(Deposit)
class DepositAdmin(ConsoleAdmin):
    """Money in the shop's bank account, and the orders that it may pay."""

    form = DepositForm
    list_display = ("payer_cell", "state_cell", "amount_cell", "at_cell", "shop", "order_cell")
    list_select_related = ("shop", "payment__order")
    sorts = (Sort("new", gettext_lazy("Newest first"), "at"),)
    chips = (
        ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="shop_id"),
        MatchedChip("state", gettext_lazy("State")),
    )
    search_fields = ("payer_name", "=reference")
    search_hint = gettext_lazy("Payer or bank's reference")
    empty_hint = gettext_lazy("No deposit waits for its order.")
    object_template = "admin/orders/deposit.html"
    object_actions = (
        ObjectAction(
            "match",
            gettext_lazy("Match to an order"),
            PERMISSION,
            _match,
            MatchForm,
            _matched,
            _outcome,
            lambda _request, deposit: {"deposit": deposit},
            tone="primary",
            key="m",
        ),
    )
    stale_fields: ClassVar[Sequence[str]] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Deposits of shops whose money one books; the list shows those that wait."""
        rows = Deposit.objects.visible_to(request.user, PERMISSION).select_related("shop", "payment__order")
        match = request.resolver_match
        listed = match is not None and str(match.url_name).endswith("_changelist")
        return rows.filter(payment=None) if listed and not request.GET.get("state") else rows

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """A typed deposit goes the way of an imported one: stored once, matched when exactly one order fits."""
        obj.currency = obj.shop.currency
        stored = take_deposit(obj, actor=actor_of(request))
        obj.pk, obj.payment_id = stored.pk, stored.payment_id

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        form.base_fields["shop"].queryset = form.base_fields["shop"].queryset.visible_to(
            request.user, PERMISSION
        )
        form.base_fields["at"].initial = clock.now
        # One label stands before both halves of a date with its time; a screen reader needs one for each.
        day, hour = form.base_fields["at"].widget.widgets
        day.attrs["aria-label"], hour.attrs["aria-label"] = gettext_lazy("Day"), gettext_lazy("Time")
        return form

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The orders that it may pay."""
        return {"candidates": [] if obj.payment_id else candidates(obj)}

    @column(gettext_lazy("Payer"))
    def payer_cell(self, deposit: Deposit) -> str:
        return mask_name(deposit.payer_name) or _("(no name)")

    @column(gettext_lazy("State"))
    def state_cell(self, deposit: Deposit) -> SafeString:
        return pill(_("Matched"), "done") if deposit.payment_id else pill(_("Waits for its order"), "waits")

    @column(gettext_lazy("Amount"), css="num")
    def amount_cell(self, deposit: Deposit) -> SafeString:
        return amount(deposit.amount, deposit.currency)

    @column(gettext_lazy("When"), css="when")
    def at_cell(self, deposit: Deposit) -> SafeString:
        return ago(deposit.at)

    @column(gettext_lazy("Order"))
    def order_cell(self, deposit: Deposit) -> SafeString | str:
        if deposit.payment is None:
            return ""
        order = deposit.payment.order
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:orders_order_change", args=[order.pk]), order.number
        )


def waiting(request: HttpRequest) -> int:
    """Deposits that wait for their order."""
    return Deposit.objects.visible_to(request.user, PERMISSION).filter(payment=None).count()


menu.register(
    gettext_lazy("Orders"),
    gettext_lazy("Deposits"),
    "admin:orders_deposit_changelist",
    PERMISSION,
    count=waiting,
    icon="money",
    order=70,
)
