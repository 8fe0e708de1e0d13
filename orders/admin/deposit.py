from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from orderdesk.accounts.privacy import mask_name
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip, ChoiceChip
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, pill
from orders.admin.actions.verbs import actor_of
from orders.admin.deposit_new import PERMISSION, new_deposit_page, told
from orders.admin.deposit_upload import template_file, upload_page
from orders.admin.filters import shops_of
from orders.models import Deposit, Order
from orders.services.payments import candidates, match_deposit


class MatchedChip(Chip):
    """Deposits that wait for their order, or those that found it."""

    def options(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [("waiting", _("Waits for its order")), ("matched", _("Matched"))]

    def apply(self, queryset: QuerySet[Any], value: str, request: HttpRequest) -> QuerySet[Any]:
        known = {"waiting": True, "matched": False}
        return queryset.filter(payment__isnull=known[value]) if value in known else queryset


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


def _matched(deposit: Deposit) -> Text | None:
    return _("This deposit has been matched to an order already.") if deposit.payment_id else None


def _match(request: HttpRequest, deposit: Deposit, cleaned: dict[str, Any]) -> str:
    return told(match_deposit(deposit.pk, cleaned["order_id"], actor=actor_of(request)))


def _outcome(_deposit: Deposit) -> list[Text]:
    return [
        _("The amount is booked as the order's payment; when nothing is due any more, the order is placed."),
        _("The customer is told that the order was received."),
    ]


@admin.register(Deposit)
class DepositAdmin(ConsoleAdmin):
    """Money in the shop's bank account, and the orders that it may pay."""

    list_display = ("payer_cell", "state_cell", "amount_cell", "at_cell", "shop", "order_cell")
    list_select_related = ("shop", "payment__order")
    # By entry: the key's own index serves it for waiting and for matched ones.
    sorts = (Sort("new", gettext_lazy("Entered last first"), "pk"),)
    default_views = (
        (gettext_lazy("Waits for its order"), "state=waiting"),
        (gettext_lazy("Matched"), "state=matched"),
    )
    chips = (
        ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="shop_id"),
        MatchedChip("state", gettext_lazy("State")),
    )
    search_fields = ("payer_name", "=reference", "=payment__order__number")
    search_hint = gettext_lazy("Payer, bank's reference or order number")
    empty_hint = gettext_lazy("No deposit yet. Type one, or upload the bank's file.")
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
        """Deposits of shops whose money one books."""
        rows: QuerySet[Any] = Deposit.objects.visible_to(request.user, PERMISSION)
        return rows.select_related("shop", "payment__order")

    def get_urls(self) -> list[URLPattern]:
        """Two pages more: a file of deposits, and its template."""
        view = self.admin_site.admin_view
        upload, template = view(self.upload_view), view(require_GET(template_file))
        own = [
            path("upload/", upload, name="orders_deposit_upload"),
            path("upload/template/", template, name="orders_deposit_upload_template"),
        ]
        return [*own, *super().get_urls()]

    def list_tools(self, request: HttpRequest) -> list[tuple[Text, str]]:
        """The bank's file."""
        return [(_("Deposits by file"), reverse(self.url_name("upload")))]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """A deposit typed by hand."""
        return new_deposit_page(self, request)

    def upload_view(self, request: HttpRequest) -> HttpResponseBase:
        """Many at once."""
        return upload_page(self, request)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The orders that it may pay."""
        fitting = [] if obj.payment_id else candidates(obj)
        return {"candidates": fitting, "match_url": reverse(self.url_name("action"), args=[obj.pk, "match"])}

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

    @column(gettext_lazy("Order"), css="when")
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
    query="state=waiting",
    icon="money",
    order=70,
)
