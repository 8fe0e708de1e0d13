"""What is odd about an order that a source tells: missing, contradicting or repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orders.sources.terms import SourceFlag, SourceOrder
from orders.terms import OrderStatus

S = OrderStatus


def flags_of(order: SourceOrder, *, sellers: set[str], repeated: frozenset[str]) -> SourceOrder:
    """The order with its oddities."""
    found = [*time_flags(order), *money_flags(order), *_reviews(order, repeated)]
    if not order.lines:
        found.append(SourceFlag("no_items"))
    if len(sellers) > 1:
        found.append(SourceFlag("several_sellers", str(len(sellers))))
    return replace(order, flags=tuple(found)) if found else order


def time_flags(order: SourceOrder) -> Iterator[SourceFlag]:
    """Steps that are missing, in the wrong order, or known to the minute only."""
    times = order.times
    if times.departed:
        if times.paid and times.departed < times.paid:
            yield SourceFlag("handed_over_before_approval")
        if times.departed < times.placed:
            yield SourceFlag("handed_over_before_purchase")
        if times.delivered and times.delivered < times.departed:
            yield SourceFlag("delivered_before_handover")
    yield from _missing(order)
    known = [at for at in (times.placed, times.paid, times.departed, times.delivered) if at]
    if len(known) > 1 and not any(at.second for at in known):
        yield SourceFlag("minute_times")


def _missing(order: SourceOrder) -> Iterator[SourceFlag]:
    times, status = order.times, order.status
    if status in (S.IN_DELIVERY, S.DELIVERED, S.COMPLETED) and order.payments and not times.paid:
        yield SourceFlag("paid_without_date")
    if status in (S.DELIVERED, S.COMPLETED) and not times.delivered:
        yield SourceFlag("delivered_without_date")
    if status in (S.DELIVERED, S.COMPLETED) and not times.departed:
        yield SourceFlag("delivered_without_handover")
    if status == S.IN_DELIVERY and not times.departed:
        yield SourceFlag("shipped_without_date")
    if status == S.CANCELLED:
        yield from _cancelled(order)


def _cancelled(order: SourceOrder) -> Iterator[SourceFlag]:
    if not order.times.cancelled:
        yield SourceFlag("cancelled_without_date")
    if order.times.delivered:
        yield SourceFlag("cancelled_but_delivered")
    elif order.times.departed:
        yield SourceFlag("cancelled_after_handover")
    if any(payment.captured and payment.amount for payment in order.payments):
        yield SourceFlag("refund_not_stated")


def money_flags(order: SourceOrder) -> Iterator[SourceFlag]:
    """Payments that are several, nothing, or not the total."""
    if len(order.payments) > 1:
        yield SourceFlag("several_payments", str(len(order.payments)))
    if any(payment.amount == 0 for payment in order.payments):
        yield SourceFlag("zero_payment")
    difference = sum(payment.amount for payment in order.payments) - order.total
    if order.payments and difference:
        yield SourceFlag("payment_differs", f"{difference:+d}")


def _reviews(order: SourceOrder, repeated: frozenset[str]) -> Iterator[SourceFlag]:
    if len(order.reviews) > 1:
        yield SourceFlag("several_reviews", str(len(order.reviews)))
    if any(review.ref in repeated for review in order.reviews):
        yield SourceFlag("repeated_review")
