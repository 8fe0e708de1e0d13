"""Money that came in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.money import Money, exponent, from_decimal
from orders.admin.actions.verbs import actor_of, mails, refused
from orders.models import Order
from orders.services.payments import Capture, record_payment
from orders.terms import OrderStatus, PaymentMethod


class PaymentForm(forms.Form):
    """How much came in, by which way; the balance stands in the field already."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=14)
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=PaymentMethod.choices)
    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The same reference is booked only once."),
    )
    payer_name = forms.CharField(label=gettext_lazy("Payer"), max_length=80, required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = order.currency
        places = exponent(order.currency)
        amount = self.fields["amount"]
        amount.label = _("Amount (%(currency)s)") % {"currency": order.currency}
        amount.widget.attrs |= {"step": str(Decimal(1).scaleb(-places)), "min": "0"}
        amount.initial = Money(max(order.balance, 0), order.currency).decimal
        expected = next((p for p in order.payments.all() if not p.captured), None)
        self.fields["method"].initial = expected.method if expected else PaymentMethod.BANK_TRANSFER

    def clean_amount(self) -> int:
        try:
            return from_decimal(self.cleaned_data["amount"], self.currency).minor
        except ValueError as error:
            raise forms.ValidationError(_("This currency has fewer decimals.")) from error


def _arguments(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"order": order}


def _pay(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    capture = Capture(
        amount=cleaned["amount"],
        method=cleaned["method"],
        reference=cleaned["reference"],
        payer_name=cleaned["payer_name"],
    )
    payment = record_payment(order.pk, capture, actor=actor_of(request), version=order.version)
    amount = Money(payment.captured, order.currency).format(get_language() or "ko")
    return _("%(amount)s is booked.") % {"amount": amount}


def _outcome(order: Order) -> list[Text]:
    if order.status != OrderStatus.AWAITING_PAYMENT:
        return [_("Money beyond what is due opens a task to give it back."), _("No message goes out.")]
    due = Money(max(order.balance, 0), order.currency).format(get_language() or "ko")
    return [
        _("Once %(amount)s has come in, the order is placed and its deadlines begin.") % {"amount": due},
        *mails(order, "order.received"),
    ]


MONEY_ACTIONS = (
    ObjectAction(
        "record_payment",
        gettext_lazy("Record a payment"),
        "orders.record_payment",
        _pay,
        PaymentForm,
        refused("record_payment"),
        _outcome,
        _arguments,
        menu=True,
    ),
)
