"""Which payments a quote goes back through, and which of its items stand on which refund."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from orders.models import Payment
from orders.quotes import Quote, QuoteItem
from orders.terms import PaymentMethod

# What was paid with money goes back as money first; points and vouchers go back as such, last.
_NOT_MONEY = (PaymentMethod.POINTS, PaymentMethod.VOUCHER)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Share:
    """One payment's part of a quote: minor units and the items that sum to them."""

    payment: Payment
    amount: int
    items: tuple[QuoteItem, ...]


def in_order(payments: Sequence[Payment]) -> list[Payment]:
    """Money first, by the time it came in; then points and vouchers."""
    return sorted(payments, key=lambda p: (p.method in _NOT_MONEY, p.captured_at or _NEVER, p.pk))


def refundable(payments: Sequence[Payment]) -> int:
    """Minor units that no refund has taken or holds, over all payments."""
    return sum(payment.refundable for payment in payments)


def split(quote: Quote, payments: Sequence[Payment]) -> list[Share]:
    """The quote over the payments in order; the caller has checked that they hold enough.

    What goes back fills one payment after the other; what is kept stands on the last refund.
    """
    amounts: list[tuple[Payment, int]] = []
    left = quote.total
    for payment in in_order(payments):
        part = min(payment.refundable, left)
        if part > 0:
            amounts.append((payment, part))
            left -= part
    given = [item for item in quote.items if item.amount > 0]
    kept = tuple(item for item in quote.items if item.amount < 0)
    shares = []
    for payment, amount in amounts[:-1]:
        taken, given = _take(given, amount)
        shares.append(Share(payment, amount, tuple(taken)))
    last, amount = amounts[-1]
    return [*shares, Share(last, amount, (*given, *kept))]


def _take(items: list[QuoteItem], amount: int) -> tuple[list[QuoteItem], list[QuoteItem]]:
    """Items worth `amount`, and the rest; a cut item keeps its quantity on the first part."""
    taken: list[QuoteItem] = []
    rest: list[QuoteItem] = []
    for item in items:
        part = min(item.amount, amount)
        if part:
            taken.append(replace(item, amount=part))
        if item.amount > part:
            rest.append(replace(item, amount=item.amount - part, quantity=0 if part else item.quantity))
        amount -= part
    return taken, rest
