"""What this room adds to the export of orders: the customers' reviews."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import Review
from feedback.panels import PERMISSION
from orderdesk.console.export import ExportColumn
from orderdesk.copying import among


def columns(request: Any, *, masked: bool) -> list[ExportColumn]:
    """Scores of shops whose reviews the reader sees; the customer's words only where names may be read too."""
    words = (
        [] if masked else [ExportColumn(_("Review in words"), "pk", gather=_side_by_side(request, "text"))]
    )
    return [ExportColumn(_("Review score"), "pk", gather=_side_by_side(request, "score")), *words]


def _side_by_side(request: Any, column: str) -> Callable[[Sequence[int]], dict[int, str]]:
    """One column of an order's reviews, oldest first, as one text."""

    def gather(ids: Sequence[int]) -> dict[int, str]:
        found: defaultdict[int, list[str]] = defaultdict(list)
        seen = Review.objects.visible_to(request.user, PERMISSION).order_by("answered_at", "pk")
        for order, value in among(seen, "order_id", ids).values_list("order_id", column):
            if value:
                found[order].append(str(value))
        return {order: " / ".join(values) for order, values in found.items()}

    return gather
