"""The second person: refunds above somebody's limit wait for one; nobody approves their own."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.roles import ROLE_PERMISSIONS
from orderdesk.errors import Conflict, DomainError, NotFound
from orderdesk.events.actor import Actor
from orders.models import Order, Refund
from orders.services.locking import locked_order, note_change, save_change
from orders.services.refunds.limits import limit_of, role_of
from orders.services.refunds.request import first_try
from orders.services.refunds.settle import void_locked
from orders.terms import RefundStatus

S = RefundStatus
PERMISSION = "orders.approve_refund"


def approve_refund(cause: str, *, actor: Actor) -> list[Refund]:
    """Let the refunds of one cause go; approved ones already are returned as they are.

    DomainError `own_refund`, `no_approver` (the role may not), `over_your_limit`; Conflict when refused meanwhile.
    """
    with locked_order(_order_of(cause)) as order:
        refunds = _of(order, cause)
        waiting = [refund for refund in refunds if refund.status == S.PENDING_APPROVAL]
        if not waiting:
            return _already(refunds)
        user_id = _second_person(order, waiting, actor)
        now = clock.now()
        for refund in waiting:
            refund.approve(now, user_id)
            refund.next_at = first_try(refund.payment, now, refund.account_id)
            refund.save(update_fields=["status", "approved_at", "approved_by", "next_at"])
        save_change(order, [])
        _tell(order, "refund.approved", waiting, actor, cause)
    return refunds


def refuse_refund(cause: str, *, actor: Actor, note: str) -> list[Refund]:
    """The second person says no: nothing goes back by this cause. The one who asked may take it back like this too."""
    if not note.strip():
        raise DomainError("no_note", _("Say why the refund is refused."))
    with locked_order(_order_of(cause)) as order:
        refunds = _of(order, cause)
        waiting = [refund for refund in refunds if refund.status == S.PENDING_APPROVAL]
        if not waiting:
            raise _settled()
        if actor.user_id != waiting[0].created_by_id:
            _second_person(order, waiting, actor)
        for refund in waiting:
            void_locked(order, refund, note.strip(), actor=actor, kind="refund.refused")
    return refunds


def _order_of(cause: str) -> int:
    order_id = Refund.objects.filter(cause=cause).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NotFound("no_such_refund", _("This refund does not exist."))
    return order_id


def _of(order: Order, cause: str) -> list[Refund]:
    rows = order.refunds.filter(cause=cause).select_related("payment").order_by("pk")
    return list(rows.select_for_update(of=("self",)))


def _already(refunds: list[Refund]) -> list[Refund]:
    if any(refund.approved_by_id is not None for refund in refunds):
        return refunds
    raise _settled()


def _settled() -> Conflict:
    return Conflict("not_waiting", _("This refund is not waiting for approval any more."))


def _second_person(order: Order, waiting: list[Refund], actor: Actor) -> int:
    """The approver's user id, or the refusal; held here so that no door can forget it."""
    if actor.user_id is None or PERMISSION not in ROLE_PERMISSIONS.get(
        role_of(order, actor.user_id), frozenset()
    ):
        raise DomainError("no_approver", _("Your role may not approve refunds."))
    if any(refund.created_by_id == actor.user_id for refund in waiting):
        raise DomainError("own_refund", _("Nobody approves their own refund. Ask a colleague."))
    limit = limit_of(order, actor, waiting[0].policy_id)
    if limit is not None and sum(refund.amount for refund in waiting) > limit:
        raise DomainError("over_your_limit", _("The amount is above your limit too. Ask the owner."))
    return actor.user_id


def _tell(order: Order, kind: str, refunds: list[Refund], actor: Actor, cause: str) -> None:
    amount = sum(refund.amount for refund in refunds)
    note_change(order, kind, actor, refunds=[refund.pk for refund in refunds], amount=amount, cause=cause)
