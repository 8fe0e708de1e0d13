"""What a decided cancellation does, on an order whose lock the caller holds: units, parcels, money, stock, events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record_many
from orders.axes import fulfilment_state, payment_state
from orders.errors import TransitionRefused
from orders.guards import why_not
from orders.models import Cancellation, Hold, Order, OrderLine, Shipment, ShipmentLine
from orders.quotes import Quote
from orders.services.answered import settle_unanswered
from orders.services.cancelling.ground import Ground
from orders.services.locking import SUBJECT, save_change
from orders.services.refunds.request import RefundRequest, request_locked
from orders.services.refunds.splitting import refundable
from orders.services.steps import deliver_locked
from orders.services.stock import sync_stock
from orders.services.tasks import open_task
from orders.terms import OrderStatus, RefundSource, ShipmentStatus, TaskKind

_WHOLE = (
    "status",
    "cancelled_at",
    "cancel_reason",
    "pay_by",
    "accept_by",
    "ship_by",
    "held_from",
    "kept_fee",
)
# Before anything is off the shelf a parcel simply loses units; later a person takes them out of it.
_EARLY = (ShipmentStatus.PLANNED, ShipmentStatus.PICKING, ShipmentStatus.COURIER_ASSIGNED)


@dataclass(frozen=True, slots=True)
class Effect:
    """How a decided cancellation is carried out."""

    units: Mapping[int, int]
    quote: Quote
    rejected: bool = False


def require_units(ground: Ground, units: Mapping[int, int]) -> None:
    """TransitionRefused by the guard of the whole order or of some of its units."""
    ground.read_parcels()
    refusal = why_not(ground.order, "cancel" if ground.takes_all(units) else "cancel_units")
    if refusal:
        raise TransitionRefused(refusal.code, refusal.message)


def carry_out(cancellation: Cancellation, ground: Ground, effect: Effect, *, actor: Actor) -> None:
    """Complete an approved cancellation: its units are gone, its money is asked for, everybody is told.

    The caller saves nothing: the cancellation, the order, its lines and parcels are written here. TransitionRefused.
    """
    order, units = ground.order, effect.units
    require_units(ground, units)
    whole, owed = ground.takes_all(units), order.owed
    cancellation.complete()
    cancellation.quote = effect.quote.as_json()
    _take_units(ground, units)
    _take_out_of_parcels(ground)
    fields = _close(order, cancellation, actor) if whole else ["cancelled_total"]
    if whole:
        order.kept_fee = max(owed - effect.quote.worth, 0)
    else:
        order.cancelled_total += effect.quote.worth
    cancellation.save()
    _ask_for_money(ground, cancellation, effect.quote, actor)
    order.payment_state = payment_state(order)
    order.fulfilment_state = fulfilment_state(order, ground.lines.values(), _delivered(order))
    save_change(order, [*fields, "payment_state", "fulfilment_state"])
    if ground.has_stock:
        sync_stock(order, lines=list(ground.lines.values()), restock=cancellation.restock)
    _tell(cancellation, order, effect, actor, whole=whole)
    # The units that delivery still waited for may be the ones that are gone now.
    deliver_locked(order, actor=actor, at=clock.now())


def _take_units(ground: Ground, units: Mapping[int, int]) -> None:
    lines = [ground.lines[pk] for pk in units]
    for line in lines:
        line.cancelled_quantity += units[line.pk]
    OrderLine.objects.bulk_update(lines, ["cancelled_quantity"])


def _take_out_of_parcels(ground: Ground) -> None:
    """Parcels that are not picked lose the units; one that is left with nothing to ship is given up."""
    room = {pk: line.to_ship for pk, line in ground.lines.items()}
    kept: Counter[int] = Counter()
    fewer: list[ShipmentLine] = []
    none: list[ShipmentLine] = []
    for row in sorted(ground.boxed, key=lambda row: (row.shipment.status in _EARLY, row.pk)):
        fits = min(row.quantity, room[row.line_id])
        room[row.line_id] -= fits
        kept[row.shipment_id] += fits
        if fits < row.quantity and row.shipment.status in _EARLY:
            row.quantity, was = fits, none if not fits else fewer
            was.append(row)
    stay = [row for row in none if kept[row.shipment_id]]
    if fewer:
        ShipmentLine.objects.bulk_update(fewer, ["quantity"])
    if stay:
        ShipmentLine.objects.filter(pk__in=[row.pk for row in stay]).delete()
    _give_up({row.shipment_id: row.shipment for row in ground.boxed if not kept[row.shipment_id]}.values())


def _give_up(shipments: Collection[Shipment]) -> None:
    for shipment in shipments:
        shipment.cancel()
    if shipments:
        Shipment.objects.bulk_update(shipments, ["status"])


def _close(order: Order, cancellation: Cancellation, actor: Actor) -> list[str]:
    """The whole order is cancelled: its status and the times that nobody waits for any more."""
    now, was_held = clock.now(), order.status == OrderStatus.ON_HOLD
    unanswered = order.status == OrderStatus.PLACED and order.accept_by is None
    order.cancel(now, cancellation.reason.code if cancellation.reason else "")
    if was_held:
        order.held_from = ""
        Hold.objects.filter(order=order, released_at=None).update(
            released_at=now, released_by_id=actor.user_id
        )
    if unanswered:
        settle_unanswered([order], actor=actor)
    return list(_WHOLE)


def _delivered(order: Order) -> int:
    if order.departed_at is None:
        return 0
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__status=ShipmentStatus.DELIVERED)
    return sum(rows.values_list("quantity", flat=True))


def _ask_for_money(ground: Ground, cancellation: Cancellation, quote: Quote, actor: Actor) -> None:
    order = ground.order
    if quote.total <= 0:
        return
    payments = ground.payments
    if not refundable(payments):
        # History knows the sum but not the payments: a person must find the way back.
        open_task(order, TaskKind.REFUND)
        return
    wanted = RefundRequest(
        cause=f"cancel:{cancellation.pk}",
        source=RefundSource.CANCEL,
        quote=quote,
        reason=cancellation.reason.code if cancellation.reason else "",
        policy_id=cancellation.policy_id,
        cancellation_id=cancellation.pk,
        account_id=cancellation.account_id,
        due_from=cancellation.requested_at,
    )
    request_locked(order, wanted, actor=actor, payments=payments, lines=list(ground.lines.values()))


def _tell(cancellation: Cancellation, order: Order, effect: Effect, actor: Actor, *, whole: bool) -> None:
    reason = cancellation.reason.code if cancellation.reason else ""
    shared = {"cancellation": cancellation.pk, "reason": reason, "notify": cancellation.notify}
    facts = [
        Fact("cancellation.completed", order.shop_id, (SUBJECT, order.pk), actor, {**shared, "whole": whole}),
        Fact(
            "order.cancelled" if whole else "order.units_cancelled",
            order.shop_id,
            (SUBJECT, order.pk),
            actor,
            {
                **shared,
                "units": {str(pk): quantity for pk, quantity in sorted(effect.units.items())},
                "amount": effect.quote.total,
                "fault": fault_of(cancellation),
                **({"rejected": effect.rejected} if whole else {}),
            },
        ),
    ]
    record_many(facts)


def fault_of(cancellation: Cancellation) -> dict[str, int]:
    """Shares in per cent, as quotes read them."""
    return {
        "buyer": cancellation.fault_buyer,
        "seller": cancellation.fault_seller,
        "carrier": cancellation.fault_carrier,
        "platform": cancellation.fault_platform,
    }


NOT_OPEN = TransitionRefused("not_open", _("This request has been settled already."))
