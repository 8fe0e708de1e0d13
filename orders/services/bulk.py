"""One verb on many orders in a fixed number of statements, with an answer for each order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise

from orderdesk import clock
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record_many
from orders.guards import why_not
from orders.models import Order
from orders.services.answered import settle_unanswered
from orders.services.locking import SUBJECT


@dataclass(frozen=True, slots=True)
class Answer:
    """What became, or would become, of one order: `refusal` is None when it was, or may be, done."""

    order_id: int
    number: str
    refusal: str | Promise | None
    mails: int = 0


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb that writes the same columns on every order: its guard's name, its event and the model's transition."""

    guard: str
    event: str
    columns: tuple[str, ...]
    move: Callable[[Order, datetime], None]
    mails_customer: bool = True


BULK_VERBS: dict[str, BulkVerb] = {
    "confirm": BulkVerb("confirm", "order.confirmed", ("confirmed_at", "accept_by"), Order.confirm),
    "start_preparing": BulkVerb(
        "start_preparing", "order.preparing", ("preparing_at",), Order.start_preparing
    ),
    "complete": BulkVerb(
        "complete",
        "order.completed",
        ("completed_at", "complete_after"),
        Order.complete,
        mails_customer=False,
    ),
}


def preview_bulk(order_ids: Sequence[int], verb: str) -> list[Answer]:
    """What `perform_bulk` would answer now; writes nothing."""
    return [_answer(order, verb) for order in _rows(order_ids)]


@transaction.atomic
def perform_bulk(order_ids: Sequence[int], verb: str, *, actor: Actor) -> list[Answer]:
    """Do `verb` (a key of BULK_VERBS) on each order that allows it, under all their locks, in the order of ids."""
    how, moment = BULK_VERBS[verb], clock.now()
    orders = _rows(order_ids, lock=True)
    answers = [_answer(order, verb) for order in orders]
    refused = {answer.order_id for answer in answers if answer.refusal}
    allowed = [order for order in orders if order.pk not in refused]
    for order in allowed:
        how.move(order, moment)
    if allowed:
        # The transition gave every order the same values: one statement writes them all.
        values = {name: getattr(allowed[0], name) for name in ("status", *how.columns)}
        rows = Order.objects.filter(pk__in=[order.pk for order in allowed])
        rows.update(**values, version=F("version") + 1, revision=F("revision") + 1)
        record_many(
            [Fact(how.event, o.shop_id, (SUBJECT, o.pk), actor, {"bulk": True}, moment) for o in allowed]
        )
        settle_unanswered(allowed, actor=actor)
    return answers


def _rows(order_ids: Sequence[int], *, lock: bool = False) -> list[Order]:
    rows = Order.objects.filter(pk__in=order_ids).order_by("pk").prefetch_related("tasks")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def _answer(order: Order, verb: str) -> Answer:
    how = BULK_VERBS[verb]
    refusal = why_not(order, how.guard)
    mails = 1 if how.mails_customer and refusal is None else 0
    return Answer(order.pk, order.number, refusal.message if refusal else None, mails)
