"""Money that comes in: recording a capture, and finding the order that a bank deposit pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError, NotFound
from orderdesk.events.actor import SYSTEM, Actor
from orderdesk.policies.timings import timings_of
from orders.axes import payment_state
from orders.guards import why_not
from orders.models import Deposit, Order, Payment
from orders.models.order import OrderQuerySet
from orders.models.payment import BANK, bank_reference
from orders.services.locking import locked_order, note_change, save_change
from orders.services.place import set_deadlines
from orders.services.tasks import open_task
from orders.terms import OrderStatus, PaymentMethod, PaymentState, TaskKind

OTHER_AMOUNT = _("This bank reference was stored before with another amount.")
_TRANSFERS = (PaymentMethod.BANK_TRANSFER, PaymentMethod.VIRTUAL_ACCOUNT)


@dataclass(frozen=True, slots=True)
class Capture:
    """Money received for an order: minor units of the order's currency; `reference` is the gateway's own and unique."""

    amount: int
    method: str
    gateway: str = "manual"
    reference: str = ""
    detail: str = ""
    payer_name: str = ""
    at: datetime | None = None


def record_payment(order_id: int, capture: Capture, *, actor: Actor, version: int | None = None) -> Payment:
    """Book captured money and place the order once what is due is covered.

    The same gateway and reference again changes nothing and returns the first payment. DomainError `bad_amount`;
    money for a closed order is booked too and opens a task to give it back.
    """
    if capture.amount <= 0:
        raise DomainError("bad_amount", _("The amount must be more than zero."))
    with locked_order(order_id, version=version) as order:
        known = _known(capture)
        if known is not None:
            return known
        payment = _book(order, capture)
        _settle(order, payment, actor)
    return payment


def _known(capture: Capture) -> Payment | None:
    if not capture.reference:
        return None
    return Payment.objects.filter(gateway=capture.gateway, reference=capture.reference).first()


def _book(order: Order, capture: Capture) -> Payment:
    waiting = order.payments.filter(method=capture.method, captured=0).first()
    payment = waiting or Payment(order=order, method=capture.method, currency=order.currency)
    at = capture.at or clock.now()
    payment.gateway, payment.reference = capture.gateway, capture.reference
    payment.authorised = payment.captured = capture.amount
    payment.authorised_at, payment.captured_at = payment.authorised_at or at, at
    payment.detail = capture.detail or payment.detail
    payment.payer_name = capture.payer_name or payment.payer_name
    payment.save()
    return payment


def _settle(order: Order, payment: Payment, actor: Actor) -> None:
    order.captured_total += payment.captured
    order.payment_state = payment_state(order)
    placed = why_not(order, "place") is None
    if placed:
        order.place(payment.captured_at or clock.now())
        set_deadlines(order, order.shop, timings_of(order.timing_policy_id), clock.now())
    elif order.balance <= 0:
        order.paid_at = order.paid_at or payment.captured_at
    save_change(
        order,
        [
            "status",
            "captured_total",
            "payment_state",
            "paid_at",
            "pay_by",
            "accept_by",
            "ship_by",
            "promised_from",
            "promised_until",
        ],
    )
    note_change(
        order, "payment.captured", actor, payment=payment.pk, amount=payment.captured, method=payment.method
    )
    if placed:
        note_change(order, "order.placed", actor)
    if order.payment_state in (PaymentState.REFUND_DUE, PaymentState.OVERPAID):
        open_task(order, TaskKind.REFUND)


@transaction.atomic
def take_deposit(deposit: Deposit, *, actor: Actor = SYSTEM) -> Deposit:
    """Store a bank deposit once (by the bank's reference) and match it when exactly one unpaid order fits.

    The same reference again changes nothing; DomainError `other_amount` when it came with another amount before.
    """
    stored, made = Deposit.objects.get_or_create(
        shop=deposit.shop,
        reference=deposit.reference,
        defaults={
            "at": deposit.at,
            "amount": deposit.amount,
            "currency": deposit.currency,
            "payer_name": deposit.payer_name,
        },
    )
    if not made and (stored.amount, stored.currency) != (deposit.amount, deposit.currency):
        raise DomainError("other_amount", OTHER_AMOUNT)
    fitting = candidates(stored) if made else []
    if len(fitting) == 1:
        return match_deposit(stored.pk, fitting[0].pk, actor=actor)
    return stored


def candidates(deposit: Deposit) -> list[Order]:
    """Unpaid orders of the shop with this balance and payer; without a payer's name, with this balance. At most 20."""
    due = unpaid_orders(deposit.shop_id, deposit.currency).filter(total=F("captured_total") + deposit.amount)
    return [order for order in due[:500] if fits(order, deposit)][:20]


def unpaid_orders(shop_id: int, currency: str) -> OrderQuerySet:
    """Orders that a deposit may pay, newest first, with all that `fits` reads."""
    rows: OrderQuerySet = Order.objects.filter(
        shop_id=shop_id, status=OrderStatus.AWAITING_PAYMENT, currency=currency
    )
    return rows.select_related("customer").prefetch_related("payments").order_by("-placed_at")


def fits(order: Order, deposit: Deposit) -> bool:
    """Whether an unpaid order of the deposit's shop may be what was paid: amount, time and, if there is one, payer."""
    if order.balance != deposit.amount or order.placed_at > deposit.at:
        return False
    payer = _plain(deposit.payer_name)
    return not payer or payer in _names(order)


def _names(order: Order) -> set[str]:
    names = {_plain(order.customer.name), _plain(order.recipient_name)}
    return names | {_plain(payment.payer_name) for payment in order.payments.all()}


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def match_deposit(deposit_id: int, order_id: int, *, actor: Actor) -> Deposit:
    """Book a stored deposit as payment of an order of the same shop and currency; DomainError if it is used already."""
    with locked_order(order_id) as order:
        deposit = Deposit.objects.select_for_update().get(pk=deposit_id)
        if deposit.payment_id:
            raise DomainError("deposit_used", _("This deposit has been matched to an order already."))
        if (deposit.shop_id, deposit.currency) != (order.shop_id, order.currency):
            raise NotFound("no_such_order", _("This order does not exist."))
        expected = order.payments.filter(method__in=_TRANSFERS, captured=0).first()
        method = expected.method if expected else PaymentMethod.BANK_TRANSFER
        deposit.payment = record_payment(
            order.pk,
            Capture(
                amount=deposit.amount,
                method=method,
                gateway=BANK,
                reference=bank_reference(deposit.shop_id, deposit.reference),
                payer_name=deposit.payer_name,
                at=deposit.at,
            ),
            actor=actor,
        )
        deposit.save(update_fields=["payment"])
    return deposit
