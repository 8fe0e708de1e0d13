"""Settlement files: uploaded, compared with our books, and every difference settled by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orderdesk.accounts.models import Shop
from orderdesk.console import menu
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, pill
from orderdesk.errors import DomainError
from orders.admin.actions.verbs import actor_of
from orders.admin.filters import shops_of
from orders.gateways import gateways
from orders.models import Discrepancy, Settlement
from orders.services.refunds.reconcile import Resolution, load_settlement, resolve
from orders.services.refunds.settlement_file import MAX_BYTES

RECONCILE = "orders.reconcile_settlement"
VIEW, VIEW_ROW = "orders.view_settlement", "orders.view_discrepancy"
SHOWN = 200
Rows = QuerySet[Any]


class UploadForm(forms.Form):
    """Whose file it is, and the file."""

    shop = forms.ModelChoiceField(Shop.objects.none(), label=gettext_lazy("Shop"), empty_label=None)
    gateway = forms.ChoiceField(label=gettext_lazy("Payment company"))
    file = forms.FileField(label=gettext_lazy("Settlement file (CSV, UTF-8, up to 20 MB)"))

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shop: Any = self.fields["shop"]
        shop.queryset = Shop.objects.visible_to(request.user, RECONCILE).order_by("name")
        gateway: Any = self.fields["gateway"]
        gateway.choices = [(name, name) for name in gateways()]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB."))
        return file


@admin.register(Settlement)
class SettlementAdmin(ConsoleAdmin):
    """Files of one's shops, newest first, with what is open in each."""

    list_display = ("name", "state_cell", "gateway", "shop", "rows_cell", "loaded_cell")
    list_select_related = ("shop",)
    sorts = (Sort("new", gettext_lazy("Newest first"), "pk"),)
    search_fields = ("name",)
    search_hint = gettext_lazy("File name")
    empty_hint = gettext_lazy("No settlement yet. Upload a payment company's file.")
    list_template = "admin/orders/list.html"
    object_template = "admin/orders/settlement.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RECONCILE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A file stays as it came."""
        return False

    def get_chips(self, request: HttpRequest) -> list[Chip]:
        """A shop's chip only where there are several."""
        shops = ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="shop_id")
        return [shops] if len(shops_of(request)) > 1 else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Files of shops where one may see them, with how many differences are open."""
        rows: Rows = Settlement.objects.visible_to(request.user, VIEW).select_related("shop", "loaded_by")
        counted: Rows = rows.annotate(
            found=Count("discrepancies"),
            open=Count("discrepancies", filter=Q(discrepancies__resolved_at=None)),
        )
        return counted

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Upload and compare."""
        if not request.user.has_perm(RECONCILE):
            raise PermissionDenied
        posted = request.method == "POST"
        form = UploadForm(*((request.POST, request.FILES) if posted else ()), request=request)
        if posted and form.is_valid():
            answer = self._load(request, form)
            if answer is not None:
                return answer
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload a settlement file"),
            "opts": self.opts,
            "form": form,
        }
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/orders/settlement_upload.html", context, status=status)

    def _load(self, request: HttpRequest, form: UploadForm) -> HttpResponseBase | None:
        cleaned = form.cleaned_data
        file = cleaned["file"]
        try:
            loaded = load_settlement(
                cleaned["shop"].pk, cleaned["gateway"], file.name, file.read(), actor=actor_of(request)
            )
        except DomainError as refusal:
            form.add_error("file", str(refusal))
            return None
        return redirect(self.url_name("change"), loaded.pk)

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """The differences, open ones first."""
        found = obj.discrepancies.select_related("refund__order", "payment__order", "resolved_by")
        rows = list(found.order_by("resolved_at", "pk")[:SHOWN])
        waiting = [row for row in rows if row.resolved_at is None]
        settled = [row for row in rows if row.resolved_at is not None]
        return {
            "waiting": [(row, order_link(row)) for row in waiting],
            "settled": [(row, order_link(row), resolution_words(row)) for row in settled],
            "last_day": obj.until - timedelta(seconds=1),
            "may_settle": request.user.has_perm(RECONCILE, obj),
            "all_url": f"{reverse('admin:orders_discrepancy_changelist')}?settlement={obj.pk}",
            "unshown": max(obj.found - len(rows), 0),
        }

    @column(gettext_lazy("State"))
    def state_cell(self, settlement: Any) -> SafeString:
        if settlement.open:
            words = ngettext("%(count)d difference open", "%(count)d differences open", settlement.open)
            return pill(words % {"count": settlement.open}, "bad")
        return pill(_("Settled") if settlement.found else _("Agrees with the books"), "done")

    @column(gettext_lazy("Rows"), css="num")
    def rows_cell(self, settlement: Any) -> str:
        return f"{settlement.row_count:,}"

    @column(gettext_lazy("Loaded"), css="when")
    def loaded_cell(self, settlement: Any) -> SafeString:
        return ago(settlement.loaded_at)


def order_link(row: Discrepancy) -> SafeString:
    """The order that the money belongs to; a dash where nobody knows."""
    source = row.refund or row.payment
    if source is None:
        return SafeString("—")
    url = reverse("admin:orders_order_change", args=[source.order_id])
    return format_html('<a href="{}">{}</a>', url, source.order.number)


_DONE: dict[str, Text] = {
    Resolution.SETTLE: gettext_lazy("taken over from the file"),
    Resolution.EXPLAINED: gettext_lazy("explained"),
    Resolution.TASK: gettext_lazy("handed over as a task"),
}


