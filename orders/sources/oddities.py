"""What is odd about an order that a source tells: missing, contradicting or repeated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orders.sources.parsing import Amounts
from orders.sources.terms import SourceFlag, SourceOrder
from orders.terms import OrderStatus

S = OrderStatus


def flags_of(
    order: SourceOrder, amounts: Amounts, *, sellers: set[str], repeated: frozenset[str]
) -> SourceOrder:
    """The order with its oddities."""
    found = [*time_flags(order), *money_flags(order, amounts), *_reviews(order, repeated)]
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


def money_flags(order: SourceOrder, amounts: Amounts) -> Iterator[SourceFlag]:
    """Payments that are several, nothing, or not the total."""
    if len(order.payments) > 1:
        yield SourceFlag("several_payments", str(len(order.payments)))
    if any(payment.amount == 0 for payment in order.payments):
        yield SourceFlag("zero_payment")
    difference = sum(payment.amount for payment in order.payments) - order.total
    if order.payments and difference:
        sign = "+" if difference > 0 else ""
        yield SourceFlag("payment_differs", f"{sign}{amounts.written(difference)}")


def _reviews(order: SourceOrder, repeated: frozenset[str]) -> Iterator[SourceFlag]:
    if len(order.reviews) > 1:
        yield SourceFlag("several_reviews", str(len(order.reviews)))
    if any(review.ref in repeated for review in order.reviews):
        yield SourceFlag("repeated_review")


def csv_flags(order: SourceOrder, amounts: Amounts) -> tuple[SourceFlag, ...]:
    """Oddities of an order from our own CSV, where times to the minute are usual."""
    found = [
        flag for flag in (*time_flags(order), *money_flags(order, amounts)) if flag.code != "minute_times"
    ]
    found += _steps(order)
    if not order.lines:
        found.append(SourceFlag("no_items"))
    units = sum(line.quantity for line in order.lines)
    held = sum(count for parcel in order.shipments for _position, count in parcel.units)
    if order.status in (S.DELIVERED, S.COMPLETED) and held < units:
        found.append(SourceFlag("partly_known_parcels", f"{held}/{units}"))
    return tuple({flag.code: flag for flag in found}.values())


def _steps(order: SourceOrder) -> Iterator[SourceFlag]:
    times = order.times
    steps = (times.placed, times.confirmed, times.preparing, times.ready, times.departed, times.delivered)
    known = [at for at in (*steps, times.completed) if at]
    if known != sorted(known):
        yield SourceFlag("times_out_of_order")
    early = (S.AWAITING_PAYMENT, S.PLACED, S.CONFIRMED, S.PREPARING, S.READY)
    if order.status in early and (times.departed or times.delivered):
        yield SourceFlag("status_against_times")
