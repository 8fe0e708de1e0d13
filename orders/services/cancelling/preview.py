"""What would come of a wish to cancel: shown before anything is decided, and the same that is booked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor, ActorKind
from orderdesk.policies.decisions import Decision
from orders.cancel_rules import Verdict, judge
from orders.models import Order, Reason
from orders.reasons import leaf
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.wish import CancelPreview, CancelWish, read_units
from orders.terms import CancelOutcome, Fault, OrderStatus, RequestDefault

__all__ = ["CancelPreview", "CancelWish", "preview"]


def preview(order: Order, wish: CancelWish, *, at: datetime, actor: Actor) -> CancelPreview:
    """The outcome of `wish` if it was made at `at`; changes nothing. DomainErrors of `read_units` and `leaf`, `closed`."""
    return preview_on(Ground(order, at), wish, leaf_for(order, wish.reason_code, actor))


def preview_on(ground: Ground, wish: CancelWish, reason: Reason) -> CancelPreview:
    """`preview` on a ground that the caller has read."""
    order = ground.order
    refuse_closed(order)
    units = read_units(ground.lines, wish.units)
    fault = shares(_fault(reason, ground))
    decision = _as_chosen(judge(ground.rules, ground.facts(units)), fault)
    quote = ground.quote(units, fault, decision.outcome)
    asks = decision.outcome.outcome == CancelOutcome.REQUEST
    return CancelPreview(
        outcome=decision.outcome.outcome,
        decision=decision,
        quote=quote,
        units=units,
        fault=fault,
        needs_account=ground.needs_account(quote),
        answer_by=ground.answer_by if asks else None,
        sentence=_sentence(order, decision, ground.terms.answer_default),
    )


def leaf_for(order: Order, code: str, actor: Actor) -> Reason:
    """The leaf, which must be one that this kind of actor may choose; DomainError `no_reason`."""
    reason = leaf(order.shop_id, code)
    unfit = Reason.Audience.STAFF if actor.kind == ActorKind.CUSTOMER else Reason.Audience.CUSTOMER
    if reason.audience == unfit:
        raise DomainError("no_reason", _("Choose the reason."))
    return reason


# The one reason whose truth the order itself shows.
_LATE = "late"


def _fault(reason: Reason, ground: Ground) -> str:
    """Whose fault a customer's choice makes it: late is only what came later than promised."""
    return Fault.BUYER if reason.code == _LATE and not ground.promise_broken else reason.fault


def _as_chosen(decision: Decision[Verdict], fault: Mapping[str, int]) -> Decision[Verdict]:
    """The word of whoever gains by it waives no fee: a person of the shop judges whether the reason holds."""
    if decision.outcome.outcome != CancelOutcome.FEE or fault[Fault.BUYER]:
        return decision
    return replace(decision, outcome=replace(decision.outcome, outcome=CancelOutcome.REQUEST))


def shares(fault: str) -> dict[str, int]:
    """The whole fault on one side."""
    return {str(side): 100 if side == fault else 0 for side in Fault}


def refuse_closed(order: Order) -> None:
    """DomainError `cancelled_already` or `closed`, with what the customer can do instead."""
    if order.status == OrderStatus.CANCELLED:
        raise DomainError("cancelled_already", _("This order is cancelled already."))
    if order.status == OrderStatus.EXPIRED:
        raise DomainError("closed", _("This order has expired; nothing is left to cancel."))


def _sentence(order: Order, decision: Decision[Verdict], default: str) -> str | Promise:
    outcome, food = decision.outcome.outcome, order.kind == OrderKind.FOOD
    if outcome == CancelOutcome.REFUSE:
        return _too_late(decision.rule, food=food)
    if outcome == CancelOutcome.FREE:
        return _("It is cancelled at once, without a fee.")
    if outcome == CancelOutcome.FEE:
        return _("It is cancelled at once; the fee below is kept.")
    if default == RequestDefault.APPROVE:
        return _("The shop is asked. Without an answer by the time below it is cancelled.")
    return _("The shop is asked. Without an answer by the time below the order goes on.")


_REFUSED: Mapping[tuple[bool, bool], str | Promise] = {
    (True, True): _("The food has left already; it can no longer be cancelled. Please call the shop."),
    (True, False): _("The goods have left already. After they arrive you can send them back."),
    (False, True): _("The shop no longer cancels at this stage. Please call the shop."),
    (False, False): _(
        "The shop no longer cancels at this stage. After the goods arrive you can send them back."
    ),
}


def _too_late(rule: str, *, food: bool) -> str | Promise:
    return _REFUSED[(rule == "left", food)]
