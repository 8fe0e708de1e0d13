"""Asking for money to go back: one cause is one refund, within what was paid and what the person may give."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.money import Money
from orders.axes import payment_state
from orders.gateways import gateway_of
from orders.models import Order, OrderLine, Payment, Refund, RefundLine
from orders.quotes import Quote, overpayment_quote
from orders.services.locking import locked_order, note_change, save_change
from orders.services.refunds.limits import due_at, limit_of
from orders.services.refunds.splitting import Share, refundable, split
from orders.terms import FINAL_REFUND, RefundComponent, RefundSource, RefundStatus

ENDED_WITHOUT_MONEY = (RefundStatus.FAILED, RefundStatus.VOIDED)


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What is to go back and why; `cause` names the one event that it answers (`cancel:12`, `goodwill:7`)."""

    cause: str
    source: str
    quote: Quote
    reason: str = ""
    note: str = ""
    policy_id: int | None = None
    cancellation_id: int | None = None
    account_id: int | None = None
    needs_approval: bool = False
    due_from: datetime | None = None

    def fingerprint(self) -> str:
        """The same for the same request: what a repeated cause is compared by."""
        parts = (self.source, self.reason, str(self.cancellation_id or ""), self.quote.digest())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def request_refund(order_id: int, wanted: RefundRequest, *, actor: Actor) -> list[Refund]:
    """Reserve the quote on the order's payments; the same cause again gives the rows that exist.

    DomainError `key_reused` (same cause, other body), `over_refund`, `other_currency`; a total of 0 gives no rows.
    """
    with locked_order(order_id) as order:
        known = Refund.objects.filter(order=order, cause=wanted.cause).exists()
        refunds = request_locked(order, wanted, actor=actor)
        if refunds and not known:
            order.payment_state = payment_state(order)
            save_change(order, ["payment_state"])
    return refunds


def request_locked(
    order: Order,
    wanted: RefundRequest,
    *,
    actor: Actor,
    payments: Sequence[Payment] | None = None,
    lines: Sequence[OrderLine] | None = None,
) -> list[Refund]:
    """`request_refund` inside the transaction that holds the order's lock; the caller saves the order.

    `payments`: all of the order, locked by the caller, and `lines`, read under the order's lock: they need not be read
    again, nor refunds that cannot be there. Only for a cause that is new, like that of a fresh cancellation.
    """
    untouched = payments is not None and not any(p.reserved or p.refunded for p in payments)
    before = [] if untouched else list(order.refunds.all())
    same = [refund for refund in before if refund.cause == wanted.cause]
    if same:
        if any(refund.request_hash != wanted.fingerprint() for refund in same):
            raise DomainError(
                "key_reused", _("This request was used already, for something else. Open the page again.")
            )
        return same
    if wanted.quote.total <= 0:
        return []
    if wanted.quote.currency != order.currency:
        raise DomainError("other_currency", _("The order is in another currency."))
    payments = list(order.payments.select_for_update()) if payments is None else payments
    _check_caps(order, wanted.quote, payments, lines)
    waits = wanted.needs_approval or _over_limit(order, wanted, before, actor)
    refunds = _write(order, wanted, split(wanted.quote, payments), actor, waits=waits)
    _tell(order, wanted, refunds, actor, waits=waits)
    return refunds


def _check_caps(
    order: Order, quote: Quote, payments: Sequence[Payment], lines: Sequence[OrderLine] | None
) -> None:
    """A clean refusal that names what is left; triggers and CHECKs are the net below it."""
    left = refundable(payments)
    if quote.total > left:
        raise _over(order, left)
    shipping = order.shipping_total - order.shipping_refund_held
    if quote.of(RefundComponent.SHIPPING) > shipping:
        raise _over(order, shipping)
    wanted: Counter[int] = Counter()
    for item in quote.items:
        if item.line_id is not None and item.component == RefundComponent.GOODS:
            wanted[item.line_id] += item.amount
    if not wanted:
        return
    lines = list(order.lines.filter(pk__in=wanted)) if lines is None else lines
    held = {line.pk: line.paid - line.refund_held for line in lines}
    for line_id, amount in wanted.items():
        if amount > held.get(line_id, 0):
            raise _over(order, held.get(line_id, 0))


