"""Staff's home: what waits, whether the background work runs, and how the month goes. Reads, never writes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.timezone import get_current_timezone_name

from orderdesk.dashboard.charts import HEIGHT, WIDTH, Day, bars, days_for, line
from orderdesk.dashboard.queues import queues_for
from orderdesk.health import BEAT_IS_STALE_AFTER, beat_age


def home(request: HttpRequest, context: dict[str, Any]) -> TemplateResponse:
    """The page behind `/admin/`; settings.CONSOLE_HOME names it."""
    user: Any = request.user
    shops = user.shop_ids("orders.view_order")
    days = days_for(shops, ZoneInfo(get_current_timezone_name())) if shops else []
    age = beat_age()
    return TemplateResponse(
        request,
        "admin/home.html",
        {
            **context,
            "queues": queues_for(user) if shops else [],
            "has_shop": bool(shops),
            "beat_age": age,
            "beat_is_stale": age is None or age > BEAT_IS_STALE_AFTER,
            **_charts(days),
        },
    )


def _charts(days: list[Day]) -> dict[str, Any]:
    delivered, on_time = sum(d.delivered for d in days), sum(d.on_time for d in days)
    return {
        "days": days,
        "bars": bars(days),
        "pieces": [" ".join(f"{x},{y}" for x, y in piece) for piece in line(days)],
        "dots": [point for piece in line(days) for point in piece],
        "chart_width": WIDTH,
        "chart_height": HEIGHT,
        "placed_total": sum(d.placed for d in days),
        "cancelled_total": sum(d.cancelled for d in days),
        "on_time_percent": round(100 * on_time / delivered) if delivered else None,
        "busiest": max((d.placed for d in days), default=0),
    }
