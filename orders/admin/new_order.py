"""An order taken by phone: one form, lines can be added with and without JavaScript."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.money import from_decimal
from orders.admin.actions.verbs import actor_of
from orders.services.place import NewLine, NewOrder, place_order
from orders.terms import DeliveryMethod, PaymentMethod

if TYPE_CHECKING:
    from orders.admin.order import OrderAdmin

PERMISSION = "orders.add_order"
ROWS, MOST_ROWS = 3, 100


class NewOrderForm(forms.Form):
    """Who orders, where it goes, how it is paid."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=gettext_lazy("Shop"), empty_label=None)
    customer_name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    customer_phone = forms.CharField(label=gettext_lazy("Phone"), max_length=20, required=False)
    customer_email = forms.EmailField(label=gettext_lazy("Mail"), required=False)
    recipient_name = forms.CharField(
        label=gettext_lazy("Recipient"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Empty: the customer."),
    )
    recipient_phone = forms.CharField(label=gettext_lazy("Recipient's phone"), max_length=20, required=False)
    postcode = forms.CharField(label=gettext_lazy("Postcode"), max_length=12, required=False)
    address1 = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    address2 = forms.CharField(label=gettext_lazy("Address, rest"), max_length=200, required=False)
    customer_note = forms.CharField(
        label=gettext_lazy("Customer's note"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    delivery_method = forms.ChoiceField(
        label=gettext_lazy("Delivery"),
        choices=[("", gettext_lazy("As usual for the shop")), *DeliveryMethod.choices],
        required=False,
    )
    payment_method = forms.ChoiceField(
        label=gettext_lazy("Payment"), choices=PaymentMethod.choices, initial=PaymentMethod.BANK_TRANSFER
    )
    shipping = forms.DecimalField(
        label=gettext_lazy("Shipping fee"), min_value=0, max_digits=12, required=False
    )
    order_discount = forms.DecimalField(
        label=gettext_lazy("Discount on the order"), min_value=0, max_digits=12, required=False
    )

    def __init__(self, *args: Any, shops: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        field: Any = self.fields["shop"]
        field.queryset = shops
        self.group_names = {
            "who": ("shop", "customer_name", "customer_phone", "customer_email"),
            "where": (
                *("recipient_name", "recipient_phone", "postcode", "address1", "address2"),
                *("delivery_method", "customer_note"),
            ),
            "money": ("payment_method", "shipping", "order_discount"),
        }

    def groups(self) -> dict[str, list[Any]]:
        """Bound fields by the card in which they stand."""
        return {name: [self[field] for field in fields] for name, fields in self.group_names.items()}


class LineForm(forms.Form):
    """One product; a row without a name and a price is left out."""

    name = forms.CharField(label=gettext_lazy("Product"), max_length=200, required=False)
    options = forms.CharField(label=gettext_lazy("Options"), max_length=200, required=False)
    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=64, required=False)
    quantity = forms.IntegerField(label=gettext_lazy("Quantity"), min_value=1, max_value=9999, initial=1)
    unit_price = forms.DecimalField(
        label=gettext_lazy("Unit price"), min_value=0, max_digits=12, required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("name") and cleaned.get("unit_price") is None:
            self.add_error("unit_price", _("Give a price."))
        if cleaned.get("unit_price") is not None and not cleaned.get("name"):
            self.add_error("name", _("Give the product a name."))
        return cleaned


LineFormSet = forms.formset_factory(LineForm, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def new_order_page(admin: OrderAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET: the empty form. POST: `more` adds a row; else the order is placed and opened."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    shops = Shop.objects.visible_to(request.user, PERMISSION).filter(is_active=True).order_by("name")
    if request.method != "POST":
        form = NewOrderForm(shops=shops, initial={"shop": shops.first()})
        return _render(admin, request, form, LineFormSet(initial=[{}] * ROWS, prefix="lines"))
    data = request.POST.copy()
    if "more" in data:
        total = str(data.get("lines-TOTAL_FORMS", ""))
        wanted = int(total) if total.isdecimal() else ROWS
        data["lines-TOTAL_FORMS"] = str(min(wanted + 1, MOST_ROWS))
        data.setdefault(f"lines-{wanted}-quantity", "1")
        return _render(admin, request, _unjudged(data, shops), LineFormSet(data, prefix="lines"))
    form, lines = NewOrderForm(data, shops=shops), LineFormSet(data, prefix="lines")
    if form.is_valid() and lines.is_valid():
        try:
            order = place_order(
                form.cleaned_data["shop"], _wanted(form.cleaned_data, lines), actor=actor_of(request)
            )
        except (DomainError, ValueError) as refusal:
            words = (
                str(refusal) if isinstance(refusal, DomainError) else _("This currency has fewer decimals.")
            )
            form.add_error(None, words)
        else:
            return redirect(admin.object_url(order))
    return _render(admin, request, form, lines, status=422)


def _unjudged(data: Any, shops: Any) -> NewOrderForm:
    """The form with what was typed, but without complaints: the reader only asked for another row."""
    names = NewOrderForm.base_fields
    return NewOrderForm(shops=shops, initial={name: data.get(name, "") for name in names})


def _wanted(cleaned: dict[str, Any], lines: Any) -> NewOrder:
    currency = cleaned["shop"].currency

    def minor(value: Decimal | None) -> int:
        return from_decimal(value or Decimal(0), currency).minor

    return NewOrder(
        lines=[
            NewLine(
                name=row["name"],
                options=row["options"],
                sku=row["sku"],
                quantity=row["quantity"],
                unit_price=minor(row["unit_price"]),
            )
            for row in lines.cleaned_data
            if row.get("name")
        ],
        shipping=minor(cleaned["shipping"]),
        order_discount=minor(cleaned["order_discount"]),
        **{
            name: cleaned[name]
            for name in (
                *("customer_name", "customer_phone", "customer_email", "recipient_name", "recipient_phone"),
                *("postcode", "address1", "address2", "customer_note", "payment_method", "delivery_method"),
            )
        },
    )


def _render(
    admin: OrderAdmin, request: HttpRequest, form: NewOrderForm, lines: Any, *, status: int = 200
) -> HttpResponseBase:
    context = {
        **admin.admin_site.each_context(request),
        "title": _("New order by phone"),
        "opts": admin.opts,
        "form": form,
        "groups": form.groups(),
        "lines": lines,
    }
    return TemplateResponse(request, "admin/orders/new.html", context, status=status)
