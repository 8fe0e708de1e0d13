"""Small charts as SVG from the server: one message each, direct labels, bars from zero, a table for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from orderdesk import clock
from orders.models import Order
from orders.terms import OrderStatus

DAYS = 30
CACHE_SECONDS = 300
WIDTH, HEIGHT, GAP = 480, 120, 3


@dataclass(frozen=True, slots=True)
class Day:
    """One day's figures: orders placed, how many of those were cancelled, deliveries, and those in time."""

    day: date
    placed: int = 0
    cancelled: int = 0
    delivered: int = 0
    on_time: int = 0

    @property
    def on_time_percent(self) -> int | None:
        return round(100 * self.on_time / self.delivered) if self.delivered else None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the SVG's units, with a second one drawn over its foot."""

    x: float
    width: float
    y: float
    height: float
    over_y: float
    over_height: float
    day: Day


def days_for(shop_ids: frozenset[int], zone: ZoneInfo) -> list[Day]:
    """The last DAYS days of these shops on `zone`'s calendar, cached for CACHE_SECONDS; two queries when cold."""
    today = clock.now().astimezone(zone).date()
    key = f"dashboard:{zone}:{today}:{'-'.join(map(str, sorted(shop_ids)))}"
    cached: list[Day] | None = cache.get(key)
    if cached is None:
        cached = _count(shop_ids, zone, today)
        cache.set(key, cached, CACHE_SECONDS)
    return cached


def _count(shop_ids: frozenset[int], zone: ZoneInfo, today: date) -> list[Day]:
    first = today - timedelta(days=DAYS - 1)
    since = datetime.combine(first, time.min, zone)
    orders = Order.objects.filter(shop__in=shop_ids).order_by()
    placed = (
        orders.filter(placed_at__gte=since)
        .annotate(day=TruncDate("placed_at", tzinfo=zone))
        .values_list("day")
        .annotate(n=Count("pk"), gone=Count("pk", filter=Q(status=OrderStatus.CANCELLED)))
    )
    in_time = Q(delivered_at__lte=F("promised_until"))
    # Deliveries follow placement within weeks: the bound on placed_at lets its index do the work.
    delivered = (
        orders.filter(
            placed_at__gte=since - timedelta(days=DAYS), delivered_at__gte=since, promised_until__isnull=False
        )
        .annotate(day=TruncDate("delivered_at", tzinfo=zone))
        .values_list("day")
        .annotate(n=Count("pk"), good=Count("pk", filter=in_time))
    )
    came = {day: (n, gone) for day, n, gone in placed}
    went = {day: (n, good) for day, n, good in delivered}
    days = [first + timedelta(days=i) for i in range(DAYS)]
    return [Day(day, *came.get(day, (0, 0)), *went.get(day, (0, 0))) for day in days]


def bars(days: Sequence[Day]) -> list[Bar]:
    """Orders as bars, the cancelled part drawn over each bar's foot; scaled to the busiest day."""
    top = max((day.placed for day in days), default=0) or 1
    step = WIDTH / max(len(days), 1)

    def bar(i: int, day: Day) -> Bar:
        tall, over = HEIGHT * day.placed / top, HEIGHT * day.cancelled / top
        return Bar(i * step + GAP / 2, step - GAP, HEIGHT - tall, tall, HEIGHT - over, over, day)

    return [bar(i, day) for i, day in enumerate(days)]


def line(days: Sequence[Day]) -> list[list[tuple[float, float]]]:
    """Points of the on-time share (100 % on top); days without a delivery break the line into pieces."""
    step = WIDTH / max(len(days), 1)
    pieces: list[list[tuple[float, float]]] = [[]]
    for i, day in enumerate(days):
        percent = day.on_time_percent
        if percent is None:
            pieces.append([])
        else:
            pieces[-1].append((round(i * step + step / 2, 1), round(HEIGHT - HEIGHT * percent / 100, 1)))
    return [piece for piece in pieces if piece]
