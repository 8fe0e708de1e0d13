"""A source's order as drafts of the models' rows, with past times, the derived axes computed by `axes`."""

from __future__ import annotations

from dataclasses import dataclass, field

from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.copying import draft
from orders.axes import fulfilment_state, payment_state
from orders.models import Order, OrderFlag, OrderLine, Payment, Shipment, ShipmentLine
from orders.models.order import new_public_id
from orders.services.importing.batch import Entry
from orders.sources.terms import SourceOrder, SourceShipment
from orders.terms import (
    CLOSED_SHIPMENT,
    ON_THE_WAY,
    DeliveryMethod,
    OrderStatus,
    ShipmentStatus,
)

_LEFT = frozenset({*ON_THE_WAY, *CLOSED_SHIPMENT} - {ShipmentStatus.CANCELLED})
# When a hold is imported, the state that it interrupted is told by the times.
_HELD_FROM = (
    ("ready", OrderStatus.READY),
    ("preparing", OrderStatus.PREPARING),
    ("confirmed", OrderStatus.CONFIRMED),
)


@dataclass(slots=True)
class OrderRows:
    """Unsaved rows of one order."""

    order: Order
    lines: list[OrderLine]
    payments: list[Payment]
    shipments: list[Shipment] = field(default_factory=list)
    # Parallel to `shipments`: which line, how many.
    units: list[list[tuple[OrderLine, int]]] = field(default_factory=list)
    flags: list[OrderFlag] = field(default_factory=list)


def order_rows(shop: Shop, entry: Entry[SourceOrder], source: str) -> OrderRows:
    """Rows of the order with the key `entry.object_id`; the rows that hang on it have none of their own yet."""
    said = entry.parsed
    order = _order(shop, said, source, entry)
    rows = OrderRows(
        order, _lines(said, order), [_payment(order, said, i) for i in range(len(said.payments))]
    )
    for number, shipment in enumerate(said.shipments, start=1):
        rows.shipments.append(_shipment(order, shipment, number))
        rows.units.append(_units(shipment, rows.lines))
    _count_units(rows, said)
    rows.flags = [
        draft(OrderFlag, order_id=order.id, code=flag.code, detail=flag.detail[:200]) for flag in said.flags
    ]
    return rows


def _order(shop: Shop, said: SourceOrder, source: str, entry: Entry[SourceOrder]) -> Order:
    times, address = said.times, said.address
    order = draft(
        Order,
        id=entry.object_id,
        public_id=new_public_id(),
        shop_id=shop.pk,
        number=said.number,
        kind=shop.kind,
        status=said.status,
        held_from=_held_from(said),
        delivery_method=said.delivery_method or _usual_method(shop),
        currency=shop.currency,
        goods_total=said.goods,
        discount_total=said.discount,
        shipping_total=said.shipping,
        tax_total=sum(line.tax for line in said.lines),
        total=said.total,
        captured_total=sum(payment.amount for payment in said.payments if payment.captured),
        pays_later=said.pays_later,
        customer_id=entry.customer_id,
        recipient_name=address.name,
        recipient_phone=address.phone,
        country=address.country,
        postcode=address.postcode,
        address1=address.address1,
        address2=address.address2,
        customer_note=said.customer_note,
        language=shop.language,
        placed_at=times.placed,
        paid_at=times.paid,
        confirmed_at=times.confirmed,
        preparing_at=times.preparing,
        ready_at=times.ready,
        departed_at=times.departed,
        delivered_at=times.delivered,
        completed_at=times.completed,
        cancelled_at=times.cancelled if said.status == OrderStatus.CANCELLED else None,
        expired_at=times.cancelled if said.status == OrderStatus.EXPIRED else None,
        cancel_reason=said.cancel_reason,
        promised_from=times.promised_from,
        promised_until=times.promised_until,
        legal_regime=shop.legal_regime,
        source=source,
        source_ref=said.ref,
    )
    order.payment_state = payment_state(order)
    return order


def _held_from(said: SourceOrder) -> str:
    if said.status != OrderStatus.ON_HOLD:
        return ""
    known = (status for name, status in _HELD_FROM if getattr(said.times, name))
    return next(known, OrderStatus.PLACED)


def _usual_method(shop: Shop) -> str:
    return DeliveryMethod.COURIER if shop.kind == OrderKind.FOOD else DeliveryMethod.PARCEL


def _lines(said: SourceOrder, order: Order) -> list[OrderLine]:
    shares = said.discount_shares()
    return [
        draft(
            OrderLine,
            order_id=order.id,
            position=position,
            sku=line.sku,
            name=line.name,
            options=line.options,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            order_discount=share,
            tax=line.tax,
            paid=line.quantity * line.unit_price - line.discount - share,
        )
        for position, (line, share) in enumerate(zip(said.lines, shares, strict=True), start=1)
    ]


def _payment(order: Order, said: SourceOrder, i: int) -> Payment:
    payment = said.payments[i]
    return draft(
        Payment,
        order_id=order.id,
        method=payment.method,
        gateway=order.source if not payment.reference else f"{order.source}-{order.shop_id}"[:20],
        reference=payment.reference,
        currency=order.currency,
        authorised=payment.amount,
        captured=payment.amount if payment.captured else 0,
        captured_at=payment.at,
        detail=payment.detail,
    )


def _shipment(order: Order, said: SourceShipment, number: int) -> Shipment:
    handed = said.departed_at if order.delivery_method == DeliveryMethod.PARCEL else None
    return draft(
        Shipment,
        order_id=order.id,
        number=number,
        method=order.delivery_method,
        status=said.status,
        carrier=said.carrier,
        tracking_number=said.tracking_number,
        handed_over_at=handed,
        departed_at=said.departed_at,
        delivered_at=said.delivered_at,
        # The order's time stands in where the source gives none: a row must be made at some time.
        created_at=said.departed_at or order.placed_at,
    )


def _units(said: SourceShipment, lines: list[OrderLine]) -> list[tuple[OrderLine, int]]:
    if said.all_units:
        return [(line, line.quantity) for line in lines]
    return [(lines[position - 1], quantity) for position, quantity in said.units]


def _count_units(rows: OrderRows, said: SourceOrder) -> None:
    """Shipped units per line, and from them the axis."""
    delivered = 0
    for shipment, units in zip(rows.shipments, rows.units, strict=True):
        for line, quantity in units if shipment.status in _LEFT else ():
            line.shipped_quantity += quantity
            delivered += quantity if shipment.status == ShipmentStatus.DELIVERED else 0
    if said.arrived_unseen:
        for line in rows.lines:
            line.shipped_quantity = line.quantity
            delivered += line.quantity
    if said.status == OrderStatus.CANCELLED:
        for line in rows.lines:
            line.cancelled_quantity = line.quantity - line.shipped_quantity
    rows.order.fulfilment_state = fulfilment_state(rows.order, rows.lines, delivered)


def shipment_lines(rows: OrderRows) -> list[ShipmentLine]:
    """Rows that say what travels in which parcel; lines and shipments have their keys by now."""
    return [
        draft(ShipmentLine, shipment_id=shipment.id, line_id=line.id, quantity=quantity)
        for shipment, units in zip(rows.shipments, rows.units, strict=True)
        for line, quantity in units
    ]
