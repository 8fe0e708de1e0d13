"""The order's lock: every change starts here, re-checks under it, and ends with `save_change`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orderdesk.errors import NotFound
from orderdesk.events.actor import Actor
from orderdesk.events.models import Event
from orderdesk.events.recording import Fact, record
from orders.errors import Busy, StaleVersion, TransitionRefused
from orders.guards import why_not
from orders.models import Order

SUBJECT = "order"


@contextmanager
def locked_order(order_id: int, *, version: int | None = None) -> Iterator[Order]:
    """One transaction that holds the order's row lock; use it before any other lock.

    `version`: the one the reader's form was made at; StaleVersion if the order moved on. NotFound, or Busy when the
    lock does not come within the database's lock time-out.
    """
    try:
        with transaction.atomic():
            order = (
                Order.objects.select_for_update(of=("self",))
                .select_related("shop")
                .filter(pk=order_id)
                .first()
            )
            if order is None:
                raise NotFound("no_such_order", _("This order does not exist."))
            if version is not None and order.version != version:
                raise StaleVersion(
                    "stale", _("Somebody changed this order in the meantime."), version=order.version
                )
            yield order
    except OperationalError as error:
        if "lock" not in str(error):
            raise
        raise Busy("busy", _("Somebody is changing this order right now. Try again in a moment.")) from error


def require(order: Order, verb: str) -> None:
    """TransitionRefused with the guard's sentence when `verb` is not possible now."""
    refusal = why_not(order, verb)
    if refusal:
        raise TransitionRefused(refusal.code, refusal.message)


def save_change(order: Order, fields: Iterable[str]) -> None:
    """Write the named columns of a locked order and move its version and revision."""
    order.version, order.revision = order.version + 1, order.revision + 1
    order.save(update_fields=[*fields, "version", "revision"])


def note_change(order: Order, kind: str, actor: Actor, **data: Any) -> Event:
    """Record `order.<something>` on the order's timeline."""
    return record(Fact(kind, order.shop_id, (SUBJECT, order.pk), actor, data))


def touch(order_id: int) -> None:
    """Move the revision only: the customer's page shows something new, staff forms stay valid."""
    Order.objects.filter(pk=order_id).update(revision=F("revision") + 1)
