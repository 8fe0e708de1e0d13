"""A quote's items in words: what each is for, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.quotes import Quote, QuoteItem
from orders.reasons import label_of
from orders.terms import RefundComponent

Text = str | Promise
RULES: Mapping[str, Text] = {
    "paid_for_units": _("what was paid for these units"),
    "nothing_was_sent": _("nothing was sent"),
    "not_the_buyers_fault": _("not the buyer's fault"),
    "standard_delivery": _("standard delivery is paid back by law"),
    "below_free_shipping": _("what stays is below the free-shipping amount"),
    "no_fee_by_law": _("the law allows no fee"),
    "promise_broken": _("the promised time was missed, so no fee"),
    "cancellation_fee": _("the fee of the shop's policy"),
    "not_paid_yet": _("was never paid"),
    "paid_too_much": _("more was paid than the order costs"),
    "given_before": _("was given back before"),
    "counter_offer": _("offered in place of cancelling"),
    "goodwill": _("the shop's goodwill"),
}


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One item as people read it; `article` is the law's own name, "" without one."""

    label: Text
    amount: int
    rule: Text
    article: str


def rule_words(rule: str) -> Text:
    """A rule's code in words; goodwill's is a reason's code."""
    return RULES.get(rule) or label_of(rule)


def item_label(component: str, name: str = "", quantity: int = 0) -> Text:
    """What an item is for; goods are called by their line's `name`."""
    if component == RefundComponent.GOODS and name:
        return f"{name} × {quantity}"
    return RefundComponent(component).label if component in RefundComponent.values else component


def quote_rows(quote: Quote, names: Mapping[int, str]) -> list[QuoteRow]:
    """`names`: what the order's lines are called, by id."""
    return [_row(item, names) for item in quote.items]


def _row(item: QuoteItem, names: Mapping[int, str]) -> QuoteRow:
    label = item_label(item.component, names.get(item.line_id or 0, ""), item.quantity)
    return QuoteRow(label, item.amount, rule_words(item.rule), item.article)
