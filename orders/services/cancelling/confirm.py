"""The second submit: what was shown is done, or becomes a request that the shop answers."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError, NotFound
from orderdesk.events.actor import Actor
from orders.cancel_rules import Verdict
from orders.errors import TransitionRefused
from orders.gateways import BankAccount
from orders.models import Cancellation, Order
from orders.quotes import Quote
from orders.services.cancelling.accounts import keep_account
from orders.services.cancelling.apply import Effect, carry_out, fault_of, require_units
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.open import OPEN_FOR, units_of
from orders.services.locking import locked_order, note_change, save_change
from orders.terms import CancellationStatus, CancelOutcome

S = CancellationStatus
_UNFINISHED = (S.REQUESTED, S.OFFER_SHOWN)


def locked_cancellation(order: Order, cancellation_id: int) -> Cancellation:
    """The row of a locked order, with its reason; NotFound for another order's."""
    found = Cancellation.objects.select_related("reason").filter(pk=cancellation_id, order=order).first()
    if found is None:
        raise NotFound("no_such_cancellation", _("This request does not exist."))
    found.order = order
    return found


def order_of(cancellation_id: int) -> int:
    """The order that a cancellation belongs to; NotFound."""
    order_id = Cancellation.objects.filter(pk=cancellation_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("no_such_cancellation", _("This request does not exist."))
    return order_id


def confirm_cancellation(
    cancellation_id: int, *, actor: Actor, quote_digest: str, account: BankAccount | None = None
) -> Cancellation:
    """Do what the first submit has shown: cancel at once, or hand the request to the shop.

    Repeated after it was done it changes nothing. TransitionRefused when it is too late; Conflict `quote_changed`,
    `not_open`; DomainError `account_needed`, `bad_account`.
    """
    with locked_order(order_of(cancellation_id)) as order:
        row = locked_cancellation(order, cancellation_id)
        if row.status in (S.COMPLETED, S.UNDER_REVIEW, S.COUNTER_OFFERED):
            return _again(row, order, actor)
        if row.status not in _UNFINISHED or clock.now() - row.requested_at > OPEN_FOR + _GRACE:
            raise Conflict("not_open", _("This page has expired. Start again from the order's page."))
        _confirm(
            row, Ground(order, row.requested_at, row.policy_id, locked=True), quote_digest, account, actor
        )
    return row


# The drain may be late by a sweep or two; what the customer sees says thirty minutes.
_GRACE = timedelta(minutes=5)


def _again(row: Cancellation, order: Order, actor: Actor) -> Cancellation:
    """Somebody was faster: the customer's word is noted beside the one who did it."""
    if row.status == S.COMPLETED and row.decided_by_id and not row.decision.get("also"):
        row.decision["also"] = str(actor.kind)
        row.save(update_fields=["decision"])
        note_change(order, "cancellation.joined", actor, cancellation=row.pk)
    return row


def _confirm(
    row: Cancellation, ground: Ground, digest: str, account: BankAccount | None, actor: Actor
) -> None:
    verdict, units = verdict_of(row), units_of(row)
    if verdict.outcome == CancelOutcome.REFUSE:
        raise TransitionRefused("refused", _("The shop no longer cancels at this stage."))
    _still_there(ground, units)
    quote = ground.quote(units, fault_of(row), verdict)
    if quote.digest() != digest:
        raise Conflict(
            "quote_changed", _("The amount has changed in the meantime. Please look at it once more.")
        )
    _take_account(row, ground, quote, account)
    if verdict.outcome == CancelOutcome.REQUEST or ground.needs_packed(units):
        require_units(ground, units)
        _submit(row, ground, actor)
        return
    row.approve(clock.now())
    carry_out(row, ground, Effect(units, quote), actor=actor)


def verdict_of(row: Cancellation) -> Verdict:
    """What was decided when the wish was made: later steps of the order do not change it."""
    return Verdict(**row.decision["verdict"])


def _still_there(ground: Ground, units: dict[int, int]) -> None:
    if any(pk not in ground.lines or quantity > ground.lines[pk].to_ship for pk, quantity in units.items()):
        raise Conflict(
            "too_many_units", _("Some of these units were cancelled or have been shipped already.")
        )


def _take_account(row: Cancellation, ground: Ground, quote: Quote, account: BankAccount | None) -> None:
    if not ground.needs_account(quote):
        return
    if account is None:
        raise DomainError(
            "account_needed", _("Enter the bank account that the money goes back to."), field="number"
        )
    row.account = keep_account(ground.order, account)


def _submit(row: Cancellation, ground: Ground, actor: Actor) -> None:
    # The shop's time to answer starts when it hears of the request, the customer's rights when it was made.
    answer_by = clock.now() + timedelta(minutes=ground.terms.answer_minutes)
    row.outcome = CancelOutcome.REQUEST
    row.submit(answer_by, ground.terms.answer_default)
    row.save()
    save_change(ground.order, [])
    note_change(
        ground.order,
        "cancellation.submitted",
        actor,
        cancellation=row.pk,
        reason=row.reason.code if row.reason else "",
        answer_by=answer_by.isoformat(),
        default=row.answer_default,
    )
