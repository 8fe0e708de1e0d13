"""Upload, columns, preview, progress, history."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orders.admin.shipping.doors import door, page, user_of
from orders.models import ImportRun, ImportState
from orders.services.importing.background import (
    discard_import,
    headings_of,
    map_columns,
    prepare_import,
    preview,
    start_import,
)
from orders.sources.complaints import sentence
from orders.sources.csv_columns import COLUMNS, label_of
from orders.sources.terms import Unreadable

IMPORT = "orders.import_order"
_SHOWN = 30
_COUNTED = (
    ("orders", gettext_lazy("Orders")),
    ("lines", gettext_lazy("Lines")),
    ("payments", gettext_lazy("Payments")),
    ("shipments", gettext_lazy("Shipments")),
    ("credits", gettext_lazy("Credit invoices")),
    ("adjustments", gettext_lazy("Adjustments")),
    ("changed", gettext_lazy("Changed")),
    ("unchanged", gettext_lazy("Unchanged")),
    ("flags", gettext_lazy("Oddities")),
    ("rejected", gettext_lazy("Rejected rows")),
)


class UploadForm(forms.Form):
    """A shop of one's own and a file for it."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=gettext_lazy("Shop"))
    file = forms.FileField(label=gettext_lazy("CSV file, up to 200 MB"))

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None, request.FILES or None)
        field = cast("forms.ModelChoiceField[Shop]", self.fields["shop"])
        field.queryset = Shop.objects.visible_to(user_of(request), IMPORT).order_by("name")
        field.empty_label = None
        self.fields["file"].widget.attrs["accept"] = ".csv,.txt,.tsv,.gz"


def own_runs(request: HttpRequest) -> QuerySet[ImportRun]:
    """Imports into shops where the user may import."""
    return ImportRun.objects.visible_to(user_of(request), IMPORT).select_related("shop", "created_by")


def own_run(request: HttpRequest, run_id: int) -> ImportRun:
    """One of them, or 404."""
    run = own_runs(request).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


@door(IMPORT)
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest) -> HttpResponseBase:
    """History and the upload form; a POST keeps the file as a draft and leads to its columns."""
    form = UploadForm(request)
    if request.method == "POST" and form.is_valid():
        shop, file = form.cleaned_data["shop"], form.cleaned_data["file"]
        try:
            run = prepare_import(shop, file, user_id=user_of(request).pk)
            return redirect("imports:show", run.pk)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    runs = [(run, _tone(run)) for run in own_runs(request)[:_SHOWN]]
    status = 422 if form.errors else 200
    return page(request, "admin/imports/list.html", status=status, title=_("Import"), form=form, runs=runs)


@door(IMPORT)
@require_GET
def show(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """A draft with its columns and verdicts, or how far a started import is."""
    run = own_run(request, run_id)
    if run.state == ImportState.DRAFT:
        return _draft(request, run)
    context = _progress(run)
    if request.headers.get("X-Fragment"):
        return _fragment(request, context)
    return page(request, "admin/imports/run.html", title=run.file_name, **context)


def _fragment(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    body = render_to_string("admin/imports/progress.html", context, request)
    etag = f'"{hashlib.blake2b(body.encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    return HttpResponse(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def _draft(request: HttpRequest, run: ImportRun, error: str = "") -> HttpResponseBase:
    headings = headings_of(run)
    rows = [(column, run.mapping.get(column.name, "")) for column in COLUMNS]
    unused = [heading for heading in headings if heading not in run.mapping.values()]
    context: dict[str, Any] = {
        "run": run,
        "rows": rows,
        "headings": headings,
        "unused": unused,
        "error": error,
    }
    try:
        context["verdicts"] = preview(run)
    except Unreadable as trouble:
        context["trouble"] = str(trouble.message)
    status = 422 if error else 200
    return page(request, "admin/imports/draft.html", status=status, title=run.file_name, **context)


def _progress(run: ImportRun) -> dict[str, Any]:
    done = run.state == ImportState.DONE
    share = 100 if done else min(99, 100 * run.read // run.size) if run.size else 0
    rejects = [
        (reject, label_of(reject.column), sentence(reject.code, reject.params))
        for reject in run.rejects.order_by("pk")[:_SHOWN]
    ]
    return {
        "run": run,
        "tone": _tone(run),
        "share": share,
        "counts": [(label, run.counts[name]) for name, label in _COUNTED if run.counts.get(name)],
        "rejects": rejects,
        "moving": run.state in (ImportState.WAITING, ImportState.RUNNING),
    }


def _tone(run: ImportRun) -> str:
    tones = {ImportState.DONE: "done", ImportState.FAILED: "bad", ImportState.DRAFT: "waits"}
    return tones.get(ImportState(run.state), "moving")


@door(IMPORT)
@require_POST
def columns(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Take the chosen columns and judge the rows again."""
    run = own_run(request, run_id)
    try:
        map_columns(run, {column.name: request.POST.get(column.name, "") for column in COLUMNS})
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:show", run.pk)


@door(IMPORT)
@require_POST
def start(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Hand the draft to the drain."""
    run = own_run(request, run_id)
    try:
        start_import(run)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:show", run.pk)


@door(IMPORT)
@require_POST
def discard(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Throw the draft away."""
    try:
        discard_import(own_run(request, run_id))
    except DomainError as refusal:
        messages.error(request, str(refusal))
    return redirect("imports:list")
