"""Money that goes back, as its customer reads it: what each item is for, which way it takes, how long that usually is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.gateways import gateway_of
from orders.models import Payment
from orders.quotes import Quote, QuoteItem
from orders.services.refunds.splitting import refundable, split
from orders.terms import DeliveryMethod, PaymentMethod, RefundComponent

Text = str | Promise
C, M = RefundComponent, PaymentMethod


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One item of a quote: minor units with their sign, and why it is there (`article`: the law's own name, or "")."""

    label: Text
    amount: int
    why: Text
    article: str


@dataclass(frozen=True, slots=True)
class WayBack:
    """One payment's part: minor units, its method and the sentence of how and when that money arrives."""

    method: Text
    amount: int
    sentence: Text


_LABELS: dict[str, Text] = {
    C.SHIPPING: gettext_lazy("Shipping fee"),
    C.RETURN_SHIPPING: gettext_lazy("Shipping of the return"),
    C.SURCHARGE: gettext_lazy("Surcharge for islands"),
    C.CLAWBACK: gettext_lazy("Shipping that is no longer free"),
    C.FEE: gettext_lazy("Cancellation fee"),
    C.POINTS: gettext_lazy("Points"),
    C.COUPON: gettext_lazy("Coupon"),
    C.GOODWILL: gettext_lazy("Given by the shop"),
    C.OVERPAYMENT: gettext_lazy("Paid too much"),
    C.UNPAID: gettext_lazy("Not paid yet"),
}
_BY_COURIER: dict[str, Text] = {
    C.SHIPPING: gettext_lazy("Delivery fee"),
    C.CLAWBACK: gettext_lazy("Delivery that is no longer free"),
}
_WHY: dict[str, Text] = {
    "nothing_was_sent": gettext_lazy("Nothing has left yet, so it goes back too."),
    "not_the_buyers_fault": gettext_lazy("It is not your fault."),
    "standard_delivery": gettext_lazy("The law gives standard delivery back too."),
    "below_free_shipping": gettext_lazy(
        "What stays in the order is below the amount from which delivery is free."
    ),
    "no_fee_by_law": gettext_lazy("The law allows no fee here."),
    "promise_broken": gettext_lazy("We missed the promised time, so there is no fee."),
    "cancellation_fee": gettext_lazy("As the shop's rules of cancelling say."),
    "not_paid_yet": gettext_lazy("You have not paid this part."),
    "given_before": gettext_lazy("You have had this back already."),
    "counter_offer": gettext_lazy("Offered by the shop instead of cancelling."),
}


def money_rows_of(quote: Quote, names: Mapping[int, str], method: str) -> list[MoneyRow]:
    """The quote's items; `names`: order lines by id. A fee of 0 stays: it says what is not charged and why."""
    return [_row(item, names, method) for item in quote.items]


def _row(item: QuoteItem, names: Mapping[int, str], method: str) -> MoneyRow:
    return MoneyRow(_label(item, names, method), item.amount, _WHY.get(item.rule, ""), item.article)


def _label(item: QuoteItem, names: Mapping[int, str], method: str) -> Text:
    if item.component == C.GOODS:
        return units_words(names.get(item.line_id or 0, ""), item.quantity)
    if method == DeliveryMethod.COURIER and item.component in _BY_COURIER:
        return _BY_COURIER[item.component]
    return _LABELS.get(item.component, item.component)


def units_words(name: str, quantity: int) -> str:
    """면 셔츠 × 2; a single unit is only named."""
    return name if quantity == 1 else f"{name} × {quantity}"


_TO_ACCOUNT: Text = gettext_lazy(
    "We transfer it to your bank account. That usually takes 1 to 3 business days."
)
_WAYS: dict[str, Text] = {
    M.CARD: gettext_lazy(
        "We ask the card company to cancel the payment. It usually shows on the card in 3 to 5 business days."
    ),
    M.EASY_PAY: gettext_lazy("It goes back the way you paid. That usually takes 1 to 5 business days."),
    M.MOBILE: gettext_lazy(
        "It is taken off your phone bill. If the bill is closed, it comes off the next one."
    ),
    M.POINTS: gettext_lazy("It goes back as points, at once."),
    M.VOUCHER: gettext_lazy("It goes back to the voucher, at once."),
}
_SENT_TO: dict[str, Text] = {
    M.CARD: gettext_lazy("Sent to the card company"),
    M.EASY_PAY: gettext_lazy("Sent to the payment company"),
    M.MOBILE: gettext_lazy("Sent to the phone company"),
    M.VIRTUAL_ACCOUNT: gettext_lazy("Sent to the bank"),
    M.BANK_TRANSFER: gettext_lazy("Sent to the bank"),
}


def way_words(method: str, gateway: str) -> Text:
    """How money paid by `method` through `gateway` comes back, and how long that usually takes."""
    if gateway_of(gateway).needs_account(method):
        return _TO_ACCOUNT
    return _WAYS.get(method, gettext_lazy("It goes back the way you paid."))


_ARRIVED: dict[str, Text] = {
    M.CARD: gettext_lazy(
        "The card company has taken the payment back. It usually shows on the card in 3 to 5 business days."
    ),
    M.EASY_PAY: gettext_lazy("It usually shows where you paid in 1 to 5 business days."),
    M.POINTS: gettext_lazy("It is back with your points."),
    M.VOUCHER: gettext_lazy("It is back on the voucher."),
}


def arrived_words(method: str, gateway: str) -> Text:
    """What a finished refund looks like to its customer."""
    if gateway_of(gateway).needs_account(method):
        return gettext_lazy("It was transferred to your bank account.")
    return _ARRIVED.get(method) or _WAYS.get(method, gettext_lazy("It went back the way you paid."))


def last_day(due: datetime | None) -> datetime | None:
    """A deadline at midnight, as people say it: the last minute of the day before."""
    return due - timedelta(minutes=1) if due else None


def sent_words(method: str) -> Text:
    """Where a refund has been sent."""
    return _SENT_TO.get(method, gettext_lazy("Sent to the payment company"))


def method_words(method: str) -> Text:
    """What the customer paid with."""
    return PaymentMethod(method).label if method in PaymentMethod.values else method


def ways_back(quote: Quote, payments: Sequence[Payment]) -> list[WayBack]:
    """Each payment's part of the quote; empty when nothing goes back, or when our books do not hold that much."""
    if quote.total <= 0 or refundable(payments) < quote.total:
        return []
    return [
        WayBack(
            method_words(share.payment.method),
            share.amount,
            way_words(share.payment.method, share.payment.gateway),
        )
        for share in split(quote, payments)
    ]


def minutes_words(minutes: int) -> str:
    """10 minutes, 24 hours, 3 days: the largest unit that says it exactly."""
    if minutes > 1440 and minutes % 1440 == 0:
        return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}
    if minutes >= 60 and minutes % 60 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return _("%(n)d minutes") % {"n": minutes}
