"""Waybills by file: upload, a judgement of every row, then the deed with a result for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from orderdesk.console.export import workbook
from orderdesk.errors import DomainError
from orders.admin.shipping.doors import FULFIL, actor_of, door, own_orders, page
from orders.carriers import carriers
from orders.services.waybill_files import TEMPLATE_HEADINGS, WaybillRow, read_waybill_file
from orders.services.waybill_rows import RowAnswer, check_rows, perform_rows

SALT = "shipping.waybills"
# Between the preview and the click; after that the queue has moved on, and the file is read again.
LIFE_SECONDS = 3600


@door(FULFIL)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """GET: the form. POST with a file: the preview. POST with signed rows: do them."""
    if request.method == "GET":
        return _form(request)
    try:
        if "rows" in request.POST:
            return _perform(request)
        return _preview(request)
    except DomainError as refusal:
        return _form(request, str(refusal))


def _form(request: HttpRequest, error: str = "") -> HttpResponseBase:
    language = get_language() or "ko"
    return page(
        request,
        "admin/shipping/upload.html",
        status=422 if error else 200,
        title=_("Waybills by file"),
        error=error,
        carriers=[carrier.name(language) for carrier in carriers().values()],
    )


def _preview(request: HttpRequest) -> HttpResponseBase:
    file = request.FILES.get("file")
    if file is None:
        raise DomainError("no_file", _("Choose a file."))
    if file.size is None or file.size > 5 * 1024 * 1024:
        raise DomainError("too_large", _("The file is larger than 5 MB."))
    rows = read_waybill_file(file.name or "", file.read())
    answers = check_rows(rows, own_orders(request))
    good = [asdict(answer.row) for answer in answers if answer.refusal is None]
    return _result(
        request,
        "admin/shipping/upload_preview.html",
        answers,
        signed=signing.dumps([request.user.pk, good], salt=SALT, compress=True),
    )


def _perform(request: HttpRequest) -> HttpResponseBase:
    try:
        owner, rows = signing.loads(request.POST["rows"], salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature as error:
        raise DomainError("expired", _("The preview is too old. Upload the file again.")) from error
    if owner != request.user.pk:
        raise DomainError("expired", _("The preview is too old. Upload the file again."))
    # Judged again: between the preview and the click orders may have been held or cancelled.
    answers = check_rows([WaybillRow(**row) for row in rows], own_orders(request))
    leaves = request.POST.get("leaves") == "1"
    done = perform_rows(answers, actor=actor_of(request), handed_over=leaves)
    return _result(request, "admin/shipping/upload_result.html", done)


def _result(
    request: HttpRequest, template: str, answers: Sequence[RowAnswer], **context: Any
) -> HttpResponseBase:
    good = sum(answer.refusal is None for answer in answers)
    # What went wrong is what somebody must read: first.
    rows = sorted(answers, key=lambda answer: (answer.refusal is None, answer.row.line))
    return page(
        request,
        template,
        title=_("Waybills by file"),
        answers=rows,
        good=good,
        bad=len(answers) - good,
        **context,
    )


@door(FULFIL)
@require_GET
def upload_template(_request: HttpRequest) -> HttpResponseBase:
    """An empty file with the headings and one made-up row."""
    rows = [list(TEMPLATE_HEADINGS), ["N-20261124-0001", "CJ대한통운", "650012345675"]]
    return FileResponse(workbook(rows), as_attachment=True, filename="waybills.xlsx")
