"""The first POST of a wish to cancel: fixes its time, keeps what was decided and shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import Conflict
from orderdesk.events.actor import Actor
from orders.models import Cancellation, CancellationLine, Order, Reason
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.preview import leaf_for, preview_on
from orders.services.cancelling.wish import CancelPreview, CancelWish, as_numbers, as_texts
from orders.services.locking import locked_order, note_change
from orders.terms import OPEN_CANCELLATION, CancellationStatus

# How long a first POST keeps its time; after that the drain gives the wish up and the next one counts anew.
OPEN_FOR = timedelta(minutes=30)
# Asking the same person to change their mind again and again is an unfair practice; seven days is the law's figure.
QUIET = timedelta(days=7)
_UNFINISHED = (CancellationStatus.REQUESTED, CancellationStatus.OFFER_SHOWN)


def open_cancellation(order_id: int, wish: CancelWish, *, actor: Actor, at: datetime) -> Cancellation:
    """Store the wish as `requested` with its time, decision and quote; nothing is cancelled yet.

    The same units again while it is unfinished keep the first time; other units are a new wish. DomainErrors of
    `preview`; Conflict `request_open` while another request waits for its answer.
    """
    with locked_order(order_id) as order:
        rows = Cancellation.objects.filter(order=order, status__in=[*_UNFINISHED, *OPEN_CANCELLATION])
        before = rows.select_related("reason").order_by("-pk").first()
        reason = leaf_for(order, wish.reason_code, actor)
        since = before.requested_at if before and before.status in _UNFINISHED else at
        ground = Ground(order, since if at - since < OPEN_FOR else at)
        shown = preview_on(ground, wish, reason)
        same = before is not None and units_of(before) == dict(shown.units)
        if before is not None and before.status in OPEN_CANCELLATION:
            if same:
                return before
            raise Conflict("request_open", _("A request of yours waits for its answer. Withdraw it first."))
        if before is not None and not same:
            before.abandon(at)
            before.save(update_fields=["status", "decided_at"])
            ground = Ground(order, at)
            shown = preview_on(ground, wish, reason)
        row = before if same and before else _new(order, actor, ground.at)
        return _keep(row, wish, reason, ground, shown, actor)


def _new(order: Order, actor: Actor, at: datetime) -> Cancellation:
    return Cancellation(
        order=order, requested_at=at, requested_by_kind=actor.kind, requested_by_id=actor.user_id
    )


def _keep(
    row: Cancellation, wish: CancelWish, reason: Reason, ground: Ground, shown: CancelPreview, actor: Actor
) -> Cancellation:
    """Write what was shown into a new or repeated wish; the cancellation's event comes once."""
    fresh = row.pk is None
    row.reason, row.customer_note, row.order_status = reason, wish.note.strip()[:500], ground.order.status
    row.requested_at = ground.at
    set_fault(row, shown.fault)
    row.policy_id, row.outcome = ground.policy_id, shown.outcome
    # An offer of this wish, and that it was refused, outlive a second look.
    kept = {name: row.decision[name] for name in ("offer", "offer_refused") if name in row.decision}
    row.decision, row.quote = decision_json(shown) | kept, shown.quote.as_json()
    row.save()
    if fresh:
        CancellationLine.objects.bulk_create(
            CancellationLine(cancellation=row, line_id=pk, quantity=quantity)
            for pk, quantity in sorted(shown.units.items())
        )
        note_change(
            ground.order,
            "cancellation.requested",
            actor,
            cancellation=row.pk,
            reason=reason.code,
            outcome=shown.outcome,
            units=as_texts(shown.units),
        )
    offer_for(row)
    return row


def set_fault(row: Cancellation, fault: Mapping[str, int]) -> None:
    """The four columns from shares in per cent."""
    row.fault_buyer, row.fault_seller = fault.get("buyer", 0), fault.get("seller", 0)
    row.fault_carrier, row.fault_platform = fault.get("carrier", 0), fault.get("platform", 0)


def decision_json(shown: CancelPreview) -> dict[str, Any]:
    """The rule with its checks, the verdict, and the units: what confirming goes by."""
    return {
        **shown.decision.as_json(),
        "verdict": shown.decision.outcome.as_json(),
        "units": as_texts(shown.units),
    }


def units_of(row: Cancellation) -> dict[int, int]:
    """{line id: quantity} that the row is about."""
    return as_numbers(row.decision.get("units", {}))


def offer_for(row: Cancellation) -> None:
    """Ask settings.CANCEL_OFFERS for one fitting offer; a fitting one moves the wish to `offer_shown`.

    An offer is a dict: `title`, `text` and `accept` (the button), each a text or {"ko": …, "en": …}; the rest is its own.
    """
    path = getattr(settings, "CANCEL_OFFERS", "")
    if not path or row.status != CancellationStatus.REQUESTED or not (row.reason and row.reason.offers):
        return
    if _offered_lately(row):
        return
    offer = import_string(path)(row)
    if offer is not None:
        row.show_offer()
        row.decision["offer"] = offer
        row.save(update_fields=["status", "decision"])


def _offered_lately(row: Cancellation) -> bool:
    """Whether this customer was shown another offer within QUIET and did not take it: nobody is asked again so soon."""
    others = Cancellation.objects.filter(
        order__customer=row.order.customer_id,
        requested_at__gt=row.requested_at - QUIET,
        decision__has_key="offer",
    )
    return bool(others.exclude(status=CancellationStatus.SAVED).exclude(pk=row.pk).exists())
