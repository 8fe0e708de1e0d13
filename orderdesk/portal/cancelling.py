"""Cancelling and money on the tracking page: the open request with its answers, and each refund's steps in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.portal.cancel_words import why_no_cancel
from orderdesk.portal.page_facts import Cancelling, GivenBack, OrderFacts
from orderdesk.portal.wallet import amount
from orders.customer_money import arrived_words, last_day, method_words, sent_words, units_words, way_words
from orders.gateways import gateway_of
from orders.gateways.banks import bank_name
from orders.terms import (
    FINAL_REFUND,
    HOLDING_REFUND,
    CancellationStatus,
    OrderStatus,
    RefundStatus,
    RefusalCode,
    RequestDefault,
)
from orders.timewords import Moment, Speaker

Text = str | Promise
S, R = CancellationStatus, RefundStatus


class RequestView(NamedTuple):
    """The newest request: its state in a sentence, what follows, its units, and which answers the customer has."""

    id: int
    title: Text
    sentences: list[Text]
    units: list[str]
    tone: str
    can_withdraw: bool
    can_answer: bool


class RefundView(NamedTuple):
    """One refund: where it stands, how the money arrives, by when at the latest, and its steps so far."""

    amount: str
    method: Text
    state: Text
    sentence: Text
    due: Moment | None
    steps: list[tuple[Text, Moment]]
    tone: str


class CancelLink(NamedTuple):
    """Whether the customer may begin to cancel; `no` says why not."""

    no: Text


def cancel_link(facts: OrderFacts) -> CancelLink | None:
    """None where the question makes no sense: it has arrived, is cancelled, or is being asked for."""
    if any(each.is_open for each in facts.cancellations):
        return None
    no = why_no_cancel(facts.status, facts.kind)
    return CancelLink(no) if not no or facts.status == OrderStatus.IN_DELIVERY else None


def request_view(facts: OrderFacts, speak: Speaker) -> RequestView | None:
    """The newest wish, unless it was simply done: then the lines and the refunds tell."""
    newest = next(iter(facts.cancellations), None)
    if newest is None or newest.status not in _TELLERS:
        return None
    title, sentences, tone = _TELLERS[newest.status](newest, facts, speak)
    return RequestView(
        newest.id,
        title,
        [sentence for sentence in sentences if sentence],
        [units_words(name, quantity) for name, quantity in newest.units],
        tone,
        can_withdraw=newest.status in (S.UNDER_REVIEW, S.COUNTER_OFFERED),
        can_answer=newest.status == S.COUNTER_OFFERED,
    )


_Told = tuple[Text, list[Text], str]


def _asked(stop: Cancelling, _facts: OrderFacts, speak: Speaker) -> _Told:
    by = speak.moment(stop.answer_by)
    if by is None:
        return _("You have asked to cancel"), [_("The shop answers soon.")], "waits"
    if stop.answer_default == RequestDefault.APPROVE:
        then = _("The shop answers by %(when)s. Without an answer it is cancelled.")
    else:
        then = _("The shop answers by %(when)s. Without an answer the order goes on.")
    return (
        _("You have asked to cancel"),
        [then % {"when": by.words}, _("Until then it waits.")],
        "waits",
    )


def _offered(stop: Cancelling, facts: OrderFacts, speak: Speaker) -> _Told:
    back = amount(stop.counter_amount or 0, facts.currency)
    by = speak.moment(stop.answer_by)
    please = _("Please answer by %(when)s. Without an answer the shop looks at your request again.")
    return (
        _("The shop makes you an offer"),
        [
            _("If you keep the order, you get %(amount)s back and it goes on.") % {"amount": back},
            please % {"when": by.words} if by else "",
        ],
        "waits",
    )


_REFUSED: dict[str, Text] = {
    RefusalCode.ALREADY_SHIPPED: gettext_lazy("It has left already."),
    RefusalCode.ALREADY_COOKING: gettext_lazy("It is being cooked already."),
    RefusalCode.MADE_TO_ORDER: gettext_lazy("It is made to order, as agreed when you ordered."),
    RefusalCode.OUT_OF_WINDOW: gettext_lazy("The time for cancelling is over."),
}


def _refused(stop: Cancelling, facts: OrderFacts, _speak: Speaker) -> _Told:
    goes_on = facts.status not in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
    return (
        _("The shop could not cancel it"),
        [
            _REFUSED.get(stop.refusal_code, ""),
            stop.refusal_text,
            _("Your order goes on.") if goes_on else "",
        ],
        "bad",
    )


def _kept(stop: Cancelling, facts: OrderFacts, _speak: Speaker) -> _Told:
    if not stop.counter_amount:
        return _("You took the shop's offer"), [_("Your order goes on.")], "done"
    back = {"amount": amount(stop.counter_amount, facts.currency)}
    return (
        _("You took the shop's offer"),
        [_("You get %(amount)s back, and your order goes on.") % back],
        "done",
    )


def _withdrawn(_stop: Cancelling, _facts: OrderFacts, _speak: Speaker) -> _Told:
    return _("You have withdrawn your request to cancel"), [_("Your order goes on.")], "info"


_TELLERS: dict[str, Callable[[Cancelling, OrderFacts, Speaker], _Told]] = {
    S.UNDER_REVIEW: _asked,
    S.COUNTER_OFFERED: _offered,
    S.REJECTED: _refused,
    S.SAVED: _kept,
    S.WITHDRAWN: _withdrawn,
}


def refund_views(facts: OrderFacts, speak: Speaker) -> list[RefundView]:
    """Each refund that is news: one that came to nothing is told only while its money is still owed."""
    tried_again = {refund.cause for refund in facts.refunds}
    shown = [
        refund
        for refund in facts.refunds
        if refund.status not in (R.FAILED, R.VOIDED)
        or (facts.to_give_back and f"retry:{refund.id}" not in tried_again)
    ]
    return [_refund(refund, facts, speak) for refund in shown]


def lacks_account(refund: GivenBack) -> bool:
    """Whether the money waits for the bank account that it can go to."""
    return (
        refund.status in (R.PENDING_APPROVAL, R.RESERVED)
        and refund.bank is None
        and gateway_of(refund.gateway).needs_account(refund.method)
    )


def _refund(refund: GivenBack, facts: OrderFacts, speak: Speaker) -> RefundView:
    state, sentence, tone = _state(refund)
    method = method_words(refund.method)
    if refund.bank:
        # The account's last digits tell the owner which it is, and nobody else anything.
        method = f"{bank_name(refund.bank, (get_language() or 'ko')[:2])} ····{refund.last4}"
    return RefundView(
        amount(refund.amount, facts.currency),
        method,
        state,
        sentence,
        speak.moment(last_day(refund.due_at)) if refund.status in HOLDING_REFUND else None,
        _steps(refund, speak),
        tone,
    )


def _state(refund: GivenBack) -> tuple[Text, Text, str]:
    way = way_words(refund.method, refund.gateway)
    if lacks_account(refund):
        return _("Waiting for your bank account"), _("Please enter below where the money should go."), "waits"
    if refund.status == R.PENDING_APPROVAL:
        return _("Refund requested"), _("The shop is checking the amount. Then it is sent."), "waits"
    if refund.status == R.RESERVED:
        return _("Refund approved"), way, "moving"
    if refund.status == R.SUBMITTED:
        return sent_words(refund.method), way, "moving"
    if refund.status == R.UNKNOWN:
        return _("The result is being checked"), _UNKNOWN, "waits"
    if refund.status == R.SUCCEEDED:
        return _("Refunded"), arrived_words(refund.method, refund.gateway), "done"
    return _("The refund did not go through"), _("The shop looks into it and contacts you."), "bad"


_UNKNOWN = gettext_lazy(
    "The payment company has not told us the result yet. We ask until we know; you need not do anything."
)


def _steps(refund: GivenBack, speak: Speaker) -> list[tuple[Text, Moment]]:
    ended = _("Refunded") if refund.status == R.SUCCEEDED else _("Stopped")
    steps: list[tuple[Text, Moment | None]] = [
        (_("Refund requested"), speak.moment(refund.created_at)),
        (_("Refund approved"), speak.moment(refund.approved_at)),
        (sent_words(refund.method), speak.moment(refund.submitted_at)),
        (ended, speak.moment(refund.settled_at) if refund.status in FINAL_REFUND else None),
    ]
    return [(label, at) for label, at in steps if at is not None]
