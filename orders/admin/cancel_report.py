"""The report on cancelling: how often, why, whose fault, what it costs; each row leads to its cancellations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.console.export import csv_lines, guarded, workbook
from orderdesk.events.actor import ActorKind
from orderdesk.money import exponent
from orders.admin.cancel_chips import ACCEPTANCE, AVOIDABLE, reasons_of
from orders.admin.filters import shops_of
from orders.metrics import (
    DEFINITIONS,
    Definition,
    Share,
    Slice,
    Span,
    breakdown,
    by_fault,
    cancellation_rate,
    currencies,
    refunds_in_time,
    requests_that_cancel,
    units_and_value,
)
from orders.models import OrderLine
from orders.terms import CancellationStatus, Fault

if TYPE_CHECKING:
    from orders.admin.cancellation import CancellationAdmin

Text = str | Promise
VIEW, EXPORT = "orders.view_cancellation", "orders.export_order"
PERIODS = (("7", gettext_lazy("7 days")), ("30", gettext_lazy("30 days")), ("90", gettext_lazy("90 days")))
LONGEST_DAYS = 366
SHOWN = 12
BAR_WIDTH, BAR_STEP = 640, 30
TITLES: tuple[tuple[str, Text], ...] = (
    ("reason", gettext_lazy("By reason")),
    ("fault", gettext_lazy("By fault")),
    ("controllable", gettext_lazy("Avoidable or not")),
    ("product", gettext_lazy("By product")),
    ("shop", gettext_lazy("By shop")),
    ("hour", gettext_lazy("By hour")),
    ("acceptance", gettext_lazy("Before or after acceptance")),
    ("actor", gettext_lazy("By who asked")),
)
# How the list of cancellations calls a breakdown's key.
_CHIPS = {"product": "sku", "actor": "by"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the span, and how the form shows it."""

    span: Span
    first: date
    last: date
    shop: str
    error: str = ""

    def query(self, **more: str) -> str:
        """The address's query for a link that keeps the period and the shop."""
        kept = {"from": self.first.isoformat(), "to": self.last.isoformat(), "shop": self.shop}
        return urlencode({name: value for name, value in (kept | more).items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """A slice in words, and the cancellations behind it."""

    label: Text
    slice: Slice
    url: str


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown."""

    key: str
    title: Text
    rows: list[Row]
    more: int


@dataclass(frozen=True, slots=True)
class ReasonBar:
    """One bar of the chart, in the SVG's units."""

    label: Text
    slice: Slice
    y: int
    width: float
    percent: int


def report_page(admin: CancellationAdmin, request: HttpRequest) -> HttpResponseBase:
    """The page; the same number of queries for any number of cancellations."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    asked = read_query(request)
    tables = tables_of(request, asked)
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Report on cancelling"),
        "opts": admin.opts,
        "asked": asked,
        "shops": shops_of(request),
        "periods": [(label, _last_days(int(days), asked)) for days, label in PERIODS],
        "figures": figures(asked.span),
        "tables": tables,
        "bars": bars(tables[0].rows),
        "bar_width": BAR_WIDTH,
        "chart_height": BAR_STEP * min(len(tables[0].rows), 8),
        "exports": _exports(request, asked),
    }
    status = 422 if asked.error else 200
    return TemplateResponse(request, "admin/orders/cancel_report.html", context, status=status)


def export_page(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Every row of every breakdown as one file."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    if not (request.user.has_perm(VIEW) and request.user.has_perm(EXPORT)):
        raise PermissionDenied
    asked = read_query(request, EXPORT)
    rows = [[guarded(cell) for cell in row] for row in sheet(request, asked)]
    name = f"cancellations-{asked.first}-{asked.last}.{kind}"
    if kind == "xlsx":
        return FileResponse(workbook(rows), as_attachment=True, filename=name)
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def sheet(request: HttpRequest, asked: Asked) -> Iterator[list[Any]]:
    """The file's rows; money in minor units beside the currency's decimals."""
    head = (_("Breakdown"), _("Key"), _("Name"), _("Cancellations"), _("Orders"), _("Units"))
    yield [*head, _("Currency"), _("Decimals"), _("Money lost")]
    for table in tables_of(request, asked, shown=None):
        for row in table.rows:
            s = row.slice
            counts = [s.cancellations, s.orders, s.units, s.currency, exponent(s.currency), s.lost]
            yield [str(table.title), s.key, str(row.label), *counts]


def read_query(request: HttpRequest, permission: str = VIEW) -> Asked:
    """The period and shop of the address; without or with spoiled ones the last 30 days of all shops."""
    today = timezone.localdate()
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    error = ""
    if (request.GET.get("from") and first is None) or (request.GET.get("to") and last is None):
        error = _("Type days as 2026-11-24.")
    last = last or today
    first = first or last - timedelta(days=29)
    if first > last or (last - first).days >= LONGEST_DAYS:
        error = _("The first day comes before the last, and they are at most a year apart.")
        first, last = today - timedelta(days=29), today
    user: Any = request.user
    allowed = user.shop_ids(VIEW) & user.shop_ids(permission)
    if user.is_superuser:
        allowed = frozenset(pk for pk, _name in shops_of(request))
    wanted = request.GET.get("shop", "")
    chosen = {pk for pk in allowed if str(pk) == wanted} if wanted else allowed
    span = Span(frozenset(chosen), _midnight(first), _midnight(last + timedelta(days=1)))
    return Asked(span, first, last, wanted if chosen else "", error)


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1990 <= found.year <= 2200 else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def figures(span: Span) -> list[tuple[Definition, Share]]:
    """The report's shares with what they mean."""
    units, value = units_and_value(span, next(iter(currencies(span)), ""))
    return [
        (DEFINITIONS["cancelled"], cancellation_rate(span)),
        (DEFINITIONS["units"], units),
        (DEFINITIONS["value"], value),
        (DEFINITIONS["requests"], requests_that_cancel(span)),
        (DEFINITIONS["in_time"], refunds_in_time(span)),
    ]


def tables_of(request: HttpRequest, asked: Asked, *, shown: int | None = SHOWN) -> list[Table]:
    """Every breakdown; `shown`: how many rows of each, None for all."""
    zone = timezone.get_current_timezone()
    found: list[Table] = []
    for key, title in TITLES:
        slices = by_fault(asked.span) if key == "fault" else breakdown(asked.span, key, zone=zone)
        kept = slices[:shown]
        labels = _labels(request, key, kept)
        rows = [Row(labels.get(s.key, s.key or "—"), s, _list_url(asked, key, s.key)) for s in kept]
        found.append(Table(key, title, rows, len(slices) - len(kept)))
    return found


def _labels(request: HttpRequest, key: str, slices: Sequence[Slice]) -> dict[str, Text]:
    if key == "product":
        skus = [s.key for s in slices if s.key]
        names = OrderLine.objects.filter(sku__in=skus).order_by("sku", "-pk")
        latest: dict[str, Text] = {}
        for sku, name in names.values_list("sku", "name")[:2_000]:
            latest.setdefault(sku, name)
        return latest
    if key == "hour":
        return {s.key: f"{int(s.key):02}:00–{int(s.key):02}:59" for s in slices if s.key.isdecimal()}
    return {str(value): label for value, label in _choices(request, key)}


def _choices(request: HttpRequest, key: str) -> Iterable[tuple[Any, Text]]:
    known: dict[str, Iterable[tuple[Any, Text]]] = {
        "reason": reasons_of(request),
        "fault": Fault.choices,
        "controllable": AVOIDABLE,
        "shop": shops_of(request),
        "acceptance": ACCEPTANCE,
        "actor": ActorKind.choices,
    }
    return known[key]


def _list_url(asked: Asked, key: str, value: str) -> str:
    """The cancellations behind a row; "" where the list cannot narrow to it."""
    if not value:
        return ""
    query = {
        "status": CancellationStatus.COMPLETED,
        "requested": f"{asked.first}~{asked.last}",
        "shop": asked.shop,
        _CHIPS.get(key, key): value,
    }
    given = urlencode({name: each for name, each in query.items() if each})
    return f"{reverse('admin:orders_cancellation_changelist')}?{given}"


def bars(rows: Sequence[Row]) -> list[ReasonBar]:
    """The reasons that cost most, as bars from zero; of the currency that leads only."""
    if not rows:
        return []
    lead = rows[0].slice.currency
    same = [row for row in rows if row.slice.currency == lead][:8]
    top, whole = max(row.slice.lost for row in same) or 1, sum(row.slice.lost for row in same) or 1
    return [
        ReasonBar(
            row.label,
            row.slice,
            index * BAR_STEP,
            round(BAR_WIDTH * 0.45 * row.slice.lost / top, 1),
            round(100 * row.slice.lost / whole),
        )
        for index, row in enumerate(same)
    ]


def _last_days(days: int, asked: Asked) -> str:
    today = timezone.localdate()
    query = {"from": (today - timedelta(days=days - 1)).isoformat(), "to": today.isoformat()}
    return urlencode(query | ({"shop": asked.shop} if asked.shop else {}))


def _exports(request: HttpRequest, asked: Asked) -> list[tuple[str, str]]:
    if not request.user.has_perm(EXPORT):
        return []
    names = ("csv", "xlsx")
    urls = [reverse("admin:orders_cancellation_report_file", args=[kind]) for kind in names]
    return [(kind.upper(), f"{url}?{asked.query()}") for kind, url in zip(names, urls, strict=True)]
