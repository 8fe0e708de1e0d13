"""Stock follows the orders: what a line's moves sum to is compared with what should be, and only the rest is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orders.models import Order, OrderLine, ShipmentLine, StockItem, StockMove
from orders.terms import ON_THE_WAY, OrderStatus, ShipmentStatus, StockReason

_DEAD = (OrderStatus.CANCELLED, OrderStatus.EXPIRED)


def sync_stock(order: Order, *, lines: Sequence[OrderLine] | None = None, restock: bool = True) -> None:
    """Bring the stock in line with a locked order's units; safe to repeat. Only SKUs that are counted (StockItem).

    A unit to ship is reserved, a shipped one has left the shelf. `restock` off: cancelled units are written off
    instead of being free again.
    """
    lines = list(order.lines.all()) if lines is None else lines
    skus = {line.sku for line in lines if line.sku}
    if not skus:
        return
    found = StockItem.objects.filter(shop_id=order.shop_id, sku__in=skus).order_by("sku")
    items = {item.sku: item for item in found.select_for_update()}
    counted = [line for line in lines if line.sku in items]
    if counted:
        _write(order, counted, items, restock=restock)


def _write(order: Order, lines: Sequence[OrderLine], items: dict[str, StockItem], *, restock: bool) -> None:
    known, left = _counted(lines), _departed(order)
    moves = [
        move
        for line in lines
        for move in _moves(order, line, known.get(line.pk, Counter()), left[line.pk], restock=restock)
    ]
    if not moves:
        return
    for move in moves:
        move.item = items[move.order_line.sku if move.order_line else ""]
    StockMove.objects.bulk_create(moves)
    for sku in sorted({move.item.sku for move in moves}):
        mine = [move for move in moves if move.item.sku == sku]
        StockItem.objects.filter(pk=items[sku].pk).update(
            on_hand=F("on_hand") + sum(move.on_hand for move in mine),
            reserved=F("reserved") + sum(move.reserved for move in mine),
        )


def _counted(lines: Sequence[OrderLine]) -> dict[int, Counter[str]]:
    """By line: units reserved, shipped and returned, as the moves say so far."""
    known: dict[int, Counter[str]] = {line.pk: Counter() for line in lines}
    rows = StockMove.objects.filter(order_line__in=lines).values_list(
        "order_line_id", "reason", "on_hand", "reserved"
    )
    for line_id, reason, on_hand, reserved in rows:
        known[line_id or 0]["reserved"] += reserved
        known[line_id or 0][reason] += abs(on_hand)
    return known


def _departed(order: Order) -> Counter[int]:
    """Units by line that have left, those of lost parcels that were sent again counted twice: so the shelf saw it."""
    left: Counter[int] = Counter()
    gone = (*ON_THE_WAY, ShipmentStatus.DELIVERED, ShipmentStatus.RETURNED, ShipmentStatus.LOST)
    rows = ShipmentLine.objects.filter(shipment__order=order, shipment__status__in=gone)
    for line_id, quantity in rows.values_list("line_id", "quantity"):
        left[line_id] += quantity
    return left


def _moves(
    order: Order, line: OrderLine, known: Counter[str], departed: int, *, restock: bool
) -> list[StockMove]:
    """What is missing between what was counted for the line and what its units say."""
    wanted = 0 if order.status in _DEAD else max(line.to_ship, 0)
    held, now, moves = known["reserved"], clock.now(), []
    if shipped := max(departed - known[StockReason.SHIPPED], 0):
        moves.append((StockReason.SHIPPED, -shipped, -min(shipped, held)))
        held -= min(shipped, held)
    if back := max(line.returned_quantity - known[StockReason.RETURNED], 0):
        moves.append((StockReason.RETURNED, back, 0))
    if wanted > held:
        moves.append((StockReason.RESERVED, 0, wanted - held))
    elif wanted < held:
        free = held - wanted
        moves.append((StockReason.RELEASED, 0, -free) if restock else (StockReason.WRITTEN_OFF, -free, -free))
    return [
        StockMove(order_line=line, at=now, reason=reason, on_hand=on_hand, reserved=reserved)
        for reason, on_hand, reserved in moves
    ]


@transaction.atomic
def count_stock(item_id: int, counted: int) -> StockItem:
    """Somebody has counted the shelf: `counted` units lie there. DomainError `bad_quantity`."""
    if counted < 0:
        raise DomainError("bad_quantity", _("Quantities are whole numbers from zero."))
    item = StockItem.objects.select_for_update().get(pk=item_id)
    change = counted - item.on_hand
    if change:
        StockMove.objects.create(item=item, at=clock.now(), reason=StockReason.COUNTED, on_hand=change)
        item.on_hand = counted
        item.save(update_fields=["on_hand"])
    return item
