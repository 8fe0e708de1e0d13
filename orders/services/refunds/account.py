"""Refunds that wait for a bank account: which they are, and the customer's answer."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict
from orderdesk.events.actor import Actor
from orders.gateways import BankAccount, gateway_of
from orders.models import Order, Refund
from orders.services.cancelling.accounts import keep_account
from orders.services.locking import locked_order, note_change, save_change
from orders.services.refunds.request import first_try
from orders.terms import RefundStatus


def without_account(order: Order) -> list[Refund]:
    """Refunds that have not been sent and can go nowhere yet."""
    rows = order.refunds.filter(
        status__in=[RefundStatus.PENDING_APPROVAL, RefundStatus.RESERVED], account=None
    ).select_related("payment")
    return [refund for refund in rows if lacks_account(refund)]


def lacks_account(refund: Refund) -> bool:
    """Whether this money can only go to a bank account, and none is known."""
    payment = refund.payment
    return refund.account_id is None and gateway_of(payment.gateway).needs_account(payment.method)


def name_account(order_id: int, account: BankAccount, *, actor: Actor) -> list[Refund]:
    """Send what waits to `account`. DomainError `bad_account`; Conflict `nothing_waits` when none waits (any more)."""
    with locked_order(order_id) as order:
        refunds = without_account(order)
        if not refunds:
            raise Conflict("nothing_waits", _("No refund waits for an account any more."))
        kept, now = keep_account(order, account), clock.now()
        for refund in refunds:
            refund.account = kept
            if refund.status == RefundStatus.RESERVED:
                refund.next_at = first_try(refund.payment, now, kept.pk)
            refund.save(update_fields=["account", "next_at"])
        save_change(order, [])
        amount = sum(refund.amount for refund in refunds)
        note_change(
            order, "refund.account_named", actor, refunds=[refund.pk for refund in refunds], amount=amount
        )
    return refunds
