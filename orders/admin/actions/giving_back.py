"""Money back without cancelling: goodwill with a reason, and what was paid too much."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.console.actions import ObjectAction, Preview, Text
from orderdesk.console.marks import money_words
from orderdesk.money import Money, exponent, from_decimal
from orders.admin.actions.cancelling import approval, arguments, reason_choices, rows_of
from orders.admin.actions.verbs import actor_of
from orders.models import Order, Refund
from orders.quotes import goodwill_quote, overpayment_quote
from orders.services.cancelling.staff import goodwill_refund
from orders.services.refunds.request import in_flight, pay_back_overpayment
from orders.terms import RefundStatus

PERMISSION = "orders.refund_order"


class AmountField(forms.DecimalField):
    """An amount of one currency, cleaned to minor units; decimals that the currency does not have are refused."""

    def __init__(self, currency: str, *, most: int | None = None, **kwargs: Any) -> None:
        self.currency, self.most = currency, most
        super().__init__(max_digits=14, **kwargs)
        self.widget.attrs |= {"step": str(Decimal(1).scaleb(-exponent(currency))), "min": "0"}

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            minor = from_decimal(amount, self.currency).minor
        except ValueError as error:
            raise forms.ValidationError(_("This currency has fewer decimals.")) from error
        if minor <= 0:
            raise forms.ValidationError(_("The amount must be more than zero."))
        if self.most is not None and minor > self.most:
            left = money_words(self.most, self.currency)
            raise forms.ValidationError(_("At most %(left)s can still be given back.") % {"left": left})
        return minor


def left_of(order: Order) -> int:
    """Minor units that no refund has taken or holds."""
    return sum(payment.refundable for payment in order.payments.all())


class GoodwillForm(forms.Form):
    """How much, and why; `token` makes a double click one refund."""

    token_of_form = forms.CharField(max_length=40, widget=forms.HiddenInput)
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=255,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    field_order = ("amount", "reason", "note", "token_of_form")

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.choices = reason_choices(order.shop_id)
        self.fields["token_of_form"].initial = uuid.uuid4().hex
        self.fields["amount"] = AmountField(
            order.currency,
            most=left_of(order),
            label=_("Amount (%(currency)s)") % {"currency": order.currency},
            help_text=_("At most %(left)s can still be given back.")
            % {"left": money_words(left_of(order), order.currency)},
        )
        self.order_fields(self.field_order)


def _preview_goodwill(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> Preview:
    quote = goodwill_quote(order.currency, cleaned["amount"], cleaned["reason"])
    return Preview(
        token=quote.digest(),
        rows=rows_of(order, quote),
        total=quote.total,
        currency=order.currency,
        sentences=[
            _("Nothing is cancelled: the customer keeps the goods."),
            *approval(request, order, quote.total),
        ],
    )


def _goodwill(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    refunds = goodwill_refund(
        order.pk,
        actor=actor_of(request),
        amount=cleaned["amount"],
        reason=cleaned["reason"],
        token=cleaned["token_of_form"],
        note=cleaned["note"],
    )
    return told(refunds, order.currency)


def told(refunds: list[Refund], currency: str) -> str:
    """What was started, in a sentence."""
    amount = Money(sum(refund.amount for refund in refunds), currency).format(get_language() or "ko")
    if any(refund.status == RefundStatus.PENDING_APPROVAL for refund in refunds):
        return _("%(amount)s goes back once a second person approves it.") % {"amount": amount}
    return _("%(amount)s goes back.") % {"amount": amount}


def _nothing_left(order: Order) -> Text | None:
    return None if left_of(order) > 0 else _("Nothing was paid that could still be given back.")


def _overpaid(order: Order) -> int:
    return order.to_give_back - in_flight(order)


def _not_overpaid(order: Order) -> Text | None:
    # Most orders owe nothing back: only the others ask for the refunds under way.
    if order.to_give_back and _overpaid(order) > 0:
        return None
    return _("Nothing is to be given back.")


def _preview_overpaid(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> Preview:
    quote = overpayment_quote(order.currency, _overpaid(order))
    return Preview(
        token=quote.digest(),
        rows=rows_of(order, quote),
        total=quote.total,
        currency=order.currency,
        sentences=approval(request, order, quote.total),
    )


def _pay_back(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    refunds = pay_back_overpayment(order.pk, actor=actor_of(request), version=order.version)
    return told(refunds, order.currency)


GIVING_ACTIONS = (
    ObjectAction(
        "pay_back",
        gettext_lazy("Give back what is due"),
        PERMISSION,
        _pay_back,
        why_not=_not_overpaid,
        tone="primary",
        hide_when_refused=True,
        preview=_preview_overpaid,
    ),
    ObjectAction(
        "goodwill",
        gettext_lazy("Goodwill refund"),
        PERMISSION,
        _goodwill,
        GoodwillForm,
        _nothing_left,
        form_arguments=arguments,
        preview=_preview_goodwill,
        menu=True,
    ),
)
