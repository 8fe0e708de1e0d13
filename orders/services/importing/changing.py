"""An order that was imported before and whose document has changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from orderdesk.copying import instance
from orderdesk.errors import NotFound
from orderdesk.events.actor import SOURCE
from orderdesk.events.models import Event
from orderdesk.events.recording import record_past
from orders.models import Order, OrderFlag, OrderLine, Payment, Shipment, ShipmentLine
from orders.services.importing.batch import Batch, Entry, reject_document
from orders.services.importing.history import history_of
from orders.services.importing.rows import OrderRows, order_rows, shipment_lines
from orders.services.locking import SUBJECT, locked_order, note_change, save_change
from orders.sources.terms import Reject, SourceOrder
from orders.terms import OPEN_STATUSES, OrderStatus

S = OrderStatus
_OURS = {
    "id",
    "shop",
    "public_id",
    "status",
    "version",
    "revision",
    "staff_note",
    "assigned_to",
    "timing_policy",
    "latitude",
    "longitude",
    "language",
    "pay_by",
    "accept_by",
    "ship_by",
    "complete_after",
    "preparation_minutes",
}
_COLUMNS = tuple(field.name for field in Order._meta.concrete_fields if field.name not in _OURS)
# The edges of an order's life in their order: from which state, by which transition.
_EDGES: tuple[tuple[str, Callable[[Order, datetime], None]], ...] = (
    (S.AWAITING_PAYMENT, Order.place),
    (S.PLACED, Order.confirm),
    (S.CONFIRMED, Order.start_preparing),
    (S.PREPARING, Order.mark_ready),
    (S.READY, Order.depart),
    (S.IN_DELIVERY, Order.deliver),
    (S.DELIVERED, Order.complete),
)
_LADDER = [source for source, _step in _EDGES] + [S.COMPLETED]


def change_order(batch: Batch, entry: Entry[SourceOrder]) -> Reject | None:
    """Bring the order to what its document now says, under its lock and along legal edges; a Reject if that cannot be.

    An order on which staff have worked since the import is left as it is.
    """
    try:
        with locked_order(entry.object_id) as order:
            if entry.known is None or order.version != entry.known.version:
                return reject_document(entry.document, "changed_here")
            rows = _instances(order_rows(batch.shop, entry, batch.source))
            if not _move(order, rows.order):
                now, wanted = order.get_status_display(), rows.order.get_status_display()
                return reject_document(entry.document, "not_possible", now=str(now), wanted=str(wanted))
            _take_over(order, rows)
            entry.known.version = order.version
    except NotFound:
        return reject_document(entry.document, "changed_here")
    return None


def _instances(rows: OrderRows) -> OrderRows:
    """The drafts as instances; lines are told by the parcels' units too, so their identity is kept."""
    lines = {id(line): instance(line, OrderLine) for line in rows.lines}
    return OrderRows(
        order=instance(rows.order, Order),
        lines=list(lines.values()),
        payments=[instance(payment, Payment) for payment in rows.payments],
        shipments=[instance(shipment, Shipment) for shipment in rows.shipments],
        units=[[(lines[id(line)], quantity) for line, quantity in units] for units in rows.units],
        flags=rows.flags,
    )


def _move(order: Order, wanted: Order) -> bool:
    """Walk the edges from one status to the other, none when they are the same; False when no path leads there."""
    if order.status == wanted.status:
        return True
    if wanted.status == S.CANCELLED and order.status in OPEN_STATUSES and order.status != S.IN_DELIVERY:
        order.cancel(wanted.placed_at, wanted.cancel_reason)
        return True
    if wanted.status == S.EXPIRED and order.status == S.AWAITING_PAYMENT:
        order.expire(wanted.placed_at)
        return True
    if order.status not in _LADDER or wanted.status not in _LADDER:
        return False
    here, there = _LADDER.index(order.status), _LADDER.index(wanted.status)
    for _source, step in _EDGES[here:there]:
        step(order, wanted.placed_at)
    return there > here


def _take_over(order: Order, rows: OrderRows) -> None:
    for name in _COLUMNS:
        setattr(order, name, getattr(rows.order, name))
    # A transition stamps the steps it passes; the file alone says when they were.
    save_change(order, ["status", *_COLUMNS])
    _rewrite_lines(order, rows)
    _rewrite_payments(order, rows)
    _rewrite_shipments(order, rows)
    order.flags.all().delete()
    OrderFlag.objects.bulk_create([instance(flag, OrderFlag) for flag in rows.flags])
    _note_history(order, rows)


def _rewrite_lines(order: Order, rows: OrderRows) -> None:
    """By position: credits and parcels keep pointing at the line they meant."""
    ShipmentLine.objects.filter(line__order=order).delete()
    order.lines.filter(position__gt=len(rows.lines)).delete()
    kept = dict(order.lines.values_list("position", "pk"))
    returned = dict(order.lines.values_list("pk", "returned_quantity"))
    for line in rows.lines:
        line.pk = kept.get(line.position)
        line.returned_quantity = returned.get(line.pk, 0)
        line.save(force_insert=line.pk is None, force_update=line.pk is not None)


def _rewrite_payments(order: Order, rows: OrderRows) -> None:
    kept = list(order.payments.order_by("pk").values_list("pk", flat=True))
    Payment.objects.filter(pk__in=kept[len(rows.payments) :]).delete()
    for i, payment in enumerate(rows.payments):
        payment.pk = kept[i] if i < len(kept) else None
        payment.save()


def _rewrite_shipments(order: Order, rows: OrderRows) -> None:
    order.shipments.filter(number__gt=len(rows.shipments), tracking_events=None).delete()
    kept = dict(order.shipments.values_list("number", "pk"))
    for shipment in rows.shipments:
        shipment.pk = kept.get(shipment.number)
        shipment.save(force_insert=shipment.pk is None, force_update=shipment.pk is not None)
    ShipmentLine.objects.bulk_create([instance(unit, ShipmentLine) for unit in shipment_lines(rows)])


def _note_history(order: Order, rows: OrderRows) -> None:
    """Add the facts of the past that were not known yet, without reactions, and that the import changed the order."""
    told = set(Event.objects.filter(subject_kind=SUBJECT, subject_id=order.pk).values_list("kind", "at"))
    kinds = {kind for kind, _at in told}
    new = [
        fact
        for fact in history_of(rows)
        if (fact.kind, fact.at) not in told and (fact.data.get("time_known", True) or fact.kind not in kinds)
    ]
    record_past(new)
    note_change(order, "order.import_changed", SOURCE)
