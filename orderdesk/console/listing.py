"""The list page: search, chips, saved views, keyset pages; at most four queries of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst

from orderdesk.console import keyset, rows, saved_views
from orderdesk.console.chips import Chip
from orderdesk.console.keyset import Sort

if TYPE_CHECKING:
    from orderdesk.console.admin import ConsoleAdmin

FILTERS = "_changelist_filters"
PAGING = {"after", "before"}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a chip as a link."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A chip with its links; `value` names what is on."""

    name: str
    label: str
    value: str
    options: list[Option]
    single: bool
    clear: str


def list_page(admin: ConsoleAdmin, request: HttpRequest) -> HttpResponseBase:
    """Render the list, or go straight to the one record that the search named."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    found = narrowed(admin, request)
    if isinstance(found, HttpResponseBase):
        return found
    sort = chosen_sort(admin, request.GET.get("sort", ""))
    size = admin.list_per_page
    page = keyset.fetch(
        found, sort, after=request.GET.get("after", ""), before=request.GET.get("before", ""), size=size
    )
    if request.headers.get("X-Fragment") == "rows":
        return _fragment(admin, request, page)
    context = admin.admin_site.each_context(request) | _context(admin, request, page, sort)
    context["count"] = _count(found, page, admin.get_count_cap(request), size)
    return TemplateResponse(request, admin.list_template, context)


def narrowed(admin: ConsoleAdmin, request: HttpRequest, params: dict[str, str] | None = None) -> Any:
    """The user's rows after search and chips (of this request, or of `params`), or a redirect."""
    asked = request.GET.dict() if params is None else params
    # PostgreSQL takes no NUL, not even to look for it.
    params = {name: value.replace("\x00", "") for name, value in asked.items()}
    queryset = _joined(admin, admin.get_queryset(request))
    text = params.get("q", "").strip()
    found = admin.search_rows(request, queryset, text) if text else queryset
    if isinstance(found, HttpResponseBase):
        return found
    for chip in admin.get_chips(request):
        if value := params.get(chip.name, ""):
            found = chip.apply(found, value, request)
    return found


def chosen_sort(admin: ConsoleAdmin, name: str) -> Sort:
    """The sort called `name`, else the first one."""
    sorts = admin.get_sorts()
    return next((sort for sort in sorts if sort.name == name), sorts[0])


def neighbours(admin: ConsoleAdmin, request: HttpRequest, obj: Model) -> tuple[str, str]:
    """Addresses of the records before and after `obj` in the list one came from."""
    query = request.GET.get(FILTERS, "")
    if FILTERS not in request.GET:
        return "", ""
    params = dict(parse_qsl(query))
    found = narrowed(admin, request, params | {"q": ""})
    pks = keyset.neighbours(found, chosen_sort(admin, params.get("sort", "")), obj)
    before, after = (record_url(admin, pk, query) if pk is not None else "" for pk in pks)
    return before, after


def record_url(admin: ConsoleAdmin, pk: Any, query: str | None = None) -> str:
    """The page of one record; `query` is the list's, kept for the way back."""
    address = reverse(admin.url_name("change"), args=[pk])
    return address if query is None else f"{address}?{urlencode({FILTERS: query})}"


def _joined(admin: ConsoleAdmin, queryset: QuerySet[Any]) -> QuerySet[Any]:
    if isinstance(admin.list_select_related, list | tuple) and admin.list_select_related:
        return queryset.select_related(*admin.list_select_related)
    return queryset


