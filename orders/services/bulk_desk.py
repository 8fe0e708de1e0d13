"""Assigning and tagging many orders in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Membership
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record_many
from orders.models import Order, Tag
from orders.services.bulk import Answer
from orders.services.locking import SUBJECT

NOT_A_COLLEAGUE = _("This colleague does not work for the order's shop.")


@transaction.atomic
def assign_many(order_ids: Sequence[int], user_id: int | None, *, actor: Actor) -> list[Answer]:
    """Give the orders to a colleague (or nobody); an order of a shop where the colleague does not work is refused."""
    orders = _locked(order_ids)
    shops = _shops_of(user_id)
    fitting = [order for order in orders if user_id is None or order.shop_id in shops]
    _bump(fitting, assigned_to=user_id)
    _record(fitting, "order.assigned", actor, {"to": user_id, "bulk": True})
    return _answers(orders, fitting)


@transaction.atomic
def tag_many(order_ids: Sequence[int], names: Sequence[str], *, actor: Actor) -> list[Answer]:
    """Add tags to the orders; those that an order has stay."""
    orders = _locked(order_ids)
    wanted = sorted({name.strip()[:30] for name in names if name.strip()})
    shops = {order.shop_id for order in orders}
    Tag.objects.bulk_create(
        [Tag(shop_id=shop, name=name) for shop in shops for name in wanted], ignore_conflicts=True
    )
    tags: dict[int, list[int]] = {shop: [] for shop in shops}
    for pk, shop in Tag.objects.filter(shop_id__in=shops, name__in=wanted).values_list("pk", "shop_id"):
        tags[shop].append(pk)
    through = Order.tags.through
    rows = [through(order_id=order.pk, tag_id=tag) for order in orders for tag in tags[order.shop_id]]
    through.objects.bulk_create(rows, ignore_conflicts=True)
    _bump(orders)
    record_many(
        [
            Fact(
                "order.tagged",
                order.shop_id,
                (SUBJECT, order.pk),
                actor,
                {"tags": tags[order.shop_id], "added": True, "bulk": True},
            )
            for order in orders
        ]
    )
    return _answers(orders, orders)


def _locked(order_ids: Sequence[int]) -> list[Order]:
    return list(Order.objects.filter(pk__in=order_ids).order_by("pk").select_for_update(of=("self",)))


def _shops_of(user_id: int | None) -> set[int]:
    return (
        set(Membership.objects.filter(user_id=user_id).values_list("shop_id", flat=True))
        if user_id
        else set()
    )


def _bump(orders: Sequence[Order], **values: int | None) -> None:
    rows = Order.objects.filter(pk__in=[order.pk for order in orders])
    rows.update(**values, version=F("version") + 1, revision=F("revision") + 1)


def _record(orders: Sequence[Order], kind: str, actor: Actor, data: dict[str, object]) -> None:
    moment = clock.now()
    record_many([Fact(kind, order.shop_id, (SUBJECT, order.pk), actor, data, moment) for order in orders])


def _answers(orders: Sequence[Order], done: Sequence[Order]) -> list[Answer]:
    fitting = {order.pk for order in done}
    return [
        Answer(order.pk, order.number, None if order.pk in fitting else NOT_A_COLLEAGUE) for order in orders
    ]
