"""The way forward: confirm, prepare, ready, hand over, complete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.accounts.models import OrderKind
from orderdesk.console.actions import ObjectAction, Text
from orders.admin.actions.verbs import actor_of, mails, refused, telling
from orders.models import Order
from orders.services.steps import (
    complete_order,
    confirm_order,
    hand_over_at_counter,
    mark_ready,
    reopen_order,
    start_preparing,
)
from orders.terms import DeliveryMethod, OrderStatus

S = OrderStatus
# A verb is offered, greyed or not, until the order has come this far; afterwards it would only be in the way.
_OVER: dict[str, tuple[str, ...]] = {
    "confirm": (S.CONFIRMED, S.PREPARING, S.READY, S.IN_DELIVERY),
    "start_preparing": (S.PREPARING, S.READY, S.IN_DELIVERY),
    "mark_ready": (S.READY, S.IN_DELIVERY),
    "plan_shipment": (S.AWAITING_PAYMENT,),
    "assign_courier": (S.AWAITING_PAYMENT, S.IN_DELIVERY),
    "complete": (S.AWAITING_PAYMENT, S.PLACED, S.CONFIRMED, S.PREPARING, S.COMPLETED, S.CANCELLED, S.EXPIRED),
    "hold": (S.IN_DELIVERY,),
}
_ONLY_BY = {
    "hand_over_at_counter": DeliveryMethod.PICKUP,
    "assign_courier": DeliveryMethod.COURIER,
    "plan_shipment": DeliveryMethod.PARCEL,
}
_FORWARD = (
    "confirm",
    "start_preparing",
    "mark_ready",
    "hand_over_at_counter",
    "plan_shipment",
    "assign_courier",
)
_ENDED = (S.DELIVERED, S.COMPLETED, S.CANCELLED, S.EXPIRED)
_BEFORE_THE_END = frozenset({*_OVER, "hand_over_at_counter", "cancel", "hold"}) - {"complete"}


def passed(name: str, order: Order) -> bool:
    """Whether the time of a verb of the order's way is over (or not worth showing yet)."""
    if name in _ONLY_BY and order.delivery_method != _ONLY_BY[name]:
        return True
    status = order.held_from if order.status == S.ON_HOLD else order.status
    if name == "hold" and order.status == S.ON_HOLD:
        return True
    return status in _OVER.get(name, ()) or (status in _ENDED and name in _BEFORE_THE_END)


def emphasise_next(actions: Sequence[ObjectAction], order: Order) -> list[ObjectAction]:
    """The same actions, the first forward step that is possible now made the primary button."""
    ahead = [a for a in actions if a.name in _FORWARD and a.why_not(order) is None]
    return [replace(a, tone="primary") if ahead and a is ahead[0] else a for a in actions]


class ConfirmForm(forms.Form):
    """Food: how long the kitchen needs."""

    minutes = forms.TypedChoiceField(
        label=gettext_lazy("Ready in"),
        coerce=int,
        choices=[(n, gettext_lazy("%d min") % n) for n in (10, 15, 20, 25, 30, 40, 50, 60, 90)],
        initial=25,
    )

    def __init__(self, *args: Any, food: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not food:
            del self.fields["minutes"]


class ReopenForm(forms.Form):
    """Why a finished order is opened again."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))


def _food(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"food": order.kind == OrderKind.FOOD}


def _confirm(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    confirm_order(
        order.pk,
        actor=actor_of(request),
        version=order.version,
        preparation_minutes=cleaned.get("minutes") or None,
    )
    return _("Order %(number)s is confirmed.") % {"number": order.number}


def _prepare(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    start_preparing(order.pk, actor=actor_of(request), version=order.version)
    return _("Preparation of %(number)s has begun.") % {"number": order.number}


def _ready(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    mark_ready(order.pk, actor=actor_of(request), version=order.version)
    return _("Order %(number)s is ready.") % {"number": order.number}


def _ready_outcome(order: Order) -> list[Text]:
    if order.delivery_method == DeliveryMethod.PICKUP:
        return mails(order, "order.ready")
    return [_("The customer is told when it leaves, not now.")]


def _counter(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    hand_over_at_counter(order.pk, actor=actor_of(request), version=order.version)
    return _("Order %(number)s was handed over.") % {"number": order.number}


def _complete(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    complete_order(order.pk, actor=actor_of(request), version=order.version)
    return _("Order %(number)s is complete.") % {"number": order.number}


def _complete_outcome(_order: Order) -> list[Text]:
    return [_("The purchase counts as confirmed."), _("No message goes out.")]


def _reopen(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    reopen_order(order.pk, actor=actor_of(request), reason=cleaned["reason"], version=order.version)
    return _("Order %(number)s is open again.") % {"number": order.number}


def _reopen_outcome(_order: Order) -> list[Text]:
    return [
        _("It does not complete by itself any more; somebody must complete it."),
        _("No message goes out."),
    ]


FLOW_ACTIONS = (
    ObjectAction(
        "confirm",
        gettext_lazy("Confirm"),
        "orders.confirm_order",
        _confirm,
        ConfirmForm,
        refused("confirm"),
        telling("order.confirmed"),
        _food,
        key="c",
    ),
    ObjectAction(
        "start_preparing",
        gettext_lazy("Start preparing"),
        "orders.prepare_order",
        _prepare,
        why_not=refused("start_preparing"),
        outcome=telling("order.preparing"),
        key="p",
    ),
    ObjectAction(
        "mark_ready",
        gettext_lazy("Mark as ready"),
        "orders.prepare_order",
        _ready,
        why_not=refused("mark_ready"),
        outcome=_ready_outcome,
        key="r",
    ),
    ObjectAction(
        "hand_over_at_counter",
        gettext_lazy("Hand over at the counter"),
        "orders.fulfil_order",
        _counter,
        why_not=refused("hand_over_at_counter"),
        outcome=telling("order.delivered"),
    ),
    ObjectAction(
        "complete",
        gettext_lazy("Complete"),
        "orders.complete_order",
        _complete,
        why_not=refused("complete"),
        outcome=_complete_outcome,
    ),
    ObjectAction(
        "reopen",
        gettext_lazy("Open again"),
        "orders.reopen_order",
        _reopen,
        ReopenForm,
        refused("reopen"),
        _reopen_outcome,
        menu=True,
    ),
)
