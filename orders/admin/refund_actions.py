"""What a person may do about a refund; only what is safe in its present state is offered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.marks import money_words
from orders.admin.actions.verbs import actor_of
from orders.gateways import gateway_of
from orders.models import Refund
from orders.services.refunds.approve import approve_refund, refuse_refund
from orders.services.refunds.void import (
    ask_again,
    never_happened,
    record_bank_refund,
    retry_refund,
    void_unknown,
)
from orders.terms import RefundStatus

S = RefundStatus
APPROVE, SETTLE, ASK = "orders.approve_refund", "orders.settle_refund", "orders.refund_order"


class NoteForm(forms.Form):
    """A sentence that stays in the records."""

    note = forms.CharField(label=gettext_lazy("Why?"), max_length=255, widget=forms.Textarea({"rows": 2}))


class ReferenceForm(forms.Form):
    """The bank's number of the transfer."""

    bank_reference = forms.CharField(
        label=gettext_lazy("Bank's reference"),
        max_length=120,
        help_text=gettext_lazy("As it stands on the bank's statement; each is booked only once."),
    )


def is_manual(refund: Refund) -> bool:
    """Whether a person pays it out."""
    return gateway_of(refund.payment.gateway).abilities.manual


def _waiting(refund: Refund) -> Text | None:
    if refund.status == S.PENDING_APPROVAL:
        return None
    return gettext_lazy("This refund is not waiting for approval any more.")


def _by_hand(refund: Refund) -> Text | None:
    if refund.status == S.RESERVED and is_manual(refund):
        return None
    return gettext_lazy("This refund is not waiting to be paid.")


def _unknown(refund: Refund) -> Text | None:
    if refund.status in (S.UNKNOWN, S.SUBMITTED) and gateway_of(refund.payment.gateway).abilities.query:
        return None
    return gettext_lazy("The result of this refund is known.")


def _failed(refund: Refund) -> Text | None:
    return None if refund.status == S.FAILED else gettext_lazy("Only a failed refund is tried anew.")


def _not_unknown(refund: Refund) -> Text | None:
    return None if refund.status == S.UNKNOWN else gettext_lazy("The result of this refund is known.")


def _own(user: Any, refund: Refund) -> Text | None:
    if refund.created_by_id != user.pk:
        return None
    return gettext_lazy("Nobody approves their own refund. Ask a colleague.")


def _own_payout(user: Any, refund: Refund) -> Text | None:
    if refund.created_by_id != user.pk:
        return None
    return gettext_lazy("A second person settles this refund. Ask a colleague.")


def _void_is_unsafe(user: Any, refund: Refund) -> Text | None:
    if not never_happened(refund):
        return gettext_lazy("Ask the payment company first; only what it does not know is ended.")
    return _own_payout(user, refund)


def _approve(request: HttpRequest, refund: Refund, _cleaned: dict[str, Any]) -> str:
    approve_refund(refund.cause, actor=actor_of(request))
    return _("The refund is approved.")


def _refuse(request: HttpRequest, refund: Refund, cleaned: dict[str, Any]) -> str:
    refuse_refund(refund.cause, actor=actor_of(request), note=cleaned["note"])
    return _("The refund is refused; nothing goes back by it.")


def _ask(request: HttpRequest, refund: Refund, _cleaned: dict[str, Any]) -> str:
    ask_again(refund.pk, actor=actor_of(request))
    return _("The payment company is asked now.")


def _paid(request: HttpRequest, refund: Refund, cleaned: dict[str, Any]) -> str:
    record_bank_refund(refund.pk, actor=actor_of(request), bank_reference=cleaned["bank_reference"])
    return _("The payout is booked.")


def _void(request: HttpRequest, refund: Refund, cleaned: dict[str, Any]) -> str:
    void_unknown(refund.pk, actor=actor_of(request), note=cleaned["note"])
    return _("The refund is ended without a payment.")


def _retry(request: HttpRequest, refund: Refund, _cleaned: dict[str, Any]) -> str:
    retry_refund(refund.pk, actor=actor_of(request))
    return _("The refund is tried anew.")


def _goes(refund: Refund) -> list[Text]:
    amount = money_words(refund.amount, refund.currency)
    if is_manual(refund):
        return [_("%(amount)s is then paid out by hand.") % {"amount": amount}]
    return [_("%(amount)s is then sent to the payment company.") % {"amount": amount}]


def _holds(refund: Refund) -> list[Text]:
    amount = money_words(refund.amount, refund.currency)
    return [_("%(amount)s is free again and stays with the shop.") % {"amount": amount}]


def _asks(_refund: Refund) -> list[Text]:
    return [_("It is asked under our own number; nothing is paid twice.")]


def _anew(refund: Refund) -> list[Text]:
    amount = money_words(refund.amount, refund.currency)
    return [_("Nothing was paid by the failed one; %(amount)s is asked for anew.") % {"amount": amount}]


def _booked(refund: Refund) -> list[Text]:
    amount = money_words(refund.amount, refund.currency)
    return [_("%(amount)s counts as paid back, and the customer is told.") % {"amount": amount}]


REFUND_ACTIONS = (
    ObjectAction(
        "approve",
        gettext_lazy("Approve"),
        APPROVE,
        _approve,
        why_not=_waiting,
        outcome=_goes,
        tone="primary",
        key="a",
        hide_when_refused=True,
        not_you=_own,
    ),
    ObjectAction(
        "refuse",
        gettext_lazy("Refuse the refund"),
        APPROVE,
        _refuse,
        NoteForm,
        _waiting,
        _holds,
        tone="danger",
        hide_when_refused=True,
    ),
    ObjectAction(
        "record_payout",
        gettext_lazy("Paid by transfer"),
        SETTLE,
        _paid,
        ReferenceForm,
        _by_hand,
        _booked,
        tone="primary",
        hide_when_refused=True,
        not_you=_own_payout,
    ),
    ObjectAction(
        "ask",
        gettext_lazy("Ask the payment company again"),
        ASK,
        _ask,
        why_not=_unknown,
        outcome=_asks,
        tone="primary",
        hide_when_refused=True,
    ),
    ObjectAction(
        "void",
        gettext_lazy("It never happened"),
        SETTLE,
        _void,
        NoteForm,
        _not_unknown,
        _holds,
        tone="danger",
        hide_when_refused=True,
        not_you=_void_is_unsafe,
    ),
    ObjectAction(
        "retry",
        gettext_lazy("Try anew"),
        ASK,
        _retry,
        why_not=_failed,
        outcome=_anew,
        tone="primary",
        hide_when_refused=True,
    ),
)
