"""Answering a request: approve, refuse, offer a part instead; taking the offer or not; withdrawing; the deadline."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import SYSTEM, Actor
from orders.axes import payment_state
from orders.models import Cancellation, Order
from orders.quotes import Quote, goodwill_quote
from orders.services.cancelling.apply import Effect, carry_out, fault_of
from orders.services.cancelling.confirm import locked_cancellation, order_of, verdict_of
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.open import OPEN_FOR, units_of
from orders.services.cancelling.wish import is_whole
from orders.services.locking import locked_order, note_change, save_change
from orders.services.refunds.request import RefundRequest, request_locked
from orders.terms import (
    CancellationStatus,
    RefundSource,
    RefusalCode,
    RequestDefault,
)

log = logging.getLogger(__name__)
S = CancellationStatus
BATCH = 200


@contextmanager
def _answering(cancellation_id: int, *sources: str) -> Iterator[tuple[Order, Cancellation]]:
    """The locked order and its request in one of `sources`; Conflict `not_open` otherwise."""
    with locked_order(order_of(cancellation_id)) as order:
        row = locked_cancellation(order, cancellation_id)
        if row.status not in sources:
            raise Conflict("not_open", _("This request has been settled already."))
        yield order, row


def approve_cancellation(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """Cancel what was asked for, with the money as the customer saw it. Conflict `not_open`, TransitionRefused."""
    with _answering(cancellation_id, S.UNDER_REVIEW, S.COUNTER_OFFERED) as (order, row):
        _approve(row, order, actor)
    return row


def _approve(row: Cancellation, order: Order, actor: Actor, *, by_deadline: bool = False) -> None:
    ground = Ground(order, row.requested_at, row.policy_id, locked=True)
    units = _left(row, ground)
    row.decided_at, row.by_deadline = clock.now(), by_deadline
    row.decided_by_id = actor.user_id
    row.approve(clock.now())
    note_change(
        order, "cancellation.approved", actor, cancellation=row.pk, by_deadline=by_deadline, units=len(units)
    )
    quote = _shown(row, ground, units)
    carry_out(row, ground, Effect(units, quote), actor=actor)


def _left(row: Cancellation, ground: Ground) -> dict[int, int]:
    """The units asked for that have not left meanwhile; Conflict `too_late` when none is left."""
    units = {
        pk: min(quantity, ground.lines[pk].to_ship)
        for pk, quantity in units_of(row).items()
        if pk in ground.lines
    }
    units = {pk: quantity for pk, quantity in units.items() if quantity > 0}
    if not units:
        raise Conflict("too_late", _("The goods have left; refuse the request with that reason."))
    return units


def _shown(row: Cancellation, ground: Ground, units: dict[int, int]) -> Quote:
    """The quote as it stands now, which is the one shown unless units left or money moved meanwhile."""
    return ground.quote(units, fault_of(row), verdict_of(row))


def reject_cancellation(cancellation_id: int, *, actor: Actor, code: str, text: str) -> Cancellation:
    """Refuse with a RefusalCode and a sentence for the customer; the order goes on. DomainError `no_reason`, `no_sentence`."""
    if code not in RefusalCode.values:
        raise DomainError("no_reason", _("Choose the reason."))
    if not text.strip():
        raise DomainError("no_sentence", _("Tell the customer why, in a sentence."))
    with _answering(cancellation_id, S.UNDER_REVIEW) as (order, row):
        _reject(row, order, actor, code=code, text=text.strip()[:500])
    return row


def _reject(
    row: Cancellation, order: Order, actor: Actor, *, code: str, text: str, by_deadline: bool = False
) -> None:
    row.decided_by_id, row.by_deadline = actor.user_id, by_deadline
    row.reject(clock.now(), code, text)
    row.save()
    save_change(order, [])
    note_change(
        order, "cancellation.rejected", actor, cancellation=row.pk, code=code, by_deadline=by_deadline
    )


def counter_offer(cancellation_id: int, *, actor: Actor, amount: int) -> Cancellation:
    """Offer `amount` minor units back if the customer keeps the goods. DomainError `bad_amount`: 1 … what was paid."""
    with _answering(cancellation_id, S.UNDER_REVIEW) as (order, row):
        most = min(order.owed, order.captured_total - order.refunded_total)
        if not is_whole(amount) or not 0 < amount <= most:
            raise DomainError("bad_amount", _("Offer more than nothing and at most what was paid."))
        now, ground = clock.now(), Ground(order, row.requested_at, row.policy_id)
        answer_by = now + timedelta(minutes=ground.terms.answer_minutes)
        row.decided_by_id = actor.user_id
        row.counter_offer(now, amount, answer_by)
        row.save()
        save_change(order, [])
        note_change(order, "cancellation.counter_offered", actor, cancellation=row.pk, amount=amount)
    return row


def accept_counter(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """The customer keeps the goods and takes the offered part back; repeated, it changes nothing."""
    with locked_order(order_of(cancellation_id)) as order:
        row = locked_cancellation(order, cancellation_id)
        if row.status == S.SAVED:
            return row
        if row.status != S.COUNTER_OFFERED or not row.counter_amount:
            raise Conflict("not_open", _("This offer is no longer open."))
        row.accept_counter()
        row.save()
        _give(order, row, row.counter_amount, actor)
        note_change(
            order, "cancellation.counter_accepted", actor, cancellation=row.pk, amount=row.counter_amount
        )
    return row


def _give(order: Order, row: Cancellation, amount: int, actor: Actor) -> None:
    order.cancelled_total += amount
    wanted = RefundRequest(
        cause=f"cancel:{row.pk}",
        source=RefundSource.GOODWILL,
        quote=goodwill_quote(order.currency, amount, "counter_offer"),
        reason="counter_offer",
        policy_id=row.policy_id,
        cancellation_id=row.pk,
        account_id=row.account_id,
    )
    request_locked(order, wanted, actor=actor)
    order.payment_state = payment_state(order)
    save_change(order, ["cancelled_total", "payment_state"])


def decline_counter(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """The customer still wants to cancel: the request waits for its answer again."""
    with _answering(cancellation_id, S.COUNTER_OFFERED) as (order, row):
        ground = Ground(order, row.requested_at, row.policy_id)
        row.decline_counter(clock.now() + timedelta(minutes=ground.terms.answer_minutes))
        row.save()
        save_change(order, [])
        note_change(order, "cancellation.submitted", actor, cancellation=row.pk, again=True)
    return row


def withdraw_cancellation(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """The customer keeps the order; repeated, it changes nothing. Conflict `not_open` once it was decided."""
    with locked_order(order_of(cancellation_id)) as order:
        row = locked_cancellation(order, cancellation_id)
        if row.status in (S.WITHDRAWN, S.ABANDONED):
            return row
        if row.status == S.REQUESTED:
            row.abandon(clock.now())
        elif row.status in (S.OFFER_SHOWN, S.UNDER_REVIEW, S.COUNTER_OFFERED):
            row.withdraw(clock.now())
        else:
            raise Conflict("not_open", _("This request has been settled already."))
        row.save()
        save_change(order, [])
        kind = "cancellation.withdrawn" if row.status == S.WITHDRAWN else "cancellation.abandoned"
        note_change(order, kind, actor, cancellation=row.pk)
    return row


def accept_offer(cancellation_id: int, *, actor: Actor) -> Cancellation:
    """The customer takes the offer that settings.CANCEL_OFFERS gave and keeps the order; its effects are the offer's own."""
    with _answering(cancellation_id, S.OFFER_SHOWN) as (order, row):
        row.save_by_offer(clock.now())
        row.save()
        save_change(order, [])
        note_change(order, "cancellation.offer_accepted", actor, cancellation=row.pk)
    return row


