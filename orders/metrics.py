"""What the figures of cancelling and giving back mean: each defined here once, and nowhere else.

All are counted over a `Span`: some shops, and a half-open period. Money is in minor units and never added up over
currencies. tests/orders/test_metrics.py counts each of them again from events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.db.models import BigIntegerField, Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, ExtractHour
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orders.models import Cancellation, CancellationLine, Order, OrderLine, Refund
from orders.models.refund import still_owed
from orders.terms import CancellationStatus, CancelOutcome, Fault, OrderStatus, RefundStatus

C, S = CancellationStatus, RefundStatus
REACH = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Span:
    """Which shops, from when (included) until when (not)."""

    shops: frozenset[int]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """With one decimal; None where there is nothing to divide by."""
        return round(100 * self.part / self.whole, 1) if self.whole else None


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words: what is counted, of what, by which clock, and what is left out."""

    name: str | Promise
    part: str | Promise
    whole: str | Promise
    counted_at: str | Promise
    left_out: str | Promise


DEFINITIONS: Mapping[str, Definition] = {
    "cancelled": Definition(
        _("Cancellation rate"),
        _("orders cancelled, by whomever"),
        _("orders placed"),
        _("when the order was placed"),
        _("orders that expired unpaid count as placed, not as cancelled"),
    ),
    "units": Definition(
        _("Units cancelled"),
        _("units cancelled, of whole and of living orders"),
        _("units ordered"),
        _("when the order was placed"),
        _("units of orders that expired unpaid"),
    ),
    "value": Definition(
        _("Value cancelled"),
        _("what the cancelled units cost after discounts"),
        _("what all units cost after discounts"),
        _("when the order was placed"),
        _("shipping, fees, and orders that expired unpaid"),
    ),
    "requests": Definition(
        _("Requests that end cancelled"),
        _("requests after which units were cancelled"),
        _("requests to cancel that have ended"),
        _("when the request was made"),
        _("requests that wait for an answer, and wishes that were never sent"),
    ),
    "in_time": Definition(
        _("Refunds in time by law"),
        _("refunds paid by the law's last moment"),
        _("refunds paid, or unpaid and overdue"),
        _("the law's last moment"),
        _("refunds without a moment set by law, and failed or voided ones"),
    ),
}


def placed_in(span: Span) -> QuerySet[Order]:
    """The cohort: orders placed in the span."""
    return Order.objects.filter(
        shop_id__in=span.shops, placed_at__gte=span.since, placed_at__lt=span.until
    ).order_by()


def cancellation_rate(span: Span) -> Share:
    """Orders cancelled ÷ orders placed, by placement."""
    found = placed_in(span).aggregate(whole=Count("pk"), part=Count("pk", filter=_CANCELLED))
    return Share(found["part"], found["whole"])


_CANCELLED = Q(status=OrderStatus.CANCELLED)


def units_and_value(span: Span, currency: str) -> tuple[Share, Share]:
    """Units and their value cancelled ÷ ordered, by placement, of orders in one currency."""
    lines = OrderLine.objects.filter(order__in=placed_in(span).filter(currency=currency)).order_by()
    # Orders cancelled before their lines were counted (imported ones) are gone with every unit.
    whole_order = When(order__status=OrderStatus.CANCELLED, then=F("quantity"))
    gone = Case(whole_order, default=F("cancelled_quantity"), output_field=BigIntegerField())
    known = lines.exclude(order__status=OrderStatus.EXPIRED).annotate(gone=gone)
    found = known.aggregate(
        units=Sum("quantity"), gone_units=Sum("gone"), value=Sum("paid"), gone_value=Sum(_worth("", "gone"))
    )
    units = Share(int(found["gone_units"] or 0), int(found["units"] or 0))
    return units, Share(int(found["gone_value"] or 0), int(found["value"] or 0))


def _worth(line: str, taken: str) -> Cast:
    """What units of a line cost, rounded half up to the minor unit, in SQL's whole numbers."""
    paid, quantity = F(f"{line}paid"), F(f"{line}quantity")
    return Cast((2 * paid * F(taken) + quantity) / (2 * quantity), BigIntegerField())


def requests_that_cancel(span: Span) -> Share:
    """Requests to the shop that ended in a cancellation ÷ those that have ended, by when they were made."""
    ended = (C.COMPLETED, C.REJECTED, C.WITHDRAWN, C.SAVED)
    asked = Cancellation.objects.filter(
        order__shop_id__in=span.shops,
        requested_at__gte=span.since,
        requested_at__lt=span.until,
        outcome=CancelOutcome.REQUEST,
        status__in=ended,
    )
    found = asked.aggregate(whole=Count("pk"), part=Count("pk", filter=Q(status=C.COMPLETED)))
    return Share(found["part"], found["whole"])


