"""Bulk actions of the order list: a dry run per row, then a result per row."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.models import User
from orderdesk.console.bulk import BulkAction, BulkRow, Step
from orderdesk.console.marks import money_words
from orderdesk.events.actor import Actor
from orders.admin.actions.cancelling import reason_choices
from orders.models import Order
from orders.services.bulk import Answer, perform_bulk, preview_bulk
from orders.services.bulk_cancel import CancelAnswer, cancel_many, preview_cancel
from orders.services.bulk_desk import assign_many, tag_many
from orders.services.cancelling.staff import StaffCancel

PERMISSION = "orders.bulk_order"


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff behind the request."""
    return Actor.staff(int(request.user.pk or 0))


def _rows(answers: Iterable[Answer]) -> list[BulkRow]:
    return [BulkRow(a.order_id, a.number, a.refusal is None, a.refusal or "", a.mails) for a in answers]


def _verb(verb: str) -> tuple[Step, Step]:
    def preview(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
        return _rows(preview_bulk(ids, verb))

    def perform(request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
        return _rows(perform_bulk(ids, verb, actor=actor_of(request)))

    return preview, perform


class CancelManyForm(forms.Form):
    """Why, and what the customers read; whole orders, without a fee."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    notify = forms.BooleanField(label=gettext_lazy("Tell the customers"), required=False, initial=True)
    restock = forms.BooleanField(
        label=gettext_lazy("The units go back to stock"), required=False, initial=True
    )
    customer_note = forms.CharField(
        label=gettext_lazy("Note to the customers"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.choices = reason_choices(None)


def _money_rows(answers: Iterable[CancelAnswer], sentence: str) -> list[BulkRow]:
    return [
        BulkRow(
            a.order_id,
            a.number,
            a.refusal is None,
            a.refusal or sentence % {"amount": money_words(a.amount, a.currency)},
            a.mails,
        )
        for a in answers
    ]


def _preview_cancel(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
    return _money_rows(preview_cancel(ids), _("%(amount)s goes back"))


def _cancel(request: HttpRequest, ids: list[int], cleaned: dict[str, Any]) -> list[BulkRow]:
    wanted = StaffCancel(
        cleaned["reason"],
        restock=cleaned["restock"],
        notify=cleaned["notify"],
        customer_note=cleaned["customer_note"],
    )
    return _money_rows(cancel_many(ids, wanted, actor=actor_of(request)), _("%(amount)s goes back"))


class AssignManyForm(forms.Form):
    """Who takes the orders."""

    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("name"),
        label=gettext_lazy("Assign to"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )


class TagManyForm(forms.Form):
    """Words to add."""

    tags = forms.CharField(
        label=gettext_lazy("Tags to add"), max_length=200, help_text=gettext_lazy("Separated by commas.")
    )


def _all_fit(note: Callable[[], str]) -> Step:
    def preview(_request: HttpRequest, ids: list[int], _cleaned: dict[str, Any]) -> list[BulkRow]:
        rows = Order.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "number")
        return [BulkRow(pk, number, ok=True, note=note()) for pk, number in rows]

    return preview


def _assign(request: HttpRequest, ids: list[int], cleaned: dict[str, Any]) -> list[BulkRow]:
    person = cleaned["person"]
    return _rows(assign_many(ids, person.pk if person else None, actor=actor_of(request)))


def _tag(request: HttpRequest, ids: list[int], cleaned: dict[str, Any]) -> list[BulkRow]:
    return _rows(tag_many(ids, cleaned["tags"].split(","), actor=actor_of(request)))


BULK_ACTIONS = (
    BulkAction("confirm", gettext_lazy("Confirm"), PERMISSION, *_verb("confirm"), tone="primary"),
    BulkAction("start_preparing", gettext_lazy("Start preparing"), PERMISSION, *_verb("start_preparing")),
    BulkAction("complete", gettext_lazy("Complete"), PERMISSION, *_verb("complete")),
    BulkAction(
        "cancel",
        gettext_lazy("Cancel"),
        PERMISSION,
        _preview_cancel,
        _cancel,
        CancelManyForm,
        tone="danger",
    ),
    BulkAction(
        "assign",
        gettext_lazy("Assign"),
        PERMISSION,
        _all_fit(lambda: _("goes to the colleague you choose")),
        _assign,
        AssignManyForm,
    ),
    BulkAction(
        "tag",
        gettext_lazy("Tag"),
        PERMISSION,
        _all_fit(lambda: _("gets the tags you type")),
        _tag,
        TagManyForm,
    ),
)
