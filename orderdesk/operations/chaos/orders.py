"""Processes that place and confirm orders, killed at random: no change without its event, no event without its reactions."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, dataclass

from django.db.models import Count

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import SYSTEM
from orderdesk.events.dispatch import drain_reactions
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.registry import subscribers
from orderdesk.notifications.models import Message
from orderdesk.operations.chaos.killer import Killer
from orders.models import Order
from orders.services.place import NewLine, NewOrder, place_order
from orders.services.steps import confirm_order, start_preparing
from orders.terms import OrderStatus, PaymentMethod

# The event that every status of such an order must have behind it.
_PROOF = {
    OrderStatus.PLACED: {"order.placed"},
    OrderStatus.CONFIRMED: {"order.placed", "order.confirmed"},
    OrderStatus.PREPARING: {"order.placed", "order.confirmed", "order.preparing"},
}
_FINAL = 30


@dataclass(frozen=True, slots=True)
class OrdersReport:
    """Counts; all but the first four must be nought."""

    kills: int
    orders: int
    events: int
    messages: int
    changes_without_event: int
    events_without_change: int
    events_without_reactions: int
    reactions_not_done: int
    doubled_messages: int
    seconds: float

    @property
    def findings(self) -> int:
        """How many promises were broken."""
        return (
            self.changes_without_event
            + self.events_without_change
            + self.events_without_reactions
            + self.reactions_not_done
            + self.doubled_messages
        )


def run_orders(kills: int, *, seed: int = 1) -> OrdersReport:
    """Kill `kills` times processes that place and confirm orders and run reactions, then compare the tables."""
    started = time.monotonic()
    name = f"chaos-{time.time_ns()}"
    shop = Shop.objects.create(name=name, slug=name, sender_email="shop@example.com")
    # Once here, so that the forked processes need not compute years of holidays before they are killed.
    _place(shop)
    killer = Killer(lambda: _work(shop.pk), workers=2, pause=0.4, seed=seed)
    done = killer.run(kills, lambda: None)
    _drain_what_is_left(shop)
    return OrdersReport(kills=done, **_counts(shop), seconds=round(time.monotonic() - started, 1))


def _work(shop_id: int) -> None:
    shop = Shop.objects.get(pk=shop_id)
    while True:
        _place(shop)
        _move(Order.objects.filter(shop=shop).order_by("?").first())
        if random.random() < 0.3:
            drain_reactions(limit=10)


def _place(shop: Shop) -> None:
    new = NewOrder(
        customer_name="홍길동",
        customer_email="buyer@example.com",
        lines=[NewLine("면 셔츠", 1, 10_000)],
        payment_method=PaymentMethod.CASH_ON_DELIVERY,
    )
    place_order(shop, new, actor=SYSTEM)


def _move(order: Order | None) -> None:
    try:
        if order and order.status == OrderStatus.PLACED:
            confirm_order(order.pk, actor=SYSTEM)
        elif order and order.status == OrderStatus.CONFIRMED:
            start_preparing(order.pk, actor=SYSTEM)
    except DomainError:
        # The other process was faster, which is what locks are for.
        return


def _drain_what_is_left(shop: Shop) -> None:
    # What a killed process had claimed is due again at once here: it is certainly dead.
    running = Reaction.objects.filter(event__shop=shop, state=ReactionState.RUNNING)
    running.update(state=ReactionState.PENDING)
    for _round in range(_FINAL):
        waiting = Reaction.objects.filter(event__shop=shop, state=ReactionState.PENDING)
        if not waiting.exists():
            return
        waiting.update(due_at=shop_epoch())
        drain_reactions(limit=5000)


def shop_epoch() -> object:
    """A time at which everything is due."""
    return Event.objects.order_by("at").values_list("at", flat=True)[0]


def _counts(shop: Shop) -> dict[str, int]:
    orders = list(Order.objects.filter(shop=shop))
    kinds: dict[int, list[str]] = {order.pk: [] for order in orders}
    events = list(Event.objects.filter(shop=shop, subject_kind="order").annotate(found=Count("reactions")))
    for event in events:
        kinds.setdefault(event.subject_id, []).append(event.kind)
    proof = {order.pk: _PROOF[OrderStatus(order.status)] for order in orders}
    return {
        "orders": len(orders),
        "events": len(events),
        "messages": Message.objects.filter(shop=shop).count(),
        "changes_without_event": sum(bool(proof[pk] - set(kinds[pk])) for pk in proof),
        "events_without_change": sum(sorted(kinds[pk]) != sorted(proof.get(pk, set())) for pk in kinds),
        "events_without_reactions": sum(event.found != len(subscribers(event.kind)) for event in events),
        "reactions_not_done": Reaction.objects.filter(event__shop=shop).exclude(state="done").count(),
        "doubled_messages": _doubled(shop),
    }


def _doubled(shop: Shop) -> int:
    rows = Message.objects.filter(shop=shop).values("subject_id", "kind").annotate(n=Count("id"))
    return rows.filter(n__gt=1).count()


def as_dict(report: OrdersReport) -> dict[str, float]:
    """The report as the command prints it."""
    return {**asdict(report), "findings": report.findings}
