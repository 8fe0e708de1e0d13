"""What people do about refunds: pay by bank, end what never happened, ask again, try a failed one anew."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import Actor
from orders.gateways import Outcome, RefundAnswer, gateway_of
from orders.models import Refund
from orders.quotes import Quote, QuoteItem
from orders.services.locking import locked_order, note_change
from orders.services.refunds.calls import ASK
from orders.services.refunds.request import RefundRequest, request_refund
from orders.services.refunds.settle import order_of, settle_locked, void_locked
from orders.terms import RefundStatus

S = RefundStatus


def record_bank_refund(refund_id: int, *, actor: Actor, bank_reference: str) -> Refund:
    """A person has paid it out by hand; `bank_reference` is the bank's. Another one than who asked for it.

    The same reference again changes nothing. DomainError `no_reference`, `own_refund`, `not_by_hand`, `not_ready`.
    """
    reference = bank_reference.strip()[:120]
    if not reference:
        raise DomainError("no_reference", _("Enter the bank's reference."))
    with locked_order(order_of(refund_id)) as order:
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
        if refund.status == S.SUCCEEDED and refund.gateway_ref == reference:
            return refund
        _other_person(refund, actor)
        if not gateway_of(refund.payment.gateway).abilities.manual:
            raise DomainError("not_by_hand", _("The payment company pays this refund, not a person."))
        if refund.status != S.RESERVED:
            raise Conflict("not_ready", _("This refund is not waiting to be paid."))
        if Refund.objects.filter(payment=refund.payment, gateway_ref=reference).exists():
            raise DomainError("reference_used", _("Another refund has this reference already."))
        settle_locked(order, refund, RefundAnswer(Outcome.SUCCEEDED, reference), actor=actor, next_at=None)
    return refund


def void_unknown(refund_id: int, *, actor: Actor, note: str) -> Refund:
    """End a refund whose result was unknown, after the payment company said that it never happened.

    Conflict `not_unknown`; DomainError `ask_first` (nobody asked, or the answer was another), `own_refund`, `no_note`.
    """
    if not note.strip():
        raise DomainError("no_note", _("Say how you know that it was not paid."))
    with locked_order(order_of(refund_id)) as order:
        refund = Refund.objects.select_for_update().get(pk=refund_id)
        if refund.status != S.UNKNOWN:
            raise Conflict("not_unknown", _("The result of this refund is known."))
        _other_person(refund, actor)
        if not never_happened(refund):
            raise DomainError(
                "ask_first", _("Ask the payment company first; only what it does not know is ended.")
            )
        void_locked(order, refund, note.strip(), actor=actor, kind="refund.voided")
    return refund


def never_happened(refund: Refund) -> bool:
    """Whether the last thing that the payment company said is that it knows no such refund, or that it failed."""
    # In Python: a page that has read the tries already asks for nothing.
    last = max(refund.tries.all(), key=lambda each: each.number, default=None)
    return last is not None and last.verb == ASK and last.outcome in (Outcome.NOT_FOUND, Outcome.FAILED)


def ask_again(refund_id: int, *, actor: Actor) -> Refund:
    """Have the drain look at an open refund now instead of later; it asks, or repeats with the same key."""
    with locked_order(order_of(refund_id)) as order:
        refund = Refund.objects.select_for_update(of=("self",)).select_related("payment").get(pk=refund_id)
        if refund.status not in (S.SUBMITTED, S.UNKNOWN):
            raise Conflict("not_unknown", _("The result of this refund is known."))
        if not gateway_of(refund.payment.gateway).abilities.query:
            raise DomainError(
                "cannot_ask", _("This payment company cannot be asked. Compare its settlement file.")
            )
        refund.next_at = clock.now()
        refund.save(update_fields=["next_at"])
        note_change(order, "refund.asked", actor, refund=refund.pk, amount=refund.amount)
    return refund


def retry_refund(refund_id: int, *, actor: Actor) -> list[Refund]:
    """A failed refund anew, with a key of its own: nothing moved by the old one."""
    refund = Refund.objects.prefetch_related("lines").get(pk=refund_id)
    if refund.status != S.FAILED:
        raise Conflict("not_failed", _("Only a failed refund is tried anew."))
    items = tuple(
        QuoteItem(line.component, line.amount, line.rule, line.article, line.order_line_id, line.quantity)
        for line in refund.lines.all()
    )
    wanted = RefundRequest(
        cause=f"retry:{refund.pk}",
        source=refund.source,
        quote=Quote(refund.currency, items),
        reason=refund.reason,
        policy_id=refund.policy_id,
        cancellation_id=refund.cancellation_id,
        account_id=refund.account_id,
        due_from=refund.created_at,
    )
    return request_refund(refund.order_id, wanted, actor=actor)


def _other_person(refund: Refund, actor: Actor) -> None:
    if actor.user_id is None or actor.user_id == refund.created_by_id:
        raise DomainError("own_refund", _("A second person settles this refund. Ask a colleague."))
