"""Deposits by file: upload, a judgement of every row, then stored with a result for every row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from orderdesk.accounts.models import Shop
from orderdesk.console.export import csv_lines
from orderdesk.errors import DomainError
from orders.admin.actions.verbs import actor_of
from orders.admin.deposit_new import PERMISSION, shops_with_deposits
from orders.services.deposit_files import (
    TEMPLATE_HEADINGS,
    DepositAnswer,
    DepositRow,
    check_deposits,
    read_deposit_file,
    store_deposits,
)
from orders.services.sheets import MAX_BYTES

if TYPE_CHECKING:
    from orders.admin.deposit import DepositAdmin

SALT = "orders.deposits"
# Between the preview and the click; after that orders have moved on, and the file is read again.
LIFE_SECONDS = 3600


def upload_page(admin: DepositAdmin, request: HttpRequest) -> HttpResponseBase:
    """GET: the form. POST with a file: the preview. POST with signed rows: store them."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    if request.method == "GET":
        return _form(admin, request)
    try:
        return _store(admin, request) if "rows" in request.POST else _preview(admin, request)
    except DomainError as refusal:
        return _form(admin, request, str(refusal))


def template_file(request: HttpRequest) -> HttpResponseBase:
    """An empty file with the headings and one made-up row."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    rows: list[list[Any]] = [
        list(TEMPLATE_HEADINGS),
        ["2026-11-24 14:05", "48,000", "김민준", "20261124-000123"],
    ]
    response = HttpResponse(b"".join(csv_lines(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="deposits.csv"'
    return response


def _form(admin: DepositAdmin, request: HttpRequest, error: str = "") -> HttpResponseBase:
    chosen = request.POST.get("shop", "")
    context = {"error": error, "shops": shops_with_deposits(request), "chosen": chosen}
    return _page(admin, request, "admin/orders/deposit_upload.html", context, status=422 if error else 200)


def _preview(admin: DepositAdmin, request: HttpRequest) -> HttpResponseBase:
    file = request.FILES.get("file")
    if file is None:
        raise DomainError("no_file", _("Choose a file."))
    if file.size is None or file.size > MAX_BYTES:
        raise DomainError("too_large", _("The file is larger than 5 MB."))
    shop = _shop(request, request.POST.get("shop", ""))
    answers = check_deposits(read_deposit_file(file.name or "", file.read()), shop)
    new = [asdict(answer.row) for answer in answers if answer.refusal is None and not answer.known]
    signed = signing.dumps([request.user.pk, shop.pk, new], salt=SALT, compress=True)
    return _rows(admin, request, answers, signed=signed)


def _store(admin: DepositAdmin, request: HttpRequest) -> HttpResponseBase:
    try:
        owner, shop_id, rows = signing.loads(request.POST["rows"], salt=SALT, max_age=LIFE_SECONDS)
    except signing.BadSignature as error:
        raise DomainError("expired", _("The preview is too old. Upload the file again.")) from error
    if owner != request.user.pk:
        raise DomainError("expired", _("The preview is too old. Upload the file again."))
    # Judged again: between the preview and the click somebody may have typed or matched the same deposit.
    answers = check_deposits([DepositRow(**row) for row in rows], _shop(request, str(shop_id)))
    return _rows(admin, request, store_deposits(answers, actor=actor_of(request)), done=True)


def _shop(request: HttpRequest, pk: str) -> Shop:
    shops = shops_with_deposits(request)
    found: Shop | None = shops.filter(pk=pk).first() if pk.isdecimal() else None
    if found is None:
        raise DomainError("no_shop", _("Choose the shop."))
    return found


def _rows(
    admin: DepositAdmin, request: HttpRequest, answers: Sequence[DepositAnswer], **context: Any
) -> HttpResponseBase:
    # What went wrong is what somebody must read: first.
    rows = sorted(answers, key=lambda answer: (answer.refusal is None, answer.row.line))
    counts = {
        "bad": sum(answer.refusal is not None for answer in answers),
        "known": sum(answer.known for answer in answers),
        "good": sum(answer.refusal is None and not answer.known for answer in answers),
    }
    return _page(admin, request, "admin/orders/deposit_rows.html", {"answers": rows, **counts, **context})


def _page(
    admin: DepositAdmin, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponseBase:
    frame = {**admin.admin_site.each_context(request), "title": _("Deposits by file"), "opts": admin.opts}
    return TemplateResponse(request, template, {**frame, **context}, status=status)
