"""What staff cancel, for the customer or for the shop, and money they give without cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import Actor
from orderdesk.policies.decisions import Decision
from orders.axes import payment_state
from orders.cancel_rules import Verdict, judge
from orders.models import Cancellation, CancellationLine, Order, Refund
from orders.quotes import Quote, goodwill_quote
from orders.services.cancelling.apply import Effect, carry_out, fault_of, require_units
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.open import set_fault, units_of
from orders.services.cancelling.preview import leaf_for, shares
from orders.services.cancelling.wish import as_texts, is_whole, read_units
from orders.services.locking import locked_order, note_change, require, save_change
from orders.services.refunds.request import RefundRequest, request_locked
from orders.terms import OPEN_CANCELLATION, CancellationStatus, CancelOutcome, OrderStatus, RefundSource

S = CancellationStatus


@dataclass(frozen=True, slots=True)
class StaffCancel:
    """What staff choose. `units` None: all that has not left; `fault` None: the reason's; shares sum to 100."""

    reason_code: str
    units: Mapping[int, int] | None = None
    fault: Mapping[str, int] | None = None
    restock: bool = True
    notify: bool = True
    waive_fee: bool = False
    staff_note: str = ""
    customer_note: str = ""
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class StaffPreview:
    """What `cancel_units` would do now: units by line, money, whether the whole order ends, whose fault."""

    units: Mapping[int, int]
    quote: Quote
    whole: bool
    fault: Mapping[str, int]
    needs_account: bool


def preview_units(
    order: Order, wanted: StaffCancel, *, actor: Actor, at: datetime | None = None
) -> StaffPreview:
    """The outcome of `cancel_units`; changes nothing, raises what it would raise."""
    ground = Ground(order, at or clock.now())
    reason = leaf_for(order, wanted.reason_code, actor)
    require(order, "cancel_units")
    units = read_units(ground.lines, wanted.units)
    require_units(ground, units)
    fault = _fault(wanted, reason.fault)
    quote = ground.quote(units, fault, _decision(ground, units, wanted).outcome)
    return StaffPreview(units, quote, ground.takes_all(units), fault, ground.needs_account(quote))


def cancel_units(
    order_id: int,
    wanted: StaffCancel,
    *,
    actor: Actor,
    version: int | None = None,
    quote_digest: str = "",
) -> Cancellation:
    """Cancel units, or the whole order, now. A customer's request for the same units is answered by it.

    StaleVersion; TransitionRefused; Conflict `request_open` when a request is about other units, `quote_changed` when
    `quote_digest` (what the preview showed) no longer holds; DomainErrors of `read_units`, `no_reason`, `bad_shares`.
    """
    with locked_order(order_id, version=version) as order:
        reason = leaf_for(order, wanted.reason_code, actor)
        done = _joined(order, actor)
        if done is not None:
            return done
        require(order, "cancel_units")
        ground = Ground(order, clock.now(), locked=True)
        units = read_units(ground.lines, wanted.units)
        row = _adopted(order, units) or _new(order, actor, ground.at)
        fresh = row.pk is None
        decision = _decision(ground, units, wanted)
        _describe(row, ground, wanted, decision, units)
        row.reason = reason
        set_fault(row, _fault(wanted, reason.fault))
        quote = ground.quote(units, fault_of(row), decision.outcome)
        if quote_digest and quote.digest() != quote_digest:
            raise Conflict(
                "quote_changed", _("The amount has changed in the meantime. Please look at it once more.")
            )
        # On an adopted request both are noted: the customer who asked and the one who did it.
        row.decided_by_id = actor.user_id
        row.approve(clock.now())
        carry_out(row, ground, Effect(units, quote, rejected=wanted.rejected), actor=actor)
        _write_lines(row, units, fresh=fresh)
    return row


def _joined(order: Order, actor: Actor) -> Cancellation | None:
    """The customer was faster with the whole order: staff are noted beside them, and nothing happens twice."""
    if order.status != OrderStatus.CANCELLED:
        return None
    done = Cancellation.objects.filter(order=order, status=S.COMPLETED).order_by("-pk").first()
    if done is None or done.requested_by_kind == actor.kind or done.decided_by_id:
        return None
    done.decided_by_id, done.decision = actor.user_id, {**done.decision, "also": str(actor.kind)}
    done.save(update_fields=["decided_by", "decision"])
    note_change(order, "cancellation.joined", actor, cancellation=done.pk)
    return done


