"""A deposit typed from the bank's statement: stored once, and told to which order it belongs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.money import from_decimal
from orders.admin.actions.verbs import actor_of
from orders.models import Deposit
from orders.services.payments import candidates, take_deposit

if TYPE_CHECKING:
    from orders.admin.deposit import DepositAdmin

PERMISSION = "orders.record_payment"


class ShopField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Shops with the currency in which their deposits are typed."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and currency."""
        return f"{obj.name} ({obj.currency})"


class DepositForm(forms.Form):
    """What stands on the statement."""

    shop = ShopField(Shop.objects.none(), label=gettext_lazy("Shop"), empty_label=None)
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=15)
    payer_name = forms.CharField(
        label=gettext_lazy("Payer"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("As the bank writes it. Without a name the amount alone decides."),
    )
    reference = forms.CharField(
        label=gettext_lazy("Bank's reference"),
        max_length=80,
        help_text=gettext_lazy("The bank's own number of this deposit: the same one is stored only once."),
    )

    def __init__(self, *args: Any, shops: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field: Any = self.fields["shop"]
        field.queryset = shops
        currencies = sorted(set(shops.values_list("currency", flat=True)))
        self.fields["amount"].help_text = _("In the shop's currency: %(currencies)s") % {
            "currencies": ", ".join(currencies)
        }

    def clean_at(self) -> datetime:
        """The field knows no seconds: the minute counts until its end."""
        at: datetime = self.cleaned_data["at"]
        if at > clock.now():
            raise forms.ValidationError(_("A deposit cannot lie in the future."))
        return min(at.replace(second=59), clock.now())

    def clean(self) -> dict[str, Any]:
        """The amount in minor units."""
        cleaned = super().clean() or {}
        shop, amount = cleaned.get("shop"), cleaned.get("amount")
        if shop is None or amount is None:
            return cleaned
        try:
            cleaned["amount"] = _minor(amount, shop.currency)
        except ValueError:
            self.add_error("amount", _("This currency has fewer decimals."))
        return cleaned

    def clean_amount(self) -> Decimal:
        """More than nothing."""
        amount: Decimal = self.cleaned_data["amount"]
        if amount <= 0:
            raise forms.ValidationError(_("The amount must be more than zero."))
        return amount


def _minor(amount: Decimal, currency: str) -> int:
    return from_decimal(amount, currency).minor


def shops_with_deposits(request: HttpRequest) -> Any:
    """Shops whose deposits the user books."""
    return Shop.objects.visible_to(request.user, PERMISSION).filter(is_active=True).order_by("name")


def new_deposit_page(admin: DepositAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET: the form. POST: stored, and on to the deposit with a sentence about its order."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    shops = shops_with_deposits(request)
    form = DepositForm(request.POST or None, shops=shops, initial={"at": clock.now(), "shop": shops.first()})
    if request.method == "POST" and form.is_valid():
        known = Deposit.objects.filter(
            shop=form.cleaned_data["shop"], reference=form.cleaned_data["reference"]
        ).exists()
        try:
            stored = take_deposit(_deposit(form.cleaned_data), actor=actor_of(request))
        except DomainError as refusal:
            form.add_error("reference", str(refusal))
        else:
            level = messages.success if stored.payment_id else messages.warning
            level(request, told(stored, known=known))
            return redirect(admin.object_url(stored))
    context = {
        **admin.admin_site.each_context(request),
        "title": _("New deposit"),
        "opts": admin.opts,
        "form": form,
        "upload_url": reverse(admin.url_name("upload")),
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "admin/orders/deposit_new.html", context, status=status)


def _deposit(cleaned: dict[str, Any]) -> Deposit:
    shop = cleaned["shop"]
    return Deposit(
        shop=shop,
        currency=shop.currency,
        at=cleaned["at"],
        amount=cleaned["amount"],
        payer_name=cleaned["payer_name"],
        reference=cleaned["reference"],
    )


def told(deposit: Deposit, *, known: bool = False) -> str:
    """In a sentence: to which order the deposit belongs, or what is to be done about it."""
    before = _("This deposit was stored before; nothing was changed.") + " " if known else ""
    if deposit.payment is not None:
        order = deposit.payment.order
        words = _("The deposit is booked to order %(number)s.").replace("%(number)s", "{}")
        url = reverse("admin:orders_order_change", args=[order.pk])
        link = format_html('<a href="{}">{}</a>', url, order.number)
        return format_html("{}{}", before, format_html(words, link))
    count = len(candidates(deposit))
    if not count:
        return before + _("No unpaid order fits the deposit yet. Match it by the order's number, or wait.")
    words = ngettext(
        "%(count)d order fits the deposit: choose it.",
        "%(count)d orders fit the deposit: choose one.",
        count,
    )
    return before + words % {"count": count}
