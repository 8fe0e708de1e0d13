"""What a refund is made of, computed from facts alone: the preview is, byte for byte, what is booked.

Amounts are minor units of one currency. Deductions are negative; the items of a quote sum to its total, never below
zero. The statutes of the order's regime come last and win over the shop's rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from orderdesk.policies.statutes import NONE, STATUTES, Statute
from orders.terms import Fault, RefundComponent

C = RefundComponent
WHOLE = 100  # shares of fault are per cent


@dataclass(frozen=True, slots=True)
class QuoteItem:
    """One line of a quote: `rule` names why it is there, `article` the law behind it; 0 says what is not charged."""

    component: str
    amount: int
    rule: str
    article: str = ""
    line_id: int | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Quote:
    """An itemised amount to give back."""

    currency: str
    items: tuple[QuoteItem, ...]

    @property
    def total(self) -> int:
        """Minor units that go back, ≥ 0."""
        return sum(item.amount for item in self.items)

    @property
    def worth(self) -> int:
        """By how much the order costs less: the total, and what was never paid and so needs no giving back."""
        return sum(item.amount for item in self.items if item.component != C.UNPAID)

    def of(self, component: str) -> int:
        """Minor units of one component."""
        return sum(item.amount for item in self.items if item.component == component)

    def as_json(self) -> dict[str, Any]:
        """A dict of plain values, equal for equal quotes."""
        return {
            "currency": self.currency,
            "total": self.total,
            "items": [asdict(item) for item in self.items],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(data["currency"], tuple(QuoteItem(**item) for item in data["items"]))

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, as hex."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One order line: minor units `paid` for `quantity` units, `gone` of them already, `take` of them now.

    `given_back`: minor units that went back for it or are held for that (`order_line.refund_held`).
    """

    line_id: int
    paid: int
    quantity: int
    gone: int
    given_back: int
    take: int


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What a cancellation's money depends on, and nothing else.

    `fault`: shares in per cent by Fault. `keeps_goods`: units remain in the order; `has_left`: a parcel has left.
    `goods_kept`: minor units of goods that remain. `clawback_taken`: shipping charged by an earlier part of this
    order. `unpaid`: minor units that the order still owed (`max(order.balance, 0)`).
    """

    currency: str
    regime: str
    fault: Mapping[str, int]
    lines: tuple[LineFacts, ...]
    shipping_paid: int
    shipping_given_back: int
    keeps_goods: bool
    has_left: bool
    free_shipping_over: int | None = None
    standard_shipping: int = 0
    goods_kept: int = 0
    clawback_done: bool = False
    fee_percent: int = 0
    fee_amount: int = 0
    promise_broken: bool = False
    clawback_taken: int = 0
    unpaid: int = 0

    @property
    def statute(self) -> Statute:
        return STATUTES.get(self.regime, NONE)

    @property
    def buyer_share(self) -> int:
        """Per cent of the fault that is the buyer's."""
        return self.fault.get(Fault.BUYER, 0)


def half_up(numerator: int, denominator: int) -> int:
    """The quotient rounded half up; both ≥ 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def up_to(paid: int, quantity: int, units: int) -> int:
    """R(k): minor units for the first `units` of a line, so that any split of its units sums to `paid`."""
    return half_up(paid * units, quantity)


def goods_amount(line: LineFacts) -> int:
    """Minor units for the units taken now, capped by what is left of the line."""
    units = min(line.take, line.quantity - line.gone)
    wanted = up_to(line.paid, line.quantity, line.gone + units) - up_to(line.paid, line.quantity, line.gone)
    return max(min(wanted, line.paid - line.given_back), 0)


def quote_cancellation(facts: QuoteFacts) -> Quote:
    """The money outcome of cancelling the facts' units: goods and shipping back, less what may be kept."""
    goods = [
        QuoteItem(C.GOODS, goods_amount(line), "paid_for_units", "", line.line_id, line.take)
        for line in facts.lines
        if line.take > 0
    ]
    back = [*goods, *_shipping(facts), *_clawback_undone(facts)]
    less = [*_clawback(facts), *_fee(facts, sum(item.amount for item in goods)), *_unpaid(facts)]
    return Quote(facts.currency, tuple(_never_below_zero([*back, *less])))