def refunds_in_time(span: Span) -> Share:
    """Refunds paid by the law's last moment ÷ those whose moment has passed or that are paid."""
    now = clock.now()
    # No law gives longer than REACH from the asking: the bound lets the index of newest refunds do the work.
    due = Refund.objects.filter(
        order__shop_id__in=span.shops,
        due_at__gte=span.since,
        due_at__lt=span.until,
        created_at__gte=span.since - REACH,
    ).order_by()
    paid, overdue = Q(status=S.SUCCEEDED), still_owed() & Q(due_at__lte=now)
    found = due.aggregate(
        whole=Count("pk", filter=paid | overdue),
        part=Count("pk", filter=paid & Q(settled_at__lte=F("due_at"))),
    )
    return Share(found["part"], found["whole"])


# ── what was cancelled, broken down ──
@dataclass(frozen=True, slots=True)
class Slice:
    """One row of a breakdown: its key, how many cancellations of how many orders, units, and money lost."""

    key: str
    currency: str
    cancellations: int
    orders: int
    units: int
    lost: int


def cancelled_lines(span: Span) -> QuerySet[CancellationLine]:
    """The units of cancellations that happened, by when they were asked for."""
    return CancellationLine.objects.filter(
        cancellation__status=C.COMPLETED,
        cancellation__order__shop_id__in=span.shops,
        cancellation__requested_at__gte=span.since,
        cancellation__requested_at__lt=span.until,
    ).order_by()


def accepted_or_not() -> Case:
    """Whether the shop had accepted the order when cancelling was asked for."""
    after = When(cancellation__order__confirmed_at__lte=F("cancellation__requested_at"), then=Value("after"))
    return Case(after, default=Value("before"), output_field=CharField())


# Each breakdown by what it is grouped by.
DIMENSIONS: Mapping[str, str] = {
    "reason": "cancellation__reason__code",
    "controllable": "cancellation__reason__controllable",
    "product": "line__sku",
    "shop": "cancellation__order__shop_id",
    "hour": "hour",
    "acceptance": "acceptance",
    "actor": "cancellation__requested_by_kind",
}


def breakdown(span: Span, dimension: str, *, zone: tzinfo) -> list[Slice]:
    """One of DIMENSIONS, most money lost first; the hour is `zone`'s. One query."""
    rows = cancelled_lines(span)
    if dimension == "hour":
        rows = rows.annotate(hour=ExtractHour("cancellation__requested_at", tzinfo=zone))
    if dimension == "acceptance":
        rows = rows.annotate(acceptance=accepted_or_not())
    path = DIMENSIONS[dimension]
    found = rows.values_list(path, "cancellation__order__currency").annotate(
        cancellations=Count("cancellation", distinct=True),
        orders=Count("cancellation__order", distinct=True),
        units=Sum("quantity"),
        lost=Sum(_worth("line__", "quantity")),
    )
    slices = [Slice(_text(key), *rest) for key, *rest in found]
    if dimension == "hour":
        # A day reads from its morning on.
        return sorted(slices, key=lambda row: (int(row.key), -row.lost))
    return sorted(slices, key=lambda row: (-row.lost, row.key))


def _text(key: object) -> str:
    return "" if key is None else str(key)


def by_fault(span: Span) -> list[Slice]:
    """Units and money by whose fault it was, each cancellation divided by its shares (units rounded). One query."""
    shares = [f"cancellation__fault_{side}" for side in Fault.values]
    found = (
        cancelled_lines(span)
        .values_list("cancellation__order__currency", *shares)
        .annotate(
            cancellations=Count("cancellation", distinct=True),
            orders=Count("cancellation__order", distinct=True),
            units=Sum("quantity"),
            lost=Sum(_worth("line__", "quantity")),
        )
    )
    return list(_divided(list(found)))


def _divided(found: list[tuple[object, ...]]) -> Iterable[Slice]:
    sums: dict[tuple[str, str], list[int]] = {}
    for currency, *rest in found:
        shares, figures = rest[: len(Fault)], rest[len(Fault) :]
        for side, share in zip(Fault.values, shares, strict=True):
            if not share:
                continue
            kept = sums.setdefault((side, str(currency)), [0, 0, 0, 0])
            cancellations, orders, units, lost = (int(str(figure)) for figure in figures)
            kept[0] += cancellations
            kept[1] += orders
            kept[2] += round(units * int(str(share)) / 100)
            kept[3] += round(lost * int(str(share)) / 100)
    for (side, currency), row in sorted(sums.items(), key=lambda pair: -pair[1][3]):
        yield Slice(side, currency, *row)


def currencies(span: Span) -> list[str]:
    """Currencies of the shops' orders in the span, the most used first."""
    rows = placed_in(span).values_list("currency").annotate(n=Count("pk")).order_by("-n", "currency")
    return [currency for currency, _n in rows]
