"""What stops an order for a while: hold, release."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.console.actions import ObjectAction, Text
from orders.admin.actions.verbs import actor_of, mails, refused, telling
from orders.models import Order
from orders.services.stop import hold_order, release_order
from orders.terms import HoldReason

_BLANK = [("", gettext_lazy("Choose a reason"))]


class HoldForm(forms.Form):
    """Why it must wait."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=[*_BLANK, *HoldReason.choices])
    note = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


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
)
