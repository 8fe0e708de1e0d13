"""The drain of refunds: claim, commit that it is sent, call outside of any transaction, commit the outcome."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import DatabaseError

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.events.actor import GATEWAY, SYSTEM
from orderdesk.events.dispatch import worker_name
from orders.errors import Busy
from orders.gateways import (
    Credentials,
    Gateway,
    Outcome,
    RefundAnswer,
    RefundCall,
    credentials_for,
    gateway_of,
)
from orders.models import Order, Refund, RefundAttempt
from orders.services.locking import locked_order, note_change, touch
from orders.services.refunds.calls import (
    ASK,
    PAY,
    Claim,
    call_of,
    claim_due,
    next_try,
    next_verb,
    release,
    still_mine,
)
from orders.services.refunds.settle import settle_locked
from orders.terms import RefundStatus

log = logging.getLogger(__name__)
S = RefundStatus
BOOKING_TRIES = 5
# Without a contract nothing can be sent; it is looked at again after this.
NO_CONTRACT_PAUSE = timedelta(minutes=15)
BUSY_PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Sending:
    """A try that is committed and about to be made."""

    claim: Claim
    number: int
    verb: str
    call: RefundCall
    gateway: Gateway
    credentials: Credentials


def drain_refunds(limit: int = 50) -> int:
    """Try up to `limit` due refunds; returns how many were taken. Any number of drains may work at once."""
    worker, done = worker_name(), 0
    while done < limit:
        # One at a time: a company that answers slowly must not let the leases of the others run out.
        claims = claim_due(worker, 1)
        if not claims:
            break
        _try(claims[0])
        done += 1
    return done


def _try(claim: Claim) -> None:
    try:
        _work(claim)
    except DatabaseError:
        raise
    except Busy:
        release(claim, next_at=clock.now() + BUSY_PAUSE)
    except Exception:
        # A fault of ours with one refund keeps nobody else waiting; its lease runs out and it is unknown then.
        log.exception("refund %s", claim.refund_id)


def _work(claim: Claim) -> None:
    sending = _begin(claim)
    if sending is None:
        return
    answer = _call(sending)
    for left in reversed(range(BOOKING_TRIES)):
        try:
            _book(sending, answer)
            return
        except Busy:
            # An answer that is not booked is a result that nobody knows: worth waiting for the order's lock.
            if not left:
                raise


def _begin(claim: Claim) -> Sending | None:
    """Commit the try before it is made; None when there is nothing to send."""
    with locked_order(claim.order_id) as order:
        refund = still_mine(claim)
        if refund is None:
            return None
        gateway = gateway_of(refund.payment.gateway)
        try:
            credentials = credentials_for(order.shop_id, refund.payment.gateway)
        except DomainError as refusal:
            release(claim, next_at=clock.now() + NO_CONTRACT_PAUSE, detail=refusal.code)
            return None
        last = _close_lost(refund)
        if refund.status == S.SUBMITTED and (last is None or last.outcome != Outcome.PENDING):
            _lose_sight(order, refund)
        verb = next_verb(refund, last, gateway.abilities)
        if verb is None or gateway.abilities.manual:
            release(claim, next_at=None, detail=refund.detail)
            return None
        call = call_of(refund)
        number = _write_try(order, refund, verb)
    return Sending(claim, number, verb, call, gateway, credentials)


def _close_lost(refund: Refund) -> RefundAttempt | None:
    """The last try; one whose worker died is answered by that: nobody knows."""
    last = refund.tries.order_by("-number").first()
    if last is not None and not last.outcome:
        last.outcome, last.ended_at, last.detail = Outcome.UNKNOWN, clock.now(), "worker_lost"
        last.save(update_fields=["outcome", "ended_at", "detail"])
    return last


def _lose_sight(order: Order, refund: Refund) -> None:
    refund.lose_sight("worker_lost")
    refund.save(update_fields=["status", "detail"])
    note_change(order, "refund.unknown", SYSTEM, refund=refund.pk, amount=refund.amount, why="worker_lost")
    touch(order.pk)


def _write_try(order: Order, refund: Refund, verb: str) -> int:
    now, first = clock.now(), refund.submitted_at is None
    refund.attempts += 1
    if refund.status == S.RESERVED:
        refund.submit(now)
    refund.save(update_fields=["status", "submitted_at", "attempts"])
    RefundAttempt.objects.create(
        refund=refund, number=refund.attempts, verb=verb, key=refund.key, sent_at=now, ended_at=None
    )
    if first:
        note_change(order, "refund.submitted", SYSTEM, refund=refund.pk, amount=refund.amount)
        touch(order.pk)
    return refund.attempts


def _call(sending: Sending) -> RefundAnswer:
    """The one place where money is asked to move; whatever goes wrong here is a result that nobody knows."""
    send = sending.gateway.query if sending.verb == ASK else sending.gateway.refund
    try:
        return send(sending.call, sending.credentials)
    except Exception as error:
        log.exception("refund %s", sending.claim.refund_id)
        return RefundAnswer(Outcome.UNKNOWN, detail=f"error: {type(error).__name__}")


def _book(sending: Sending, answer: RefundAnswer) -> None:
    with locked_order(sending.claim.order_id) as order:
        mine = still_mine(sending.claim)
        refund = mine or Refund.objects.select_related("payment").get(pk=sending.claim.refund_id)
        before = _failed_before(refund)
        _answer_try(sending, answer)
        if mine is None and answer.outcome != Outcome.SUCCEEDED:
            # Taken over meanwhile: only money that moved is news; the new holder finds out about the rest.
            return
        meant = _believed(refund, sending, answer, failed_before=before)
        settle_locked(order, refund, meant, actor=GATEWAY, next_at=next_try(refund))


def _answer_try(sending: Sending, answer: RefundAnswer) -> None:
    RefundAttempt.objects.filter(refund_id=sending.claim.refund_id, number=sending.number, outcome="").update(
        outcome=answer.outcome,
        ended_at=clock.now(),
        http_status=answer.http_status,
        body_hash=answer.body_hash[:64],
        detail=answer.detail[:255],
    )


def _failed_before(refund: Refund) -> bool:
    paying = refund.tries.filter(verb=PAY).exclude(outcome="").order_by("-number").first()
    return paying is not None and paying.outcome == Outcome.FAILED


def _believed(refund: Refund, sending: Sending, answer: RefundAnswer, *, failed_before: bool) -> RefundAnswer:
    """A refusal after a lost answer may only mean that the first one worked: it is asked for before it is believed."""
    if refund.status != S.UNKNOWN:
        return answer
    if sending.verb == PAY and answer.outcome == Outcome.FAILED and sending.gateway.abilities.query:
        return replace(answer, outcome=Outcome.UNKNOWN)
    if sending.verb == ASK and answer.outcome == Outcome.NOT_FOUND and failed_before:
        return replace(answer, outcome=Outcome.FAILED)
    return answer
