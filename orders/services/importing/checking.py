"""What no order may break, whatever its source says; the database holds the same by its constraints."""

from __future__ import annotations

from orders.sources.terms import BadCell, SourceLine, SourceOrder

_MOST_LINES = 32_000
_MOST_UNITS = 2_000_000_000


def check_order(order: SourceOrder, currency: str) -> None:
    """BadCell with the first thing that is wrong: quantities, amounts, discounts, currency, parcels."""
    if order.currency and order.currency != currency:
        raise BadCell("currency", "bad_currency", expected=currency, value=order.currency)
    for line in order.lines:
        _check_line(line)
    if len(order.lines) > _MOST_LINES:
        raise BadCell("", "too_long", longest=_MOST_LINES)
    if order.shipping < 0 or any(payment.amount < 0 for payment in order.payments):
        raise BadCell("", "negative")
    if order.order_discount < 0 or order.discount > order.goods:
        raise BadCell("order_discount", "discount_too_big")


def _check_line(line: SourceLine) -> None:
    if not 1 <= line.quantity <= _MOST_UNITS:
        raise BadCell("quantity", "bad_quantity")
    if line.unit_price < 0 or line.discount < 0 or line.tax < 0:
        raise BadCell("unit_price", "negative")
    if line.discount > line.quantity * line.unit_price:
        raise BadCell("line_discount", "discount_too_big")
