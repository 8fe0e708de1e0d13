"""What stops an order: reject, hold, release, cancel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.money import Money
from orders.admin.actions.verbs import actor_of, mails, refused, telling
from orders.models import Order
from orders.services.stop import cancel_order, hold_order, reject_order, release_order
from orders.terms import CancelReason, HoldReason

_BLANK = [("", gettext_lazy("Choose a reason"))]
# What only the house itself writes is no choice for a person.
_BY_STAFF = [
    choice
    for choice in CancelReason.choices
    if choice[0] not in (CancelReason.NOT_ACCEPTED, CancelReason.UNKNOWN)
]


class RejectForm(forms.Form):
    """Why the shop does not take the order."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[*_BLANK, *_BY_STAFF])


class CancelForm(RejectForm):
    """Why, and whether the customer is told."""

    notify = forms.BooleanField(label=gettext_lazy("Tell the customer"), required=False, initial=True)


class HoldForm(forms.Form):
    """Why it must wait."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[*_BLANK, *HoldReason.choices])
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


def money_back(order: Order) -> list[Text]:
    """What stopping means for the money that came in."""
    if not order.captured_total:
        return [_("No money has come in, so none goes back.")]
    amount = Money(order.captured_total, order.currency).format(get_language() or "ko")
    return [_("%(amount)s is to be given back: a task is opened for it.") % {"amount": amount}]


def _units_back(order: Order) -> list[Text]:
    units = sum(line.to_ship for line in order.lines.all())
    return [
        ngettext("%(count)d unit stays in stock.", "%(count)d units stay in stock.", units) % {"count": units}
    ]


def _stop_outcome(order: Order) -> list[Text]:
    return [*mails(order, "order.cancelled"), *money_back(order), *_units_back(order)]


def _reject(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    reject_order(order.pk, actor=actor_of(request), reason=cleaned["reason"], version=order.version)
    return _("Order %(number)s was rejected.") % {"number": order.number}


def _cancel(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    cancel_order(
        order.pk,
        actor=actor_of(request),
        reason=cleaned["reason"],
        version=order.version,
        notify=cleaned["notify"],
    )
    return _("Order %(number)s was cancelled.") % {"number": order.number}


def _hold(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    hold_order(
        order.pk,
        actor=actor_of(request),
        reason=cleaned["reason"],
        note=cleaned["note"],
        version=order.version,
    )
    return _("Order %(number)s is on hold.") % {"number": order.number}


def _hold_outcome(order: Order) -> list[Text]:
    return [_("It waits where it is until somebody releases it."), *mails(order, "order.held")]


def _release(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    release_order(order.pk, actor=actor_of(request), version=order.version)
    return _("Order %(number)s goes on.") % {"number": order.number}


STOP_ACTIONS = (
    ObjectAction(
        "release",
        gettext_lazy("Release"),
        "orders.hold_order",
        _release,
        why_not=refused("release"),
        outcome=telling("order.released"),
        tone="primary",
        hide_when_refused=True,
    ),
    ObjectAction(
        "hold",
        gettext_lazy("Hold"),
        "orders.hold_order",
        _hold,
        HoldForm,
        refused("hold"),
        _hold_outcome,
        key="h",
    ),
    ObjectAction(
        "reject",
        gettext_lazy("Reject"),
        "orders.reject_order",
        _reject,
        RejectForm,
        refused("reject"),
        _stop_outcome,
        tone="danger",
        hide_when_refused=True,
    ),
    ObjectAction(
        "cancel",
        gettext_lazy("Cancel order"),
        "orders.cancel_order",
        _cancel,
        CancelForm,
        refused("cancel"),
        _stop_outcome,
        tone="danger",
    ),
)
