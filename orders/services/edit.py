"""Changes before packing: address, phone, options, fewer units; what changed stands on the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Customer
from orderdesk.accounts.phones import phone_digits
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orders.axes import payment_state, refresh_fulfilment
from orders.models import Order, OrderLine
from orders.services.locking import locked_order, note_change, require, save_change
from orders.services.stock import sync_stock
from orders.services.tasks import open_task
from orders.terms import PaymentState, TaskKind

ADDRESS_FIELDS = ("recipient_name", "recipient_phone", "postcode", "address1", "address2", "customer_note")


def change_address(
    order_id: int, values: Mapping[str, str], *, actor: Actor, version: int | None = None
) -> Order:
    """Set the given ADDRESS_FIELDS; the event names the fields, never the values (they are personal data)."""
    with locked_order(order_id, version=version) as order:
        require(order, "edit")
        wanted = {f: _as_stored(f, values[f]) for f in ADDRESS_FIELDS if f in values}
        changed = [f for f, value in wanted.items() if value != getattr(order, f)]
        for name in changed:
            setattr(order, name, wanted[name])
        if changed:
            save_change(order, changed)
            note_change(order, "order.address_changed", actor, fields=changed)
    return order


def _as_stored(field: str, value: str) -> str:
    return phone_digits(value) if field == "recipient_phone" else value.strip()


def change_line(
    order_id: int,
    line_id: int,
    *,
    actor: Actor,
    options: str | None = None,
    quantity: int | None = None,
    version: int | None = None,
) -> Order:
    """Other options, or fewer units (≥ 1), of one line; the money follows by the line's own price, cumulatively rounded.

    DomainError `quantity_up`: more units are a new order.
    """
    with locked_order(order_id, version=version) as order:
        require(order, "edit")
        line = order.lines.get(pk=line_id)
        data: dict[str, Any] = {"line": line.pk}
        if options is not None and options != line.options:
            data["options"] = [line.options, options]
            line.options = options
        if quantity is not None and quantity != line.quantity:
            data["quantity"] = [line.quantity, quantity]
            _fewer(order, line, quantity)
        if len(data) > 1:
            line.save()
            _write_totals(order, actor)
            sync_stock(order)
            note_change(order, "order.line_changed", actor, **data)
    return order


def _fewer(order: Order, line: OrderLine, quantity: int) -> None:
    if not 1 <= quantity < line.quantity:
        raise DomainError(
            "quantity_up", _("Only fewer units are possible, at least one. More units are a new order.")
        )
    if quantity < line.cancelled_quantity + line.shipped_quantity:
        raise DomainError("quantity_up", _("Some of these units have been cancelled or shipped already."))
    if line.cancelled_quantity or line.refund_held:
        raise DomainError(
            "partly_cancelled", _("Units of this product were cancelled; cancel further ones the same way.")
        )
    before = (line.quantity * line.unit_price, line.discount + line.order_discount, line.tax)
    for name in ("discount", "order_discount", "tax"):
        setattr(line, name, getattr(line, name) * quantity // line.quantity)
    line.quantity = quantity
    goods, discount = quantity * line.unit_price, line.discount + line.order_discount
    line.paid = goods - discount
    order.goods_total += goods - before[0]
    order.discount_total += discount - before[1]
    order.tax_total += line.tax - before[2]
    order.total += line.paid - (before[0] - before[1])


def _write_totals(order: Order, actor: Actor) -> None:
    order.payment_state = payment_state(order)
    refresh_fulfilment(order)
    save_change(
        order, ["goods_total", "discount_total", "tax_total", "total", "payment_state", "fulfilment_state"]
    )
    if order.payment_state == PaymentState.OVERPAID:
        open_task(order, TaskKind.REFUND, actor=actor)


def correct_contact(
    order_id: int, *, actor: Actor, email: str | None = None, phone: str | None = None
) -> Customer:
    """Correct a customer's mistyped mail or phone; possible in every state, recorded without the values."""
    with locked_order(order_id) as order:
        customer = Customer.objects.select_for_update().get(pk=order.customer_id)
        wanted = {"email": email, "phone": phone}
        changed = [
            name for name, value in wanted.items() if value is not None and value != getattr(customer, name)
        ]
        for name in changed:
            setattr(customer, name, wanted[name])
        if changed:
            customer.save()
            save_change(order, [])
            note_change(order, "customer.contact_corrected", actor, fields=changed)
    return customer


def write_staff_note(order_id: int, text: str, *, actor: Actor, version: int | None = None) -> Order:
    """Replace the order's staff-only note."""
    with locked_order(order_id, version=version) as order:
        order.staff_note = text
        save_change(order, ["staff_note"])
        note_change(order, "order.staff_note_changed", actor)
    return order