def _context(admin: ConsoleAdmin, request: HttpRequest, page: keyset.Page, sort: Sort) -> dict[str, Any]:
    query = query_of(request)
    bulk = admin.get_bulk_actions(request)
    chips = [_shown_chip(chip, request) for chip in admin.get_chips(request)]
    return {
        "title": capfirst(admin.opts.verbose_name_plural),
        "opts": admin.opts,
        "columns": admin.columns(request),
        "rows": _rows(admin, request, page),
        "has_rows": bool(page.rows),
        "chips": chips,
        "filtered": any(chip.value for chip in chips) or bool(request.GET.get("q")),
        "sorts": [(each, url_with(request, sort=each.name), each == sort) for each in admin.get_sorts()],
        "bulk_actions": bulk,
        # With the filters, so that "all rows of this filter" are found again.
        "bulk_url": f"{reverse(admin.url_name('bulk'))}?{query}" if bulk else "",
        "previous_url": url_with(request, before=page.previous) if page.previous else "",
        "next_url": url_with(request, after=page.next) if page.next else "",
        "search_text": request.GET.get("q", ""),
        "search_hint": admin.search_hint,
        "add_url": reverse(admin.url_name("add")) if admin.has_add_permission(request) else "",
        "exports": _exports(admin, request, query),
        "live_seconds": admin.live_seconds if not PAGING & set(request.GET) else 0,
        "empty_hint": admin.empty_hint,
        "list_tools": admin.list_tools(request),
        "query": query,
        **saved_views.context(admin, request, query),
    }


def _rows(admin: ConsoleAdmin, request: HttpRequest, page: keyset.Page) -> str:
    url_of = _url_maker(admin, query_of(request))
    return rows.render_rows(
        admin.columns(request), page.rows, url_of, pick=bool(admin.get_bulk_actions(request))
    )


def _url_maker(admin: ConsoleAdmin, query: str) -> Callable[[Model], str]:
    # Fifty rows: addresses relative to the list, made without asking the resolver, keep the page small and quick.
    tail = record_url(admin, 0, query).rpartition("/0/")[2]
    return lambda record: f"{quote(record.pk)}/{tail}"


def _fragment(admin: ConsoleAdmin, request: HttpRequest, page: keyset.Page) -> HttpResponse:
    body = str(_rows(admin, request, page)).encode()
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def _exports(admin: ConsoleAdmin, request: HttpRequest, query: str) -> list[tuple[str, str]]:
    if not admin.export_columns or not admin.has_export_permission(request):
        return []
    return [
        (kind.upper(), f"{reverse(admin.url_name('export'), args=[kind])}?{query}")
        for kind in ("csv", "xlsx")
    ]


def _count(queryset: QuerySet[Any], page: keyset.Page, cap: int, size: int) -> str:
    if not page.previous and len(page.rows) < size:
        return str(len(page.rows))
    if cap <= size:
        # Counting would cost more than the page; that there are more is known already.
        return f"{size}+"
    number = queryset.order_by().values("pk")[: cap + 1].count()
    return f"{cap:,}+" if number > cap else f"{number:,}"


def shown_chips(chips: Iterable[Chip], request: HttpRequest) -> list[ShownChip]:
    """Chips with their links for a page of its own (`admin/includes/chips.html`)."""
    return [_shown_chip(chip, request) for chip in chips]


def _shown_chip(chip: Chip, request: HttpRequest) -> ShownChip:
    value = request.GET.get(chip.name, "")
    on = set(chip.chosen(value))
    options = [
        Option(label, url_with(request, **{chip.name: chip.toggled(value, option)}), option in on)
        for option, label in chip.options(request)
    ]
    chosen = [option.label for option in options if option.on]
    shown = ", ".join(chosen[:2]) + (f" +{len(chosen) - 2}" if len(chosen) > 2 else "") if chosen else value
    single = len(options) == 1
    return ShownChip(chip.name, str(chip.label), shown, options, single, url_with(request, **{chip.name: ""}))


def query_of(request: HttpRequest) -> str:
    """The list's address without its page."""
    return urlencode({key: value for key, value in request.GET.items() if key not in PAGING and value})


def url_with(request: HttpRequest, **changes: str) -> str:
    """This list with some parameters changed; any change starts at the first page again."""
    params = {key: value for key, value in request.GET.items() if key not in PAGING}
    params.update(changes)
    return f"?{urlencode({key: value for key, value in params.items() if value})}"
