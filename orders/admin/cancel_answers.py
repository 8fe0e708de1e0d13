"""What staff answer to a request to cancel: yes, no with a sentence, or a part of the money instead."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.marks import money_words
from orders.admin.actions.giving_back import AmountField
from orders.admin.actions.verbs import actor_of, mails
from orders.models import Cancellation
from orders.quotes import Quote
from orders.services.cancelling.decide import (
    approve_cancellation,
    counter_offer,
    reject_cancellation,
    withdraw_cancellation,
)
from orders.terms import CancellationStatus, RefusalCode

S = CancellationStatus
DECIDE = "orders.decide_cancellation"


class RefuseForm(forms.Form):
    """A code that is counted, and the sentence that the customer reads."""

    code = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose a reason")), *RefusalCode.choices]
    )
    text = forms.CharField(
        label=gettext_lazy("Sentence for the customer"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class CounterForm(forms.Form):
    """A part of the money back if the customer keeps the goods."""

    def __init__(self, *args: Any, wish: Cancellation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = wish.order
        most = max(min(order.owed, order.captured_total - order.refunded_total), 0)
        self.fields["amount"] = AmountField(
            order.currency,
            most=most,
            label=_("Amount (%(currency)s)") % {"currency": order.currency},
            help_text=_("The customer keeps the goods and gets this much back. At most %(left)s.")
            % {"left": money_words(most, order.currency)},
        )


def _settled(wish: Cancellation) -> Text | None:
    return None if wish.status == S.UNDER_REVIEW else gettext_lazy("This request has been settled already.")


def _not_approvable(wish: Cancellation) -> Text | None:
    if wish.status in (S.UNDER_REVIEW, S.COUNTER_OFFERED):
        return None
    return gettext_lazy("This request has been settled already.")


def _approve(request: HttpRequest, wish: Cancellation, _cleaned: dict[str, Any]) -> str:
    approve_cancellation(wish.pk, actor=actor_of(request))
    return _("The request is approved; its units are cancelled.")


def _refuse(request: HttpRequest, wish: Cancellation, cleaned: dict[str, Any]) -> str:
    reject_cancellation(wish.pk, actor=actor_of(request), code=cleaned["code"], text=cleaned["text"])
    return _("The request is refused; the order goes on.")


def _offer(request: HttpRequest, wish: Cancellation, cleaned: dict[str, Any]) -> str:
    counter_offer(wish.pk, actor=actor_of(request), amount=cleaned["amount"])
    return _("The counter-offer is made; the customer decides.")


def _withdraw(request: HttpRequest, wish: Cancellation, _cleaned: dict[str, Any]) -> str:
    withdraw_cancellation(wish.pk, actor=actor_of(request))
    return _("The request is withdrawn; the order goes on.")


def _approved(wish: Cancellation) -> list[Text]:
    total = money_words(quote_of(wish).total, wish.order.currency)
    return [
        _("The units asked for are cancelled, and %(amount)s goes back.") % {"amount": total},
        *mails(wish.order, "order.cancelled"),
    ]


def _refused(wish: Cancellation) -> list[Text]:
    return [
        _("The order goes on, and its units may ship again."),
        *mails(wish.order, "cancellation.rejected"),
    ]


def _offered(wish: Cancellation) -> list[Text]:
    return [
        _("Nothing moves until the customer accepts."),
        *mails(wish.order, "cancellation.counter_offered"),
    ]


def quote_of(wish: Cancellation) -> Quote:
    """The money outcome as it was shown; an empty one for rows without."""
    return Quote.from_json(wish.quote) if wish.quote else Quote(wish.order.currency, ())


CANCELLATION_ACTIONS = (
    ObjectAction(
        "approve",
        gettext_lazy("Approve"),
        DECIDE,
        _approve,
        why_not=_not_approvable,
        outcome=_approved,
        submit=gettext_lazy("Cancel these units"),
        tone="primary",
        key="a",
        hide_when_refused=True,
    ),
    ObjectAction(
        "refuse",
        gettext_lazy("Refuse"),
        DECIDE,
        _refuse,
        RefuseForm,
        _settled,
        _refused,
        tone="danger",
        key="r",
        hide_when_refused=True,
    ),
    ObjectAction(
        "counter_offer",
        gettext_lazy("Counter-offer"),
        DECIDE,
        _offer,
        CounterForm,
        _settled,
        _offered,
        lambda _request, wish: {"wish": wish},
        key="c",
        hide_when_refused=True,
    ),
    ObjectAction(
        "withdraw",
        gettext_lazy("Customer withdraws it"),
        DECIDE,
        _withdraw,
        why_not=_not_approvable,
        hide_when_refused=True,
        menu=True,
    ),
)
