"""Cancelling whole orders in bulk: a dry run in a fixed number of queries, then each order under its own lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Prefetch
from django.utils.functional import Promise

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.cancel_rules import Verdict
from orders.guards import why_not
from orders.models import CancelTerms, Order, ShipmentLine
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.preview import shares
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.terms import BEFORE_HANDOVER, CancelOutcome, Fault


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """One order in the dry run or the result: `refusal` is None when it goes; `amount` minor units go back."""

    order_id: int
    number: str
    refusal: str | Promise | None
    amount: int
    currency: str
    mails: int = 0


def preview_cancel(order_ids: Sequence[int]) -> list[CancelAnswer]:
    """What `cancel_many` would answer now, the fee waived; writes nothing."""
    orders = _orders(order_ids)
    policies = {order.cancel_policy_id for order in orders if order.cancel_policy_id}
    terms = {row.policy_id: row for row in CancelTerms.objects.filter(policy_id__in=policies)}
    return [_answer(order, terms) for order in orders]


def cancel_many(order_ids: Sequence[int], wanted: StaffCancel, *, actor: Actor) -> list[CancelAnswer]:
    """Cancel each order that allows it, whole and without a fee; one that refuses holds up none of the others."""
    whole = replace(wanted, units=None, waive_fee=True)
    return [_cancel(order, whole, actor) for order in _orders(order_ids)]


def _orders(order_ids: Sequence[int]) -> list[Order]:
    rows = Order.objects.filter(pk__in=order_ids).order_by("pk").select_related("shop", "customer")
    boxed = ShipmentLine.objects.select_related("shipment")
    return list(
        rows.prefetch_related("lines", "payments", "cancellations", Prefetch("shipments__lines", boxed))
    )


def _answer(order: Order, terms: dict[int, CancelTerms]) -> CancelAnswer:
    refusal = why_not(order, "cancel")
    if refusal is not None:
        return CancelAnswer(order.pk, order.number, refusal.message, 0, order.currency)
    return CancelAnswer(order.pk, order.number, None, _money(order, terms), order.currency, mails=1)


def _money(order: Order, terms: dict[int, CancelTerms]) -> int:
    ground = Ground(order, clock.now())
    known = terms.get(ground.policy_id or 0)
    # What `Ground` would ask for order by order has been read for all of them.
    ground.__dict__["terms"] = known or CancelTerms()
    ground.__dict__["boxed"] = [
        line
        for shipment in order.shipments.all()
        if shipment.status in BEFORE_HANDOVER
        for line in shipment.lines.all()
    ]
    units = {pk: line.to_ship for pk, line in ground.lines.items() if line.to_ship > 0}
    return ground.quote(units, shares(Fault.SELLER), Verdict(CancelOutcome.FREE)).total


def _cancel(order: Order, wanted: StaffCancel, actor: Actor) -> CancelAnswer:
    refusal = why_not(order, "cancel")
    if refusal is not None:
        return CancelAnswer(order.pk, order.number, refusal.message, 0, order.currency)
    try:
        row = cancel_units(order.pk, wanted, actor=actor)
    except DomainError as error:
        return CancelAnswer(order.pk, order.number, str(error), 0, order.currency)
    return CancelAnswer(order.pk, order.number, None, int(row.quote.get("total", 0)), order.currency)
