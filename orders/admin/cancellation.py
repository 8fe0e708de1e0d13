"""Wishes to cancel: those that wait for the shop's answer first; approve, refuse, or offer a part instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk import clock
from orderdesk.accounts.privacy import mask_name
from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.admin import ConsoleAdmin, column
from orderdesk.console.chips import Chip, ChoiceChip, FlagChip, PeriodChip
from orderdesk.console.export import ExportColumn
from orderdesk.console.keyset import Sort
from orderdesk.console.marks import ago, amount, exact, money_words, span
from orderdesk.events.actor import ActorKind
from orders.admin.actions.giving_back import AmountField
from orders.admin.actions.verbs import actor_of, mails
from orders.admin.filters import shops_of
from orders.admin.money_panel import cancellation_pill
from orders.models import Cancellation
from orders.quote_words import quote_rows
from orders.quotes import Quote
from orders.services.cancelling.decide import (
    approve_cancellation,
    counter_offer,
    reject_cancellation,
    withdraw_cancellation,
)
from orders.terms import CancellationStatus, CancelOutcome, RefusalCode

S = CancellationStatus
VIEW, DECIDE = "orders.view_cancellation", "orders.decide_cancellation"
Rows = QuerySet[Any]


class RefuseForm(forms.Form):
    """A code that is counted, and the sentence that the customer reads."""

    code = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", gettext_lazy("Choose a reason")), *RefusalCode.choices]
    )
    text = forms.CharField(
        label=gettext_lazy("Sentence for the customer"), max_length=500, widget=forms.Textarea({"rows": 3})
    )


class CounterForm(forms.Form):
    """A part of the money back if the customer keeps the goods."""

    def __init__(self, *args: Any, wish: Cancellation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        order = wish.order
        most = max(min(order.owed, order.captured_total - order.refunded_total), 0)
        self.fields["amount"] = AmountField(
            order.currency,
            most=most,
            label=_("Amount (%(currency)s)") % {"currency": order.currency},
            help_text=_("The customer keeps the goods and gets this much back. At most %(left)s.")
            % {"left": money_words(most, order.currency)},
        )


def _settled(wish: Cancellation) -> Text | None:
    return None if wish.status == S.UNDER_REVIEW else gettext_lazy("This request has been settled already.")


def _not_approvable(wish: Cancellation) -> Text | None:
    if wish.status in (S.UNDER_REVIEW, S.COUNTER_OFFERED):
        return None
    return gettext_lazy("This request has been settled already.")


def _approve(request: HttpRequest, wish: Cancellation, _cleaned: dict[str, Any]) -> str:
    approve_cancellation(wish.pk, actor=actor_of(request))
    return _("The request is approved; its units are cancelled.")


def _refuse(request: HttpRequest, wish: Cancellation, cleaned: dict[str, Any]) -> str:
    reject_cancellation(wish.pk, actor=actor_of(request), code=cleaned["code"], text=cleaned["text"])
    return _("The request is refused; the order goes on.")


def _offer(request: HttpRequest, wish: Cancellation, cleaned: dict[str, Any]) -> str:
    counter_offer(wish.pk, actor=actor_of(request), amount=cleaned["amount"])
    return _("The counter-offer is made; the customer decides.")


def _withdraw(request: HttpRequest, wish: Cancellation, _cleaned: dict[str, Any]) -> str:
    withdraw_cancellation(wish.pk, actor=actor_of(request))
    return _("The request is withdrawn; the order goes on.")


def _approved(wish: Cancellation) -> list[Text]:
    total = money_words(quote_of(wish).total, wish.order.currency)
    return [
        _("The units asked for are cancelled, and %(amount)s goes back.") % {"amount": total},
        *mails(wish.order, "order.cancelled"),
    ]


def _refused(wish: Cancellation) -> list[Text]:
    return [
        _("The order goes on, and its units may ship again."),
        *mails(wish.order, "cancellation.rejected"),
    ]


def _offered(wish: Cancellation) -> list[Text]:
    return [
        _("Nothing moves until the customer accepts."),
        *mails(wish.order, "cancellation.counter_offered"),
    ]


def quote_of(wish: Cancellation) -> Quote:
    """The money outcome as it was shown; an empty one for rows without."""
    return Quote.from_json(wish.quote) if wish.quote else Quote(wish.order.currency, ())


CANCELLATION_ACTIONS = (
    ObjectAction(
        "approve",
        gettext_lazy("Approve"),
        DECIDE,
        _approve,
        why_not=_not_approvable,
        outcome=_approved,
        submit=gettext_lazy("Cancel these units"),
        tone="primary",
        key="a",
        hide_when_refused=True,
    ),
    ObjectAction(
        "refuse",
        gettext_lazy("Refuse"),
        DECIDE,
        _refuse,
        RefuseForm,
        _settled,
        _refused,
        tone="danger",
        key="r",
        hide_when_refused=True,
    ),
    ObjectAction(
        "counter_offer",
        gettext_lazy("Counter-offer"),
        DECIDE,
        _offer,
        CounterForm,
        _settled,
        _offered,
        lambda _request, wish: {"wish": wish},
        key="c",
        hide_when_refused=True,
    ),
    ObjectAction(
        "withdraw",
        gettext_lazy("Customer withdraws it"),
        DECIDE,
        _withdraw,
        why_not=_not_approvable,
        hide_when_refused=True,
        menu=True,
    ),
)


def _late(rows: Rows, _request: HttpRequest) -> Rows:
    return rows.filter(status=S.UNDER_REVIEW, answer_by__lte=clock.now())


def _words(choices: Any) -> Any:
    labels = {str(key): label for key, label in choices}
    return lambda value: str(labels.get(value, value or ""))


EXPORT = (
    ExportColumn(gettext_lazy("Order"), "order__number", str),
    ExportColumn(gettext_lazy("Shop"), "order__shop__name", str),
    ExportColumn(gettext_lazy("Status"), "status", _words(CancellationStatus.choices)),
    ExportColumn(gettext_lazy("Asked by"), "requested_by_kind", _words(ActorKind.choices)),
    ExportColumn(gettext_lazy("Reason"), "reason__code", lambda value: value or ""),
    ExportColumn(gettext_lazy("Buyer's share"), "fault_buyer", int),
    ExportColumn(gettext_lazy("Shop's share"), "fault_seller", int),
    ExportColumn(gettext_lazy("Carrier's share"), "fault_carrier", int),
    ExportColumn(gettext_lazy("Platform's share"), "fault_platform", int),
    ExportColumn(gettext_lazy("Order's status then"), "order_status", str),
    ExportColumn(gettext_lazy("Outcome by the rules"), "outcome", _words(CancelOutcome.choices)),
    ExportColumn(gettext_lazy("Refused because"), "refusal_code", _words(RefusalCode.choices)),
    ExportColumn(gettext_lazy("Currency"), "order__currency", str),
    ExportColumn(gettext_lazy("Goes back"), "quote__total", lambda value: value or 0),
    ExportColumn(gettext_lazy("Requested"), "requested_at"),
    ExportColumn(gettext_lazy("Answer by"), "answer_by"),
    ExportColumn(gettext_lazy("Decided"), "decided_at"),
)


@admin.register(Cancellation)
class CancellationAdmin(ConsoleAdmin):
    """Requests and cancellations of one's shops."""

    list_display = (
        "order_cell",
        "status_cell",
        "answer_cell",
        "reason_cell",
        "amount_cell",
        "customer_cell",
        "requested_cell",
    )
    list_select_related = ("order__shop", "order__customer", "reason")
    sorts = (Sort("new", gettext_lazy("Newest first"), "requested_at"),)
    default_views = (
        (gettext_lazy("To answer"), f"status={S.UNDER_REVIEW}&sort=answer"),
        (gettext_lazy("Counter-offer made"), f"status={S.COUNTER_OFFERED}"),
        (gettext_lazy("Cancelled"), f"status={S.COMPLETED}"),
    )
    chips = (
        ChoiceChip("status", gettext_lazy("Status"), CancellationStatus.choices),
        ChoiceChip("by", gettext_lazy("Asked by"), ActorKind.choices, field="requested_by_kind"),
        PeriodChip("requested", gettext_lazy("Requested"), "requested_at"),
        FlagChip("late", gettext_lazy("Past its time"), _late),
    )
    search_fields = ("=order__number",)
    search_hint = gettext_lazy("Order number")
    empty_hint = gettext_lazy("Nobody has cancelled anything yet.")
    object_template = "admin/orders/cancellation.html"
    object_actions = CANCELLATION_ACTIONS
    export_columns = EXPORT
    export_permission = "orders.export_order"
    stale_fields: ClassVar[Sequence[str]] = ("status", "answer_by")

    def scope_of(self, obj: Any) -> Any:
        return obj.order if obj is not None else None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Cancellations begin on orders."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Requests move by their answers only."""
        return False

    def has_export_permission(self, request: HttpRequest) -> bool:
        return super().has_export_permission(request) and request.user.has_perm(VIEW)

    def get_sorts(self) -> Sequence[Sort]:
        return (*self.sorts, ANSWER)

    def get_chips(self, request: HttpRequest) -> Sequence[Chip]:
        """A shop's chip only where there are several."""
        shops = ChoiceChip("shop", gettext_lazy("Shop"), shops_of, field="order__shop_id")
        return [shops, *self.chips] if len(shops_of(request)) > 1 else self.chips

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of shops where one may see them; by deadline only those that have one."""
        rows: Rows = Cancellation.objects.visible_to(request.user, VIEW)
        if request.GET.get("sort") == ANSWER.name:
            rows = rows.filter(answer_by__isnull=False)
        return rows.select_related("order__shop", "order__customer", "reason", "decided_by")

    def export_rows(self, request: HttpRequest, found: Any) -> QuerySet[Any]:
        user: Any = request.user
        rows = found if isinstance(found, QuerySet) else self.get_queryset(request)
        if not user.is_superuser:
            rows = rows.filter(order__shop_id__in=user.shop_ids(self.export_permission))
        return rows.order_by("-requested_at", "-pk")

    def object_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What was asked for, the money as it was shown, and the order."""
        names = {line.pk: line.name for line in obj.order.lines.all()}
        quote = quote_of(obj)
        return {
            "status_pill": cancellation_pill(obj),
            "order_url": reverse("admin:orders_order_change", args=[obj.order_id]),
            "units": [(names.get(row.line_id, ""), row.quantity) for row in obj.lines.all()],
            "items": quote_rows(quote, names),
            "total": quote.total,
            "reason": obj.reason.label(get_language() or "ko") if obj.reason else "—",
            "outcome_words": _words(CancelOutcome.choices)(obj.outcome),
        }

    @column(gettext_lazy("Order"))
    def order_cell(self, wish: Cancellation) -> str:
        return wish.order.number

    @column(gettext_lazy("Status"))
    def status_cell(self, wish: Cancellation) -> SafeString:
        return cancellation_pill(wish)

    @column(gettext_lazy("Answer by"), css="when")
    def answer_cell(self, wish: Cancellation) -> SafeString:
        if wish.answer_by is None or wish.status not in (S.UNDER_REVIEW, S.COUNTER_OFFERED):
            return SafeString("")
        late = (clock.now() - wish.answer_by).total_seconds()
        if late <= 0:
            return ago(wish.answer_by)
        words = _("%(time)s late") % {"time": span(late)}
        return format_html('<span class="late" title="{}">{}</span>', exact(wish.answer_by), words)

    @column(gettext_lazy("Reason"))
    def reason_cell(self, wish: Cancellation) -> str:
        return wish.reason.label(get_language() or "ko") if wish.reason else "—"

    @column(gettext_lazy("Goes back"), css="num")
    def amount_cell(self, wish: Cancellation) -> SafeString:
        return amount(quote_of(wish).total, wish.order.currency)

    @column(gettext_lazy("Customer"))
    def customer_cell(self, wish: Cancellation) -> str:
        return mask_name(wish.order.customer.name)

    @column(gettext_lazy("Requested"), css="when")
    def requested_cell(self, wish: Cancellation) -> SafeString:
        return ago(wish.requested_at)


ANSWER = Sort("answer", gettext_lazy("Answer first"), "answer_by", descending=False)
