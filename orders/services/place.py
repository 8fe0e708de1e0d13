"""Placing an order: by staff (a phone order), by another program, by the demo."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Customer, OrderKind, Shop
from orderdesk.accounts.phones import phone_digits
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.money import allocate
from orderdesk.policies.calendar import calendar_of
from orderdesk.policies.opening import opening_times_of
from orderdesk.policies.statutes import STATUTES
from orderdesk.policies.timings import Timings, timings_at
from orders.axes import fulfilment_state, payment_state
from orders.models import Order, OrderLine, Payment
from orders.promise import food_promise, parcel_promise, parcel_ship_by
from orders.services.cancelling.ground import policy_in_force
from orders.services.locking import note_change
from orders.services.stock import sync_stock
from orders.terms import DeliveryMethod, OrderStatus, PaymentMethod

_PAYS_LATER = (PaymentMethod.CASH_ON_DELIVERY,)
_USUAL_PREPARATION_MINUTES = 25


@dataclass(frozen=True, slots=True)
class NewLine:
    """One product to order; amounts in minor units of the shop's currency, tax included in the price."""

    name: str
    quantity: int
    unit_price: int
    sku: str = ""
    options: str = ""
    discount: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What a customer wants: who, what, where to, how paid. Amounts in minor units."""

    customer_name: str
    lines: Sequence[NewLine]
    customer_phone: str = ""
    customer_email: str = ""
    language: str = ""
    recipient_name: str = ""
    recipient_phone: str = ""
    postcode: str = ""
    address1: str = ""
    address2: str = ""
    customer_note: str = ""
    shipping: int = 0
    order_discount: int = 0
    payment_method: str = PaymentMethod.BANK_TRANSFER
    delivery_method: str = ""
    source: str = "staff"
    source_ref: str = ""
    position: tuple[float, float] | None = field(default=None)


def place_order(shop: Shop, new: NewOrder, *, actor: Actor, at: datetime | None = None) -> Order:
    """Write a new order: `placed` when it is paid later or costs nothing, else `awaiting_payment` until captured.

    DomainError: `no_lines`, `bad_quantity`, `discount_too_big`, `no_contact`. The order is bound to the shop's law
    and to the timing policy in force.
    """
    _check(new)
    moment = at or clock.now()
    with transaction.atomic():
        customer = find_or_make_customer(shop, new)
        order = _order(shop, new, customer, moment)
        order.save(force_insert=True)
        lines = _lines(order, new)
        OrderLine.objects.bulk_create(lines)
        if order.total:
            _expect_payment(order, new)
        sync_stock(order, lines=lines)
        note_change(
            order, "order.placed" if order.status == OrderStatus.PLACED else "order.awaiting_payment", actor
        )
    return order


def _check(new: NewOrder) -> None:
    if not new.lines:
        raise DomainError("no_lines", _("An order needs at least one product."))
    if any(line.quantity < 1 or line.unit_price < 0 or line.discount < 0 for line in new.lines):
        raise DomainError(
            "bad_quantity", _("Quantities are one or more; prices and discounts are not negative.")
        )
    goods = sum(line.quantity * line.unit_price - line.discount for line in new.lines)
    if new.order_discount > goods or any(
        line.discount > line.quantity * line.unit_price for line in new.lines
    ):
        raise DomainError("discount_too_big", _("A discount is larger than what it is taken from."))
    if not (new.customer_phone or new.customer_email):
        raise DomainError(
            "no_contact", _("Give a phone number or a mail address, so that news can reach the customer.")
        )


def find_or_make_customer(shop: Shop, new: NewOrder) -> Customer:
    """The shop's customer with this mail, else this phone and name, else a new one."""
    email, phone = new.customer_email.strip().lower(), phone_digits(new.customer_phone)
    known = Customer.objects.filter(shop=shop, erased_at=None)
    found = known.filter(email=email).first() if email else None
    if found is None and phone:
        found = known.filter(phone=phone, name=new.customer_name).first()
    if found is not None:
        return found
    language = new.language or shop.language
    return Customer.objects.create(
        shop=shop, name=new.customer_name, email=email, phone=phone, language=language
    )


