"""Orders as a file: a typed reason first, personal data masked unless one may and needs to see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.privacy import mask_address, mask_email, mask_name, mask_phone
from orderdesk.console import export, listing
from orderdesk.console.export import ExportColumn, label_of
from orderdesk.money import exponent
from orders.admin.export_more import more_columns
from orders.admin.unmask import UNMASK, record_looks
from orders.terms import FulfilmentState, OrderStatus, PaymentState, source_label

if TYPE_CHECKING:
    from orders.admin.order import OrderAdmin

PERMISSION = "orders.export_order"
PERSONAL_FIELDS = "name, phone, mail, address"


def columns(*, masked: bool, zone: ZoneInfo | Any) -> list[ExportColumn]:
    """The file's columns; amounts in minor units beside their currency's decimals."""

    def person(mask: Callable[[str], str]) -> Callable[[Any], Any] | None:
        return mask if masked else str

    return [
        ExportColumn(_("Number"), "number", str),
        ExportColumn(_("Shop"), "shop__name", str),
        ExportColumn(_("Kind"), "kind", label_of(OrderKind.choices)),
        ExportColumn(_("Status"), "status", label_of(OrderStatus.choices)),
        ExportColumn(_("Payment"), "payment_state", label_of(PaymentState.choices)),
        ExportColumn(_("Fulfilment"), "fulfilment_state", label_of(FulfilmentState.choices)),
        ExportColumn(_("Currency"), "currency", str),
        ExportColumn(_("Decimals"), "currency", exponent),
        ExportColumn(_("Total"), "total", int),
        ExportColumn(_("Paid"), "captured_total", int),
        ExportColumn(_("Ordered on"), "placed_at", zone=zone),
        ExportColumn(_("Delivered"), "delivered_at", zone=zone),
        ExportColumn(_("Promised until"), "promised_until", zone=zone),
        ExportColumn(_("Customer"), "customer__name", person(mask_name)),
        ExportColumn(_("Phone"), "customer__phone", person(mask_phone)),
        ExportColumn(_("Mail"), "customer__email", person(mask_email)),
        ExportColumn(_("Recipient"), "recipient_name", person(mask_name)),
        ExportColumn(_("Postcode"), "postcode", str),
        ExportColumn(_("Address"), "address1", person(mask_address)),
        ExportColumn(_("Sales channel"), "source", source_label),
        ExportColumn(_("Channel's number"), "source_ref", str),
    ]


class ExportForm(forms.Form):
    """Why the file is needed, and whether it must name people."""

    reason = forms.CharField(
        label=_("What do you need the file for?"),
        min_length=4,
        max_length=200,
        help_text=_("Your reason is kept in the access records."),
    )
    unmasked = forms.BooleanField(label=_("With full names, phones, mails and addresses"), required=False)

    def __init__(self, *args: Any, may_unmask: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_unmask:
            del self.fields["unmasked"]


def export_page(admin: OrderAdmin, request: HttpRequest, kind: str) -> HttpResponseBase:
    """GET asks for the reason; POST records it and streams the filtered list."""
    if kind not in {"csv", "xlsx"}:
        raise Http404
    if not admin.has_export_permission(request):
        raise PermissionDenied
    user: Any = request.user
    may_unmask = bool(user.shop_ids(UNMASK) & user.shop_ids(PERMISSION))
    form = ExportForm(request.POST or None, may_unmask=may_unmask)
    if request.method == "POST" and form.is_valid():
        return _stream(admin, request, kind, form.cleaned_data)
    query = request.GET.urlencode()
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Export orders"),
        "opts": admin.opts,
        "form": form,
        "kind": kind.upper(),
        "back_url": f"{reverse(admin.url_name('changelist'))}?{query}",
    }
    return TemplateResponse(request, "admin/orders/export.html", context, status=422 if form.errors else 200)


def _stream(admin: OrderAdmin, request: HttpRequest, kind: str, cleaned: dict[str, Any]) -> HttpResponseBase:
    user: Any = request.user
    unmasked = bool(cleaned.get("unmasked"))
    rows = admin.export_rows(request, listing.narrowed(admin, request))
    shops = user.shop_ids(PERMISSION)
    if unmasked:
        shops &= user.shop_ids(UNMASK)
        rows = rows.filter(shop_id__in=shops)
    fields = PERSONAL_FIELDS if unmasked else ""
    # Before the first row leaves.
    record_looks(request, shops, what="export", subject="orders", field=fields, reason=cleaned["reason"])
    own = columns(masked=not unmasked, zone=timezone.get_current_timezone())
    chosen = [*own, *more_columns(request, masked=not unmasked)]
    return export.respond(rows, chosen, name="orders", kind=kind)
