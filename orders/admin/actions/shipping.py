"""Parcels and couriers from the order's page; the shipping desk does many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.errors import DomainError
from orders.admin.actions.checks import CHECK_STEPS, shipment_in, step
from orders.admin.actions.verbs import actor_of, mails, number_in
from orders.carriers import carriers
from orders.guards import HELD
from orders.models import Order, Shipment
from orders.services import fates, picking
from orders.services.courier import assign_courier, courier_departs
from orders.services.links import courier_link
from orders.services.shipments import cancel_shipment, free_units, free_units_in_hand, plan_shipment
from orders.services.waybills import enter_waybill, hand_over, waybill_doubt
from orders.shipment_guards import SHIPPABLE, why_not_plan
from orders.terms import BEFORE_HANDOVER, DeliveryMethod, OrderStatus

PERMISSION = "orders.fulfil_order"


def not_shippable(order: Order) -> Text | None:
    """Why no shipment can be made now."""
    if order.status == OrderStatus.ON_HOLD:
        return HELD.message
    if order.status not in SHIPPABLE:
        return _("Only confirmed orders that are not closed can be shipped.")
    return None


class PlanForm(forms.Form):
    """How many units of each line travel together; all that are free stand there already."""

    def __init__(self, *args: Any, order: Order, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.free = free_units(order)
        for line in order.lines.all():
            if line.pk in self.free:
                self.fields[f"line_{line.pk}"] = forms.IntegerField(
                    label=f"{line.name} {line.options}".strip(),
                    min_value=0,
                    max_value=self.free[line.pk],
                    initial=self.free[line.pk],
                )

    def units(self) -> dict[int, int]:
        """Units by line id."""
        return {pk: self.cleaned_data[f"line_{pk}"] for pk in self.free}

    def clean(self) -> dict[str, Any]:
        super().clean()
        return {"units": self.units() if not self.errors else {}}


def _order_argument(_request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"order": order}


def _not_plannable(order: Order) -> Text | None:
    refusal = why_not_plan(order, free_units_in_hand(order))
    return refusal.message if refusal else None


def _plan(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    shipment = plan_shipment(order.pk, cleaned["units"], actor=actor_of(request), version=order.version)
    return _("Shipment %(number)s is planned.") % {"number": shipment.number}


class CourierForm(forms.Form):
    """Who brings it."""

    name = forms.CharField(label=gettext_lazy("Courier's name"), max_length=60)
    phone = forms.CharField(label=gettext_lazy("Courier's phone"), max_length=20, required=False)


def _not_by_courier(order: Order) -> Text | None:
    if order.delivery_method != DeliveryMethod.COURIER:
        return _("This order goes by parcel, not by courier.")
    if any(shipment.status in BEFORE_HANDOVER for shipment in order.shipments.all()):
        return not_shippable(order)
    return _not_plannable(order)


def _assign(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    shipment = assign_courier(
        order.pk,
        name=cleaned["name"],
        phone=cleaned["phone"],
        actor=actor_of(request),
        version=order.version,
    )
    return _("%(name)s brings it. Link for the courier: %(link)s") % {
        "name": shipment.courier_name,
        "link": courier_link(shipment),
    }


def _link(request: HttpRequest, order: Order, _cleaned: dict[str, Any]) -> str:
    return _("Link for the courier: %(link)s") % {"link": courier_link(shipment_in(request, order))}


class WaybillForm(forms.Form):
    """Carrier and number as they stand on the label."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    number = forms.CharField(label=gettext_lazy("Waybill number"), max_length=40)
    leaves = forms.BooleanField(
        label=gettext_lazy("The carrier has taken it"),
        required=False,
        help_text=gettext_lazy("Then the order is in delivery and the customer is told."),
    )

    def __init__(self, *args: Any, shipment: Shipment | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "ko"
        field: Any = self.fields["carrier"]
        field.choices = [(code, carrier.name(language)) for code, carrier in carriers().items()]
        if shipment is not None:
            self.initial = {"carrier": shipment.carrier, "number": shipment.tracking_number}


def _waybill_arguments(request: HttpRequest, order: Order) -> dict[str, Any]:
    return {"shipment": order.shipments.filter(pk=number_in(request, "shipment")).first()}


def _waybill(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    shipment, actor = shipment_in(request, order), actor_of(request)
    entered = enter_waybill(shipment.pk, carrier=cleaned["carrier"], number=cleaned["number"], actor=actor)
    answer = _("The waybill is entered.")
    if cleaned["leaves"] and shipment.status in BEFORE_HANDOVER:
        hand_over(shipment.pk, actor=actor)
        answer = _("The waybill is entered and the parcel has left.")
    return f"{answer} {waybill_doubt(entered.carrier, entered.tracking_number)}".strip()


class MissingForm(forms.Form):
    """How many units are not there."""

    def __init__(self, *args: Any, shipment: Shipment | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(shipment.lines.select_related("line")) if shipment else []
        for row in self.rows:
            self.fields[f"line_{row.line_id}"] = forms.IntegerField(
                label=_("Missing of %(product)s (%(count)d)")
                % {"product": row.line.name, "count": row.quantity},
                min_value=0,
                max_value=row.quantity,
                initial=0,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = {row.line_id: cleaned.get(f"line_{row.line_id}") or 0 for row in self.rows}
        return {"missing": {pk: count for pk, count in missing.items() if count}}


def _short(request: HttpRequest, order: Order, cleaned: dict[str, Any]) -> str:
    if not cleaned["missing"]:
        raise DomainError("none_missing", _("Say how many units are missing."))
    picking.short_ship(shipment_in(request, order).pk, cleaned["missing"], actor=actor_of(request))
    return _("The missing units are cancelled.")


def _departs(order: Order) -> list[Text]:
    if order.status == OrderStatus.IN_DELIVERY:
        return [_("The order is in delivery already; no message goes out.")]
    return [_("The order is in delivery."), *mails(order, "order.departed")]


def _arrives(order: Order) -> list[Text]:
    return [_("When nothing else is on its way, the order is delivered."), *mails(order, "order.delivered")]


def _asks(_order: Order) -> list[Text]:
    return [_("A task is opened: send again or refund.")]


ORDER_SHIPPING = (
    ObjectAction(
        "plan_shipment",
        gettext_lazy("Make a shipment"),
        PERMISSION,
        _plan,
        PlanForm,
        _not_plannable,
        form_arguments=_order_argument,
        key="s",
    ),
    ObjectAction(
        "assign_courier",
        gettext_lazy("Assign a courier"),
        PERMISSION,
        _assign,
        CourierForm,
        _not_by_courier,
        key="d",
    ),
)
SHIPMENT_STEPS = (
    *CHECK_STEPS,
    ObjectAction(
        "waybill",
        gettext_lazy("Waybill"),
        PERMISSION,
        _waybill,
        WaybillForm,
        form_arguments=_waybill_arguments,
    ),
    ObjectAction(
        "hand_over",
        gettext_lazy("Handed to the carrier"),
        PERMISSION,
        step(hand_over, gettext_lazy("Shipment %(number)s was handed to the carrier.")),
        outcome=_departs,
        tone="primary",
    ),
    ObjectAction(
        "short_ship",
        gettext_lazy("Units are missing"),
        PERMISSION,
        _short,
        MissingForm,
        form_arguments=_waybill_arguments,
        tone="danger",
    ),
    ObjectAction("courier_link", gettext_lazy("Courier's link"), PERMISSION, _link),
    ObjectAction(
        "courier_departs",
        gettext_lazy("Courier left"),
        PERMISSION,
        step(courier_departs, gettext_lazy("The courier is on the way with shipment %(number)s.")),
        outcome=_departs,
        tone="primary",
    ),
    ObjectAction(
        "delivered",
        gettext_lazy("Delivered"),
        PERMISSION,
        step(fates.deliver_by_hand, gettext_lazy("Shipment %(number)s is delivered.")),
        outcome=_arrives,
    ),
    ObjectAction(
        "lost",
        gettext_lazy("Lost"),
        PERMISSION,
        step(fates.report_lost, gettext_lazy("Shipment %(number)s is reported lost.")),
        outcome=_asks,
        tone="danger",
    ),
    ObjectAction(
        "came_back",
        gettext_lazy("Came back"),
        PERMISSION,
        step(fates.come_back, gettext_lazy("Shipment %(number)s came back.")),
        outcome=_asks,
    ),
    ObjectAction(
        "reship",
        gettext_lazy("Send again"),
        PERMISSION,
        step(fates.reship, gettext_lazy("The units of shipment %(number)s are planned again.")),
    ),
    ObjectAction(
        "cancel_shipment",
        gettext_lazy("Undo the shipment"),
        PERMISSION,
        step(
            cancel_shipment, gettext_lazy("Shipment %(number)s is cancelled; its units can be shipped anew.")
        ),
    ),
)
SHIPPING_ACTIONS = (*ORDER_SHIPPING, *SHIPMENT_STEPS)