def new_number(shop: Shop, at: datetime) -> str:
    """Date and six random digits: easy to say on the phone, and tells nobody how many orders there are."""
    prefix = f"{shop.number_prefix}-" if shop.number_prefix else ""
    for _attempt in range(20):
        number = f"{prefix}{at.astimezone(shop.zone):%y%m%d}-{secrets.randbelow(1_000_000):06d}"
        if not Order.objects.filter(shop=shop, number=number).exists():
            return number
    raise DomainError("no_number", _("No free order number was found. Try again."))


def _order(shop: Shop, new: NewOrder, customer: Customer, at: datetime) -> Order:
    goods = sum(line.quantity * line.unit_price for line in new.lines)
    discount = sum(line.discount for line in new.lines) + new.order_discount
    total = goods - discount + new.shipping
    timings = timings_at(shop.pk, at)
    later = new.payment_method in _PAYS_LATER
    order = Order(
        shop=shop,
        number=new_number(shop, at),
        kind=shop.kind,
        status=OrderStatus.PLACED if later or total == 0 else OrderStatus.AWAITING_PAYMENT,
        currency=shop.currency,
        goods_total=goods,
        discount_total=discount,
        shipping_total=new.shipping,
        tax_total=sum(line.tax for line in new.lines),
        total=total,
        pays_later=later,
        delivery_method=new.delivery_method or _usual_method(shop),
        customer=customer,
        placed_at=at,
        legal_regime=shop.legal_regime,
        timing_policy_id=timings.policy_id,
        cancel_policy_id=policy_in_force(shop.pk, at),
        source=new.source,
        source_ref=new.source_ref,
        language=new.language or customer.language,
    )
    _address(order, new)
    set_deadlines(order, shop, timings, at)
    order.payment_state = payment_state(order)
    order.fulfilment_state = fulfilment_state(order, _lines(order, new), 0)
    return order


def _usual_method(shop: Shop) -> str:
    return DeliveryMethod.COURIER if shop.kind == OrderKind.FOOD else DeliveryMethod.PARCEL


def _address(order: Order, new: NewOrder) -> None:
    order.recipient_name = new.recipient_name or new.customer_name
    order.recipient_phone = phone_digits(new.recipient_phone or new.customer_phone)
    order.country, order.postcode = order.shop.country, new.postcode.strip()
    order.address1, order.address2, order.customer_note = new.address1, new.address2, new.customer_note
    if new.position:
        order.latitude, order.longitude = new.position


def set_deadlines(order: Order, shop: Shop, timings: Timings, at: datetime) -> None:
    """Due times and the first promise of an order that is placed (or awaits payment) at `at`."""
    if order.status == OrderStatus.AWAITING_PAYMENT:
        order.pay_by = timings.pay_by(at)
        return
    if order.kind == OrderKind.FOOD:
        # Nobody cooks or answers while the kitchen is shut: its clock runs in open minutes.
        hours = opening_times_of(shop)
        order.accept_by = hours.after(at, timings.acceptance)
        order.promised_from, order.promised_until = food_promise(
            hours.opening(at), _USUAL_PREPARATION_MINUTES
        )
        return
    order.accept_by = timings.accept_by(at)
    calendar = calendar_of(shop)
    order.promised_from, order.promised_until = parcel_promise(at, calendar)
    within = STATUTES[order.legal_regime].ship_within_business_days
    order.ship_by = (
        parcel_ship_by(at, order.promised_until, calendar.deadline(at, within), calendar) if within else None
    )


def _lines(order: Order, new: NewOrder) -> list[OrderLine]:
    worth = [line.quantity * line.unit_price - line.discount for line in new.lines]
    shares = allocate(new.order_discount, worth) if new.order_discount else [0] * len(worth)
    return [
        OrderLine(
            order=order,
            position=position,
            sku=line.sku,
            name=line.name,
            options=line.options,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            order_discount=share,
            tax=line.tax,
            paid=net - share,
        )
        for position, (line, net, share) in enumerate(zip(new.lines, worth, shares, strict=True), start=1)
    ]


def _expect_payment(order: Order, new: NewOrder) -> None:
    Payment.objects.create(
        order=order, method=new.payment_method, currency=order.currency, payer_name=new.customer_name
    )