def _adopted(order: Order, units: Mapping[int, int]) -> Cancellation | None:
    """The customer's unfinished or open request whose units are all among these; Conflict for one about others."""
    rows = Cancellation.objects.filter(
        order=order, status__in=[S.REQUESTED, S.OFFER_SHOWN, *OPEN_CANCELLATION]
    )
    row = rows.select_related("reason").order_by("-pk").first()
    if row is None:
        return None
    asked = units_of(row)
    if all(quantity <= units.get(pk, 0) for pk, quantity in asked.items()):
        row.order = order
        return row
    if row.status in OPEN_CANCELLATION and any(pk in units for pk in asked):
        raise Conflict("request_open", _("The customer's request waits for an answer. Answer it first."))
    return None


def _new(order: Order, actor: Actor, at: datetime) -> Cancellation:
    return Cancellation(
        order=order, requested_at=at, requested_by_kind=actor.kind, requested_by_id=actor.user_id
    )


def _describe(
    row: Cancellation,
    ground: Ground,
    wanted: StaffCancel,
    decision: Decision[Verdict],
    units: Mapping[int, int],
) -> None:
    row.restock, row.notify = wanted.restock, wanted.notify
    row.staff_note = wanted.staff_note.strip()[:255]
    row.customer_note = wanted.customer_note.strip()[:500] or row.customer_note
    row.order_status, row.policy_id = ground.order.status, ground.policy_id
    row.outcome = decision.outcome.outcome
    row.decision = {
        **decision.as_json(),
        "verdict": decision.outcome.as_json(),
        "units": as_texts(units),
    }


def _write_lines(row: Cancellation, units: Mapping[int, int], *, fresh: bool) -> None:
    if not fresh:
        row.lines.all().delete()
    CancellationLine.objects.bulk_create(
        CancellationLine(cancellation=row, line_id=pk, quantity=quantity)
        for pk, quantity in sorted(units.items())
    )


def _decision(ground: Ground, units: Mapping[int, int], wanted: StaffCancel) -> Decision[Verdict]:
    """The shop's own rules for the fee; staff may do it at every stage that the guards allow."""
    decision = judge(ground.rules, ground.facts(units))
    kept = decision.outcome
    free = wanted.waive_fee or not (kept.fee_percent or kept.fee_amount)
    then = (
        Verdict(CancelOutcome.FREE, article=kept.article)
        if free
        else replace(kept, outcome=CancelOutcome.FEE)
    )
    return replace(decision, outcome=then)


def _fault(wanted: StaffCancel, usual: str) -> dict[str, int]:
    if wanted.fault is None:
        return shares(usual)
    fault = {side: int(wanted.fault.get(side, 0)) for side in shares(usual)}
    if any(share < 0 for share in fault.values()) or sum(fault.values()) != 100:
        raise DomainError("bad_shares", _("The shares of fault must sum to 100 per cent."))
    return fault


def goodwill_refund(
    order_id: int, *, actor: Actor, amount: int, reason: str, token: str, note: str = ""
) -> list[Refund]:
    """Give `amount` minor units back without cancelling; `token` is the form's own, so that a double click is one.

    DomainError `bad_amount`, `over_refund`, `key_reused`, `no_reason`.
    """
    if not is_whole(amount) or amount <= 0:
        raise DomainError("bad_amount", _("The amount must be more than zero."))
    if not reason.strip() or not token.strip():
        raise DomainError("no_reason", _("Choose the reason."))
    with locked_order(order_id) as order:
        cause = f"goodwill:{token.strip()[:40]}"
        known = Refund.objects.filter(order=order, cause=cause).exists()
        wanted = RefundRequest(
            cause=cause,
            source=RefundSource.GOODWILL,
            quote=goodwill_quote(order.currency, amount, reason.strip()[:40]),
            reason=reason.strip()[:40],
            note=note.strip()[:255],
            policy_id=order.cancel_policy_id,
        )
        refunds = request_locked(order, wanted, actor=actor)
        if not known:
            # What is given as goodwill is not owed any more: the order's sums stay even.
            order.cancelled_total += min(amount, max(order.owed, 0))
            order.payment_state = payment_state(order)
            save_change(order, ["cancelled_total", "payment_state"])
    return refunds
