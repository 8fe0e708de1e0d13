"""Cancelling by staff: which units, why, whose fault; the outcome is shown before it is confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.console.actions import ObjectAction, Preview, PreviewRow, Text
from orderdesk.money import Money
from orders.admin.actions.verbs import actor_of, mails, refused
from orders.guards import why_not
from orders.models import Order, OrderLine, Reason
from orders.quote_words import quote_rows
from orders.quotes import Quote
from orders.reasons import offered
from orders.services.cancelling.staff import StaffCancel, StaffPreview, cancel_units, preview_units
from orders.services.refunds.limits import limit_of
from orders.services.stop import reject_units
from orders.terms import Fault


def reason_choices(shop_id: int | None) -> list[Any]:
    """Leaves that staff of a shop may choose, under their branches; None: those that every shop has."""
    language = get_language() or "ko"
    rows = offered(shop_id or 0, Reason.Audience.STAFF)
    grouped = groupby(rows, key=lambda row: row.parent.label(language) if row.parent else "")
    found: list[Any] = [("", _("Choose a reason"))]
    for label, leaves in grouped:
        choices = [(row.code, row.label(language)) for row in leaves]
        found += [(label, choices)] if label else choices
    return found


class StopForm(forms.Form):
    """What rejecting and cancelling both ask."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    notify = forms.BooleanField(label=gettext_lazy("Tell the customer"), required=False, initial=True)
    restock = forms.BooleanField(
        label=gettext_lazy("The units go back to stock"), required=False, initial=True
    )
    customer_note = forms.CharField(
        label=gettext_lazy("Note to the customer"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    staff_note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=255,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        reason: Any = self.fields["reason"]
        reason.choices = reason_choices(order.shop_id)

    def wanted(self) -> StaffCancel:
        """The form as the service reads it."""
        cleaned = self.cleaned_data
        return StaffCancel(
            reason_code=cleaned["reason"],
            restock=cleaned["restock"],
            notify=cleaned["notify"],
            waive_fee=True,
            staff_note=cleaned["staff_note"],
            customer_note=cleaned["customer_note"],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            cleaned["wanted"] = self.wanted()
        return cleaned


class RejectForm(StopForm):
    """The shop does not take the order: all of it, without a fee."""

    def wanted(self) -> StaffCancel:
        return StaffCancel(**{**_values(super().wanted()), "rejected": True})


class CancelForm(StopForm):
    """Units line by line (all by default), whose fault, and the fee."""

    fields_template = "admin/orders/includes/cancel_fields.html"
    waive_fee = forms.BooleanField(label=gettext_lazy("Waive the cancellation fee"), required=False)

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, order=order, **kwargs)
        self.lines = [line for line in order.lines.all() if line.to_ship > 0]
        for line in self.lines:
            self.fields[_line_field(line)] = _units(line)
        for side, label in Fault.choices:
            self.fields[f"fault_{side}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100, required=False
            )

    @property
    def line_rows(self) -> Iterable[tuple[OrderLine, Any]]:
        """Each line beside its field."""
        return [(line, self[_line_field(line)]) for line in self.lines]

    @property
    def fault_fields(self) -> list[Any]:
        return [self[f"fault_{side}"] for side in Fault.values]

    @property
    def bad_fault(self) -> bool:
        return any(field.errors for field in self.fault_fields)

    @property
    def plain_fields(self) -> list[Any]:
        """What is asked one below the other."""
        names = ("reason", "waive_fee", "restock", "notify", "customer_note", "staff_note")
        return [self[name] for name in names]

    def wanted(self) -> StaffCancel:
        cleaned = self.cleaned_data
        # A submit that names no line at all (not even with 0) means all of them.
        named = any(_line_field(line) in self.data for line in self.lines)
        units = {line.pk: cleaned.get(_line_field(line)) or 0 for line in self.lines} if named else None
        shares = {side: cleaned.get(f"fault_{side}") for side in Fault.values}
        typed = any(share is not None for share in shares.values())
        fault = {side: share or 0 for side, share in shares.items()} if typed else None
        values = _values(super().wanted()) | {"units": units, "fault": fault}
        return StaffCancel(**values | {"waive_fee": cleaned["waive_fee"]})


def _values(wanted: StaffCancel) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in StaffCancel.__dataclass_fields__}


def _line_field(line: OrderLine) -> str:
    return f"line_{line.pk}"


def _units(line: OrderLine) -> forms.IntegerField:
    return forms.IntegerField(
        label=line.name, min_value=0, max_value=line.to_ship, initial=line.to_ship, required=False
    )


def arguments(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"order": order}


def _preview(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> Preview:
    wanted: StaffCancel = cleaned["wanted"]
    seen = preview_units(order, wanted, actor=actor_of(request))
    return Preview(
        token=seen.quote.digest(),
        rows=rows_of(order, seen.quote),
        total=seen.quote.total,
        currency=order.currency,
        sentences=[
            *_whole_or_not(seen),
            *approval(request, order, seen.quote.total),
            *_account(seen),
            *_stock(wanted, seen),
            *_telling(order, wanted, seen),
        ],
    )


def _telling(order: Order, wanted: StaffCancel, seen: StaffPreview) -> list[Text]:
    if not wanted.notify:
        return [_("The customer is not told.")]
    return mails(order, "order.cancelled" if seen.whole else "order.units_cancelled")


def rows_of(order: Order, quote: Quote) -> list[PreviewRow]:
    """The quote's items with rule and article."""
    names = {line.pk: line.name for line in order.lines.all()}
    return [
        PreviewRow(row.label, row.amount, f"{row.rule} · {row.article}" if row.article else row.rule)
        for row in quote_rows(quote, names)
    ]


def approval(request: HttpRequest, order: Order, total: int) -> list[Text]:
    """Whether a second person must let the money go."""
    limit = limit_of(order, actor_of(request), order.cancel_policy_id)
    if limit is None or total <= limit:
        return []
    words = Money(limit, order.currency).format(get_language() or "ko")
    return [_("Above your limit of %(limit)s: a second person approves the refund.") % {"limit": words}]


def _whole_or_not(seen: StaffPreview) -> list[Text]:
    return [
        _("The whole order is cancelled.") if seen.whole else _("The other units of the order stay in it.")
    ]


def _account(seen: StaffPreview) -> list[Text]:
    if not seen.needs_account:
        return []
    return [_("The payment cannot be reversed: it is paid to the customer's account by hand.")]


def _stock(wanted: StaffCancel, seen: StaffPreview) -> list[Text]:
    count = sum(seen.units.values())
    if wanted.restock:
        return [_("Units that go back to stock: %(count)d.") % {"count": count}]
    return [_("Units that do not go back to stock: %(count)d.") % {"count": count}]


def _cancel(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    row = cancel_units(
        order.pk,
        cleaned["wanted"],
        actor=actor_of(request),
        version=order.version,
        quote_digest=cleaned["token"],
    )
    if row.order.cancelled_at is None:
        return _("Units of order %(number)s were cancelled.") % {"number": order.number}
    return _("Order %(number)s was cancelled.") % {"number": order.number}


def _reject(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    reject_units(
        order.pk,
        cleaned["wanted"],
        actor=actor_of(request),
        version=order.version,
        quote_digest=cleaned["token"],
    )
    return _("Order %(number)s was rejected.") % {"number": order.number}


def _why_not_cancel(order: Order) -> Text | None:
    refusal = why_not(order, "cancel_units")
    if refusal:
        return refusal.message
    if not any(line.to_ship for line in order.lines.all()):
        return _("Every unit has left or is cancelled already.")
    return None


CANCEL_ACTIONS = (
    ObjectAction(
        "reject",
        gettext_lazy("Reject"),
        "orders.reject_order",
        _reject,
        RejectForm,
        refused("reject"),
        form_arguments=arguments,
        tone="danger",
        hide_when_refused=True,
        preview=_preview,
    ),
    ObjectAction(
        "cancel",
        gettext_lazy("Cancel"),
        "orders.cancel_order",
        _cancel,
        CancelForm,
        _why_not_cancel,
        form_arguments=arguments,
        submit=gettext_lazy("Cancel these units"),
        tone="danger",
        preview=_preview,
    ),
)
