"""What hangs on an order and stands in the export beside its own columns: holds, notes, and what other rooms add.

settings.ORDER_EXPORT_COLUMNS names functions `columns(request, masked) -> list[ExportColumn]` of rooms above this one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orderdesk.console.export import ExportColumn
from orderdesk.copying import among
from orders.models import Hold, Note
from orders.terms import HoldReason


def more_columns(request: HttpRequest, *, masked: bool) -> list[ExportColumn]:
    """Columns of rows that hang on orders; words that people wrote only where names may be read too."""
    others: list[ExportColumn] = []
    for path in settings.ORDER_EXPORT_COLUMNS:
        others += import_string(path)(request, masked=masked)
    notes = [] if masked else [ExportColumn(_("Notes in words"), "pk", gather=_notes)]
    return [
        ExportColumn(_("Held because of"), "pk", _reason, gather=_held("reason")),
        ExportColumn(_("Held since"), "pk", _time, gather=_held("held_at")),
        ExportColumn(_("Number of notes"), "pk", lambda count: count or 0, gather=_note_counts),
        *notes,
        *others,
    ]


def _reason(value: str | None) -> str:
    return str(HoldReason(value).label) if value in HoldReason.values else value or ""


def _time(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}" if value else ""


def _held(column: str) -> Callable[[Sequence[int]], dict[int, Any]]:
    """One column of the open hold by order."""

    def gather(ids: Sequence[int]) -> dict[int, Any]:
        rows = among(Hold.objects.filter(released_at=None), "order_id", ids)
        return dict(rows.values_list("order_id", column))

    return gather


def _note_counts(ids: Sequence[int]) -> dict[int, int]:
    rows = among(Note.objects.order_by(), "order_id", ids).values_list("order_id")
    return dict(rows.annotate(notes=Count("pk")))


def _notes(ids: Sequence[int]) -> dict[int, str]:
    """All notes of an order, oldest first."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for order, body in among(Note.objects.order_by("pk"), "order_id", ids).values_list("order_id", "body"):
        found[order].append(body)
    return {order: " / ".join(bodies) for order, bodies in found.items()}
