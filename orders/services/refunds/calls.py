"""One try to give money back: who holds it, what is sent, and when to ask again."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from orderdesk import clock
from orderdesk.accounts.encryption import decrypt
from orders.gateways import Abilities, BankAccount, Outcome, RefundCall
from orders.models import Refund, RefundAccount, RefundAttempt
from orders.terms import RefundStatus

S = RefundStatus
ASK, PAY = "query", "refund"
# A key is not used in its last minutes: the company's clock may be ahead of ours.
KEY_MARGIN = timedelta(minutes=10)
_PAUSES = (30, 60, 120, 300, 900, 3600)


@dataclass(frozen=True, slots=True)
class Claim:
    """One refund in the hands of one worker; `token` is in every WHERE, so that a taken-over claim writes nothing."""

    refund_id: int
    order_id: int
    token: str


def due(now: datetime) -> QuerySet[Refund]:
    """Refunds that wait for a try and that nobody holds."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    return Refund.objects.filter(free, status__in=[S.RESERVED, S.SUBMITTED, S.UNKNOWN], next_at__lte=now)


def claim_due(worker: str, limit: int) -> list[Claim]:
    """Take up to `limit` due refunds by conditional UPDATE, oldest first; whom another one took stays with it."""
    now, claims = clock.now(), list[Claim]()
    until = now + timedelta(seconds=settings.REFUND_CLAIM_SECONDS)
    waiting = due(now).order_by("next_at", "pk").values_list("pk", "order_id")
    # A few more than wanted: some are taken by others between the two statements.
    for pk, order_id in list(waiting[: limit + 20]):
        token = f"{worker[:48]}:{uuid.uuid4().hex[:12]}"
        if due(now).filter(pk=pk).update(claimed_by=token, claimed_until=until):
            claims.append(Claim(pk, order_id, token))
        if len(claims) == limit:
            break
    return claims


def still_mine(claim: Claim) -> Refund | None:
    """The refund under its row lock if this claim holds it still."""
    rows = Refund.objects.select_for_update(of=("self",)).select_related("payment", "account")
    return rows.filter(pk=claim.refund_id, claimed_by=claim.token, claimed_until__gt=clock.now()).first()


def release(claim: Claim, *, next_at: datetime | None, detail: str = "") -> None:
    """Give a claim back without having tried."""
    Refund.objects.filter(pk=claim.refund_id, claimed_by=claim.token).update(
        claimed_by="", claimed_until=None, next_at=next_at, detail=detail[:255]
    )


def call_of(refund: Refund) -> RefundCall:
    """What the payment company is sent: the same at every try. Our reference is the refund's key."""
    payment, account = refund.payment, refund.account
    return RefundCall(
        key=refund.key,
        our_ref=refund.key,
        payment_ref=payment.reference,
        amount=refund.amount,
        currency=refund.currency,
        captured=payment.captured,
        already_refunded=payment.refunded,
        reason=refund.reason,
        account=_plain(account) if account else None,
        method=payment.method,
    )


def _plain(account: RefundAccount) -> BankAccount:
    return BankAccount(account.bank, decrypt(account.number_encrypted), decrypt(account.holder_encrypted))


def next_verb(refund: Refund, last: RefundAttempt | None, abilities: Abilities) -> str | None:
    """Pay, ask, or None when only a person, a notice or the settlement file can tell.

    A refund whose result is unknown is sent again only with a key that the company still knows; else it is asked for.
    """
    if refund.status == S.RESERVED:
        return PAY
    if refund.status == S.SUBMITTED and last is not None and last.outcome == Outcome.PENDING:
        return ASK if abilities.query else None
    contradicted = last is not None and (last.verb, last.outcome) == (PAY, Outcome.FAILED)
    if not contradicted and abilities.idempotent and key_is_known(refund, abilities):
        return PAY
    return ASK if abilities.query else None


def key_is_known(refund: Refund, abilities: Abilities) -> bool:
    """Whether the company still remembers this refund's key."""
    if abilities.key_life is None or refund.submitted_at is None:
        return True
    return clock.now() < refund.submitted_at + abilities.key_life - KEY_MARGIN


def next_try(refund: Refund) -> datetime:
    """Longer after every try, an hour at most."""
    pause = _PAUSES[min(max(refund.attempts - 1, 0), len(_PAUSES) - 1)]
    return clock.now() + timedelta(seconds=pause)