def by_deadline() -> int:
    """Answer what nobody answered in time, by its default, and give up what nobody finished. Returns how many."""
    now = clock.now()
    waiting = Cancellation.objects.filter(
        status__in=[S.UNDER_REVIEW, S.COUNTER_OFFERED], answer_by__lte=now
    ).order_by("answer_by")
    forgotten = Cancellation.objects.filter(
        status__in=[S.REQUESTED, S.OFFER_SHOWN], requested_at__lte=now - OPEN_FOR
    ).order_by("requested_at")
    done = 0
    for pk in [
        *waiting.values_list("pk", flat=True)[:BATCH],
        *forgotten.values_list("pk", flat=True)[:BATCH],
    ]:
        try:
            done += _settle(pk)
        except DomainError as refusal:
            # Somebody was faster: the next sweep looks again.
            log.info("cancellation %s: %s", pk, refusal.code)
    return done


def _settle(cancellation_id: int) -> int:
    with locked_order(order_of(cancellation_id)) as order:
        row, now = locked_cancellation(order, cancellation_id), clock.now()
        if row.status in (S.REQUESTED, S.OFFER_SHOWN):
            row.abandon(now)
            row.save()
            note_change(order, "cancellation.abandoned", SYSTEM, cancellation=row.pk)
        elif row.answer_by is None or row.answer_by > now:
            return 0
        elif row.status == S.COUNTER_OFFERED:
            # An offer that nobody takes goes back to the shop; only then the default counts.
            _back_to_review(row, order)
        else:
            _by_default(row, order)
    return 1


def _back_to_review(row: Cancellation, order: Order) -> None:
    ground = Ground(order, row.requested_at, row.policy_id)
    row.decline_counter(clock.now() + timedelta(minutes=ground.terms.answer_minutes))
    row.save()
    save_change(order, [])
    note_change(order, "cancellation.submitted", SYSTEM, cancellation=row.pk, again=True)


def _by_default(row: Cancellation, order: Order) -> None:
    ground = Ground(order, row.requested_at, row.policy_id)
    gone = all(not ground.lines[pk].to_ship for pk in units_of(row) if pk in ground.lines)
    if gone or row.answer_default == RequestDefault.REFUSE:
        code = RefusalCode.ALREADY_SHIPPED if gone else RefusalCode.OUT_OF_WINDOW
        _reject(row, order, SYSTEM, code=code, text="", by_deadline=True)
    else:
        _approve(row, order, SYSTEM, by_deadline=True)