def resolution_words(row: Discrepancy) -> str:
    """What was done about it, in words."""
    how, _colon, note = row.resolution.partition(": ")
    words = str(_DONE.get(how, how))
    return f"{words}: {note}" if note else words


class ExplainForm(forms.Form):
    """Why the file and the books differ."""

    note = forms.CharField(
        label=gettext_lazy("Why do they differ?"), max_length=200, widget=forms.Textarea({"rows": 2})
    )


def _done(row: Discrepancy) -> Text | None:
    return gettext_lazy("Somebody settled this already.") if row.resolved_at else None


def _not_provable(row: Discrepancy) -> Text | None:
    if row.kind == Discrepancy.Kind.UNKNOWN and row.refund_id:
        return _done(row)
    return gettext_lazy("The file proves nothing that could be taken over.")


def _no_order(row: Discrepancy) -> Text | None:
    if row.refund_id or row.payment_id:
        return _done(row)
    return gettext_lazy("No order belongs to it. Note the explanation instead.")


def _settle(request: HttpRequest, row: Discrepancy, _cleaned: dict[str, Any]) -> str:
    resolve(row.pk, Resolution.SETTLE, actor=actor_of(request))
    return _("The file's result is taken over.")


def _explain(request: HttpRequest, row: Discrepancy, cleaned: dict[str, Any]) -> str:
    resolve(row.pk, Resolution.EXPLAINED, actor=actor_of(request), note=cleaned["note"])
    return _("The difference is explained.")


def _task(request: HttpRequest, row: Discrepancy, _cleaned: dict[str, Any]) -> str:
    resolve(row.pk, Resolution.TASK, actor=actor_of(request))
    return _("A task is opened on the order.")


def _open(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(resolved_at=None)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ConsoleAdmin):
    """Rows where file and books differ, over all files."""

    list_display = (
        "reference",
        "kind_cell",
        "file_cell",
        "books_cell",
        "order_cell",
        "settlement",
        "state_cell",
    )
    list_select_related = ("settlement__shop", "refund__order", "payment__order")
    sorts = (Sort("new", gettext_lazy("Newest first"), "pk"),)
    chips = (
        ChoiceChip("kind", gettext_lazy("Kind"), Discrepancy.Kind.choices),
        FlagChip("open", gettext_lazy("Open"), _open),
    )
    default_views = ((gettext_lazy("Open"), "open=1"),)
    search_fields = ("=reference", "=refund__order__number", "=payment__order__number")
    search_hint = gettext_lazy("Payment company's number or order number")
    empty_hint = gettext_lazy("No differences. Upload a settlement file to compare it with the books.")
    list_template = "admin/orders/list.html"
    object_template = "admin/orders/discrepancy.html"
    stale_fields = ("resolution",)
    object_actions = (
        ObjectAction(
            "take_over",
            gettext_lazy("Take over the file's result"),
            RECONCILE,
            _settle,
            why_not=_not_provable,
            tone="primary",
            hide_when_refused=True,
        ),
        ObjectAction("explain", gettext_lazy("Explain"), RECONCILE, _explain, ExplainForm, _done),
        ObjectAction("task", gettext_lazy("Open a task"), RECONCILE, _task, why_not=_no_order),
    )

    def scope_of(self, obj: Any) -> Any:
        return obj.settlement if obj is not None else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Differences come from files."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are settled by their buttons only."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Differences in files of one's shops; of one file when the address names it."""
        user: Any = request.user
        rows: Rows = Discrepancy.objects.select_related(
            "settlement__shop", "refund__order", "payment__order", "resolved_by"
        )
        if not user.is_superuser:
            rows = rows.filter(settlement__shop_id__in=user.shop_ids(VIEW_ROW))
        wanted = request.GET.get("settlement", "")
        return rows.filter(settlement_id=int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else rows

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Where it belongs, and what was done."""
        return {
            "order": order_link(obj),
            "settlement_url": reverse("admin:orders_settlement_change", args=[obj.settlement_id]),
            "resolution": resolution_words(obj) if obj.resolved_at else "",
        }

    def after_action_url(self, request: HttpRequest, obj: Any) -> str:
        """Back to the file, where the next one waits."""
        return reverse("admin:orders_settlement_change", args=[obj.settlement_id])

    @column(gettext_lazy("Kind"), css="nowrap")
    def kind_cell(self, row: Discrepancy) -> str:
        return row.get_kind_display()

    @column(gettext_lazy("In the file"), css="num")
    def file_cell(self, row: Discrepancy) -> SafeString:
        return amount(row.file_amount, row.currency)

    @column(gettext_lazy("In the books"), css="num")
    def books_cell(self, row: Discrepancy) -> SafeString:
        return amount(row.ledger_amount, row.currency)

    @column(gettext_lazy("Order"), css="nowrap")
    def order_cell(self, row: Discrepancy) -> SafeString:
        return order_link(row)

    @column(gettext_lazy("State"))
    def state_cell(self, row: Discrepancy) -> SafeString:
        return pill(_("Settled"), "done") if row.resolved_at else pill(_("Open"), "bad")


def _open_differences(request: HttpRequest) -> int:
    user: Any = request.user
    rows = Discrepancy.objects.filter(resolved_at=None, settlement__shop_id__in=user.shop_ids(VIEW_ROW))
    return rows.values("pk")[:1_000].count()


menu.register(
    gettext_lazy("Orders"),
    gettext_lazy("Settlements"),
    "admin:orders_settlement_changelist",
    VIEW,
    count=_open_differences,
    icon="money",
    order=72,
)
