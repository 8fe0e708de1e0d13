"""Goods in the house, step by step: picked, checked (or not good enough), packed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.console.actions import ObjectAction, Text
from orders.admin.actions.verbs import actor_of, number_in
from orders.models import Order, Shipment
from orders.services import picking
from orders.terms import CheckFinding

PERMISSION = "orders.fulfil_order"
Step = Callable[..., Any]
_AGAIN, _HOLD = "again", "hold"


def shipment_in(request: HttpRequest, order: Order) -> Shipment:
    """The order's shipment that the address names (`?shipment=7`)."""
    shipment = order.shipments.filter(pk=number_in(request, "shipment")).first()
    if shipment is None:
        raise Http404
    return shipment


def step(do: Step, done: Text) -> Callable[[HttpRequest, Order, dict[str, Any]], str]:
    """A shipment service that needs no more than the shipment and who does it."""

    def perform(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
        shipment = shipment_in(request, order)
        do(shipment.pk, actor=actor_of(request))
        return str(done) % {"number": shipment.number}

    return perform


class FailedCheckForm(forms.Form):
    """What the check found, and what happens next."""

    finding = forms.ChoiceField(
        label=gettext_lazy("What was found?"),
        choices=[("", gettext_lazy("Choose a reason")), *CheckFinding.choices],
    )
    detail = forms.CharField(
        label=gettext_lazy("Note for colleagues"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What happens next?"),
        choices=[
            (_AGAIN, gettext_lazy("Pick again: there is a replacement")),
            (_HOLD, gettext_lazy("Hold the order until it is decided")),
        ],
        widget=forms.RadioSelect,
        initial=_AGAIN,
    )


def _fail(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    shipment, hold = shipment_in(request, order), cleaned["then"] == _HOLD
    picking.fail_check(
        shipment.pk,
        finding=cleaned["finding"],
        detail=cleaned["detail"].strip(),
        hold=hold,
        actor=actor_of(request),
    )
    if hold:
        return _("The check failed: the order is on hold.")
    return _("The check failed: shipment %(number)s is picked again.") % {"number": shipment.number}


def _after_failing(_order: Order) -> list[Text]:
    return [
        _("The shipment goes back to picking; what was picked and checked is done anew."),
        _("Units without a replacement are taken out afterwards with “Units are missing”."),
    ]


CHECK_STEPS = (
    ObjectAction(
        "pick",
        gettext_lazy("Picked"),
        PERMISSION,
        step(picking.pick, gettext_lazy("Shipment %(number)s is picked.")),
    ),
    ObjectAction(
        "pass_check",
        gettext_lazy("Check passed"),
        PERMISSION,
        step(picking.pass_check, gettext_lazy("Shipment %(number)s passed the check.")),
    ),
    ObjectAction(
        "fail_check",
        gettext_lazy("Check failed"),
        PERMISSION,
        _fail,
        FailedCheckForm,
        outcome=_after_failing,
        tone="danger",
    ),
    ObjectAction(
        "pack",
        gettext_lazy("Packed"),
        PERMISSION,
        step(picking.pack, gettext_lazy("Shipment %(number)s is packed.")),
    ),
)