def _over(order: Order, left: int) -> DomainError:
    return DomainError(
        "over_refund",
        _("At most %(left)s can still be given back."),
        left=Money(max(left, 0), order.currency).format(),
        left_minor=max(left, 0),
    )


def _over_limit(order: Order, wanted: RefundRequest, before: list[Refund], actor: Actor) -> bool:
    """Whether this person needs a second one; what they gave back alone on this order counts too."""
    limit = limit_of(order, actor, wanted.policy_id)
    if limit is None:
        return False
    alone = sum(
        refund.amount
        for refund in before
        if refund.created_by_id == actor.user_id
        and refund.approved_by_id is None
        and refund.status not in ENDED_WITHOUT_MONEY
    )
    return alone + wanted.quote.total > limit


def _write(
    order: Order, wanted: RefundRequest, shares: list[Share], actor: Actor, *, waits: bool
) -> list[Refund]:
    now = clock.now()
    # What is given out of goodwill is owed by no law, so no law's day runs.
    goodwill = wanted.source == RefundSource.GOODWILL
    due = None if goodwill else due_at(order, wanted.due_from or now)
    refunds = [
        Refund(
            order=order,
            payment=share.payment,
            cancellation_id=wanted.cancellation_id,
            amount=share.amount,
            currency=order.currency,
            status=RefundStatus.PENDING_APPROVAL if waits else RefundStatus.RESERVED,
            source=wanted.source,
            cause=wanted.cause,
            key=f"{wanted.cause}/{share.payment.pk}",
            request_hash=wanted.fingerprint(),
            quote=wanted.quote.as_json(),
            reason=wanted.reason,
            note=wanted.note,
            policy_id=wanted.policy_id,
            account_id=wanted.account_id,
            created_at=now,
            created_by_id=actor.user_id,
            due_at=due,
            next_at=None if waits else first_try(share.payment, now, wanted.account_id),
        )
        for share in shares
    ]
    Refund.objects.bulk_create(refunds)
    RefundLine.objects.bulk_create(
        RefundLine(
            refund=refund,
            component=item.component,
            order_line_id=item.line_id,
            quantity=item.quantity,
            amount=item.amount,
            rule=item.rule,
            article=item.article,
        )
        for refund, share in zip(refunds, shares, strict=True)
        for item in share.items
    )
    return refunds


def first_try(payment: Payment, now: datetime, account_id: int | None) -> datetime | None:
    """When the drain sends it; None where a person pays it out, or while the customer's bank account is not known."""
    gateway = gateway_of(payment.gateway)
    if gateway.abilities.manual or (account_id is None and gateway.needs_account(payment.method)):
        return None
    return now


def _tell(order: Order, wanted: RefundRequest, refunds: list[Refund], actor: Actor, *, waits: bool) -> None:
    note_change(
        order,
        "refund.approval_needed" if waits else "refund.requested",
        actor,
        refunds=[refund.pk for refund in refunds],
        amount=sum(refund.amount for refund in refunds),
        cause=wanted.cause,
        source=wanted.source,
    )


def pay_back_overpayment(order_id: int, *, actor: Actor, version: int) -> list[Refund]:
    """One button for an order that was paid more than it costs: gives back what nobody gives back yet."""
    with locked_order(order_id, version=version) as order:
        amount = order.to_give_back - in_flight(order)
        if amount <= 0:
            raise DomainError("nothing_due", _("Nothing is to be given back."))
        wanted = RefundRequest(
            f"overpaid:{order.pk}:{version}", RefundSource.OVERPAID, overpayment_quote(order.currency, amount)
        )
        return request_refund(order.pk, wanted, actor=actor)


def in_flight(order: Order) -> int:
    """Minor units of refunds that hold money and have not ended."""
    return sum(r.amount for r in order.refunds.all() if r.status not in FINAL_REFUND)
