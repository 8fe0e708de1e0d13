"""Typed builders: a row with sensible values, and only what a test cares about named."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from orderdesk import clock
from orderdesk.accounts.models import Customer, Membership, OrderKind, Shop, User
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import Actor, ActorKind
from orders.axes import payment_state
from orders.models import Order, OrderLine, Payment, Shipment, ShipmentLine
from orders.terms import DeliveryMethod, OrderStatus, PaymentMethod, ShipmentStatus

_serial = itertools.count(1)
STAFF = Actor(ActorKind.STAFF)


def make_shop(**values: Any) -> Shop:
    n = next(_serial)
    defaults: dict[str, Any] = {
        "name": f"Shop {n}",
        "slug": f"shop-{n}",
        "sender_email": f"shop{n}@example.com",
    }
    return Shop.objects.create(**defaults | values)


def make_user(shop: Shop | None = None, role: str = Role.AGENT, **values: Any) -> User:
    n = next(_serial)
    defaults: dict[str, Any] = {
        "username": f"staff{n}",
        "name": f"직원 {n}",
        "email": f"staff{n}@example.com",
    }
    user = User.objects.create_user(**defaults | {"is_staff": True} | values)
    if shop is not None:
        Membership.objects.create(user=user, shop=shop, role=role)
    return user


def make_customer(shop: Shop, **values: Any) -> Customer:
    n = next(_serial)
    defaults: dict[str, Any] = {"name": "홍길동", "email": f"buyer{n}@example.com", "phone": f"010{n:08d}"}
    return Customer.objects.create(shop=shop, **defaults | values)


def make_order(
    shop: Shop | None = None,
    *,
    status: str = OrderStatus.PLACED,
    paid: bool = True,
    quantities: tuple[int, ...] = (1,),
    unit_price: int = 10_000,
    **values: Any,
) -> Order:
    """An order with one line per quantity, paid by card unless `paid` is off."""
    shop = shop or make_shop()
    total = sum(quantities) * unit_price
    money = {"goods_total": total, "total": total, "captured_total": total if paid else 0}
    values["customer"] = values.get("customer") or make_customer(shop)
    order = Order(shop=shop, status=status, **_plain_order(shop) | money | values)
    order.payment_state = payment_state(order)
    order.save(force_insert=True)
    OrderLine.objects.bulk_create(_lines(order, quantities, unit_price))
    if paid:
        _pay_by_card(order, total)
    return order


def _plain_order(shop: Shop) -> dict[str, Any]:
    now, food = clock.now(), shop.kind == OrderKind.FOOD
    return {
        "number": f"T-{next(_serial):06d}",
        "kind": shop.kind,
        "delivery_method": DeliveryMethod.COURIER if food else DeliveryMethod.PARCEL,
        "currency": shop.currency,
        "placed_at": now,
        "legal_regime": shop.legal_regime,
        "recipient_name": "홍길동",
        "recipient_phone": "01012345678",
        "postcode": "04524",
        "address1": "서울특별시 중구 세종대로 110",
        "promised_from": now + timedelta(days=1),
        "promised_until": now + timedelta(days=2),
    }


def _lines(order: Order, quantities: tuple[int, ...], unit_price: int) -> list[OrderLine]:
    numbered = enumerate(quantities, start=1)
    price = {"unit_price": unit_price}
    return [
        OrderLine(
            order=order,
            position=i,
            name=f"면 셔츠 {i}",
            sku=f"SKU-{i}",
            quantity=q,
            paid=q * unit_price,
            **price,
        )
        for i, q in numbered
    ]


def _pay_by_card(order: Order, total: int) -> None:
    Payment.objects.create(
        order=order,
        method=PaymentMethod.CARD,
        currency=order.currency,
        authorised=total,
        captured=total,
        captured_at=order.placed_at,
        reference=f"pay-{next(_serial)}",
        gateway="test",
    )


def make_shipment(order: Order, *, status: str = ShipmentStatus.PLANNED, **values: Any) -> Shipment:
    """A shipment with every unit of the order's lines."""
    shipment = Shipment(order=order, status=status, **{"number": 1, "method": order.delivery_method} | values)
    shipment.save(force_insert=True)
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=shipment, line=line, quantity=line.quantity) for line in order.lines.all()
    )
    return shipment