def _never_below_zero(items: list[QuoteItem]) -> list[QuoteItem]:
    """Positive items first, then deductions as long as something is left."""
    kept: list[QuoteItem] = []
    left = 0
    for item in items:
        amount = max(item.amount, -left)
        left += amount
        if amount or not item.amount:
            kept.append(replace(item, amount=amount))
    return kept


def _shipping(facts: QuoteFacts) -> list[QuoteItem]:
    left = facts.shipping_paid - facts.shipping_given_back
    if left <= 0 or facts.keeps_goods:
        # Goods still come: the shipping is used.
        return []
    if not facts.has_left:
        return [
            QuoteItem(C.SHIPPING, left, "nothing_was_sent", facts.statute.articles.get("refund_days", ""))
        ]
    if facts.buyer_share < WHOLE and not facts.statute.refunds_outbound_shipping:
        amount = half_up(left * (WHOLE - facts.buyer_share), WHOLE)
        return [QuoteItem(C.SHIPPING, amount, "not_the_buyers_fault")]
    if facts.statute.refunds_outbound_shipping:
        return [_standard_delivery(facts, left)]
    return []


def _standard_delivery(facts: QuoteFacts, left: int) -> QuoteItem:
    """EU: the least expensive standard delivery; the rest of a dearer one by the share that is not the buyer's."""
    standard = min(left, facts.standard_shipping or left)
    beyond = half_up((left - standard) * (WHOLE - facts.buyer_share), WHOLE)
    article = facts.statute.articles.get("refunds_outbound_shipping", "")
    return QuoteItem(C.SHIPPING, standard + beyond, "standard_delivery", article)


def _clawback(facts: QuoteFacts) -> list[QuoteItem]:
    """Shipping was free because of goods that go now: charged once, and by the buyer's share only."""
    threshold = facts.free_shipping_over
    if threshold is None or not facts.keeps_goods or facts.shipping_paid or facts.clawback_done:
        return []
    amount = half_up(facts.standard_shipping * facts.buyer_share, WHOLE)
    taken = sum(goods_amount(line) for line in facts.lines)
    was_free = facts.goods_kept + taken >= threshold
    if not amount or not was_free or facts.goods_kept >= threshold:
        return []
    return [QuoteItem(C.CLAWBACK, -amount, "below_free_shipping")]


def _clawback_undone(facts: QuoteFacts) -> list[QuoteItem]:
    """Nothing is kept and nothing was sent: shipping that an earlier part was charged for will not happen."""
    if not facts.clawback_taken or facts.keeps_goods or facts.has_left:
        return []
    return [QuoteItem(C.CLAWBACK, facts.clawback_taken, "nothing_was_sent")]


def _fee(facts: QuoteFacts, goods: int) -> list[QuoteItem]:
    wanted = half_up(goods * facts.fee_percent, WHOLE) + facts.fee_amount
    if wanted <= 0:
        return []
    statute = facts.statute
    article = statute.articles.get("fee_for_change_of_mind", "")
    if not statute.fee_for_change_of_mind:
        return [QuoteItem(C.FEE, 0, "no_fee_by_law", article)]
    if facts.promise_broken:
        return [QuoteItem(C.FEE, 0, "promise_broken", article)]
    fee = half_up(wanted * facts.buyer_share, WHOLE)
    if not fee:
        return [QuoteItem(C.FEE, 0, "not_the_buyers_fault", article)]
    return [QuoteItem(C.FEE, -fee, "cancellation_fee", article)]


def _unpaid(facts: QuoteFacts) -> list[QuoteItem]:
    return [QuoteItem(C.UNPAID, -facts.unpaid, "not_paid_yet")] if facts.unpaid > 0 else []


def goodwill_quote(currency: str, amount: int, reason: str) -> Quote:
    """An amount that the shop gives for its own `reason` (a code)."""
    return Quote(currency, (QuoteItem(C.GOODWILL, amount, reason or "goodwill"),))


def overpayment_quote(currency: str, amount: int) -> Quote:
    """Captured money that the order does not cost (any more)."""
    return Quote(currency, (QuoteItem(C.OVERPAYMENT, amount, "paid_too_much"),))
