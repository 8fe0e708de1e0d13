"""One action on many rows: first a dry run that says per row what would happen, then a result per row.

    BulkAction("confirm", _("Confirm"), "orders.confirm_order", preview=preview_confirm, perform=perform_confirm)

Both functions get `(request, ids, cleaned)`: only ids the user may act on, and the data of `form_class` if there is one.
Each answers one BulkRow per id. They are called for CHUNK rows at a time: a dry run walks all chunks in one answer, the
deed does one chunk an answer and goes on by itself from the result page, which says how far it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orderdesk.console import listing
from orderdesk.console.bulk_progress import Progress

if TYPE_CHECKING:
    from orderdesk.console.admin import ConsoleAdmin

Text = str | Promise
# How many rows one answer moves, and how many "all rows of this filter" may be.
CHUNK, LIMIT = 500, 5_000
# A page lists so many rows; of more, those first that stay as they are.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One record in a dry run (`ok`: would be done) or a result (`ok`: was done); `note` says why not, or what follows."""

    id: int
    label: Text
    ok: bool
    note: Text = ""
    messages: int = 0


Step = Callable[[HttpRequest, list[int], dict[str, Any]], list[BulkRow]]


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A verb for many rows; `tone` is "", "primary" or "danger"."""

    name: str
    label: Text
    permission: str
    preview: Step
    perform: Step
    form_class: type[forms.Form] = forms.Form
    tone: str = ""


def bulk_page(admin: ConsoleAdmin, request: HttpRequest) -> HttpResponseBase:
    """POST ids (or `every`) and an action's name: the dry run; with `confirm`: the deed and its results."""
    action = _action(admin, request)
    ids = _every(admin, request) if "every" in request.POST else _ids(request)
    if isinstance(ids, HttpResponseBase):
        return ids
    if not ids:
        messages.warning(request, _("Choose at least one row."))
        return redirect(admin.url_name("changelist"))
    allowed = [pk for chunk in _chunks(ids) for pk in admin.permitted_ids(request, action.permission, chunk)]
    confirmed = "confirm" in request.POST
    form = action.form_class(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        return _perform(admin, request, action, form, allowed)
    rows = [row for chunk in _chunks(allowed) for row in action.preview(request, chunk, {})]
    left_out = len(ids) - len(allowed)
    extra = {"form": form, "ids": ",".join(map(str, ids)), "left_out": left_out, "limit": LIMIT}
    capped = "every" in request.POST and len(ids) == LIMIT
    return _render(admin, request, action, "admin/bulk_preview.html", rows, **extra, capped=capped)


def _perform(
    admin: ConsoleAdmin, request: HttpRequest, action: BulkAction, form: forms.Form, ids: list[int]
) -> HttpResponseBase:
    """One chunk; the page that answers goes on with the rest."""
    progress = Progress.of(request, len(ids))
    now, rest = ids[:CHUNK], ids[CHUNK:]
    rows = action.perform(request, now, form.cleaned_data)
    progress = progress.plus([(row.id, str(row.label), row.ok, str(row.note), row.messages) for row in rows])
    told = [BulkRow(*row) for row in progress.rows]
    extra = {"form": form, "ids": ",".join(map(str, rest)), "progress": progress}
    return _render(admin, request, action, "admin/bulk_result.html", told, **extra)


def _render(
    admin: ConsoleAdmin,
    request: HttpRequest,
    action: BulkAction,
    template: str,
    rows: Sequence[BulkRow],
    **extra: Any,
) -> TemplateResponse:
    done = [row for row in rows if row.ok]
    refused = [row for row in rows if not row.ok]
    shown = list(rows) if len(rows) <= SHOWN else [*refused, *done][:SHOWN]
    context = {
        **admin.admin_site.each_context(request),
        "title": action.label,
        "opts": admin.opts,
        "action": action,
        "rows": shown,
        "unshown": len(rows) - len(shown),
        "ok_count": len(done),
        "refused_count": len(refused),
        "message_count": sum(row.messages for row in done),
        "back_url": request.POST.get("back", ""),
        **extra,
    }
    progress: Progress | None = extra.get("progress")
    if progress is not None:
        context |= {"ok_count": progress.done, "refused_count": progress.refused}
        context["unshown"] = progress.worked - len(shown)
    return TemplateResponse(request, template, context)


def _action(admin: ConsoleAdmin, request: HttpRequest) -> BulkAction:
    name = request.POST.get("action", "")
    found = next((action for action in admin.bulk_actions if action.name == name), None)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):
        raise PermissionDenied
    return found


def _every(admin: ConsoleAdmin, request: HttpRequest) -> list[int] | HttpResponseBase:
    """The first LIMIT rows of the list that the address describes, in its order; a redirect when it names one record."""
    found = listing.narrowed(admin, request)
    if isinstance(found, HttpResponseBase):
        return found
    sort = listing.chosen_sort(admin, request.GET.get("sort", ""))
    return list(found.order_by(*sort.ordering()).values_list("pk", flat=True)[:LIMIT])


def _ids(request: HttpRequest) -> list[int]:
    """Ticked boxes, or one field with many numbers: a form may not have thousands of fields."""
    values = ",".join(request.POST.getlist("ids")).split(",")
    return [int(value) for value in values if value.isdecimal() and len(value) < 19][:LIMIT]


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
