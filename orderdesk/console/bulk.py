"""One action on many rows: first a dry run that says per row what would happen, then a result per row.

    BulkAction("confirm", _("Confirm"), "orders.confirm_order", preview=preview_confirm, perform=perform_confirm)

Both functions get `(request, ids, cleaned)`: only ids the user may act on, and the data of `form_class` if there is one.
Each answers one BulkRow per id.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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

if TYPE_CHECKING:
    from orderdesk.console.admin import ConsoleAdmin

Text = str | Promise
LIMIT = 500


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
    """POST ids and an action's name: the dry run; with `confirm`: the deed and its results."""
    action = _action(admin, request)
    ids = _ids(request)
    if not ids:
        messages.warning(request, _("Choose at least one row."))
        return redirect(admin.url_name("changelist"))
    allowed = admin.permitted_ids(request, action.permission, ids)
    confirmed = "confirm" in request.POST
    form = action.form_class(request.POST if confirmed else None)
    if confirmed and form.is_valid():
        return _render(
            admin,
            request,
            action,
            "admin/bulk_result.html",
            action.perform(request, allowed, form.cleaned_data),
        )
    preview = action.preview(request, allowed, {})
    return _render(
        admin,
        request,
        action,
        "admin/bulk_preview.html",
        preview,
        form=form,
        ids=ids,
        left_out=len(ids) - len(allowed),
    )


def _render(
    admin: ConsoleAdmin,
    request: HttpRequest,
    action: BulkAction,
    template: str,
    rows: Sequence[BulkRow],
    **extra: Any,
) -> TemplateResponse:
    done = [row for row in rows if row.ok]
    context = {
        **admin.admin_site.each_context(request),
        "title": action.label,
        "opts": admin.opts,
        "action": action,
        "rows": rows,
        "ok_count": len(done),
        "refused_count": len(rows) - len(done),
        "message_count": sum(row.messages for row in done),
        "back_url": request.POST.get("back", ""),
        **extra,
    }
    return TemplateResponse(request, template, context)


def _action(admin: ConsoleAdmin, request: HttpRequest) -> BulkAction:
    name = request.POST.get("action", "")
    found = next((action for action in admin.bulk_actions if action.name == name), None)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):
        raise PermissionDenied
    return found


def _ids(request: HttpRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("ids") if value.isdigit()][:LIMIT]
