"""What stands beside the demo's orders: counted shelves, and a settlement file that does not agree everywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from random import Random

from orderdesk import clock
from orderdesk.events.models import Event, Reaction
from orderdesk.operations.demo.shops import House
from orderdesk.operations.demo.story import Story
from orderdesk.operations.demo.words import CLOTHES
from orders.models import Payment, Refund, StockItem
from orders.services.refunds.reconcile import load_settlement
from orders.services.refunds.settlement_file import OURS, PAYMENT, REFUND
from orders.services.stock import count_stock, sync_stock
from orders.terms import BEFORE_DELIVERY, OrderStatus, RefundStatus

_COMPANY = "simulator"


def fill_shelves(house: House, stories: Sequence[Story], rng: Random, moment: datetime) -> None:
    """Every product of the clothes shop was counted a week ago; open orders have taken their units since."""
    items = StockItem.objects.bulk_create(
        StockItem(shop=house.shop, sku=sku, name=name) for sku, name, *_rest in CLOTHES
    )
    with clock.at(moment - timedelta(days=7)):
        for item in items:
            count_stock(item.pk, rng.choice((0, 4, 9, 15, 24, 40)))
    for story in stories:
        waiting = story.order.status in (*BEFORE_DELIVERY, OrderStatus.ON_HOLD)
        if waiting and story.order.shop_id == house.shop.pk:
            with clock.at(story.order.placed_at):
                sync_stock(story.order, lines=story.lines)


def reconcile(house: House, moment: datetime) -> None:
    """Three days of the payment company's file: one payment and one refund too many, one missing, one different."""
    zone = house.shop.zone
    today = datetime.combine(moment.astimezone(zone).date(), time.min, zone)
    since, until = today - timedelta(days=3), today
    before = Event.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with clock.at(moment - timedelta(hours=2)):
        load_settlement(
            house.shop.pk,
            _COMPANY,
            f"정산_{since:%Y%m%d}_{until - timedelta(days=1):%Y%m%d}.csv",
            _file(house, since, until),
            actor=house.actor("lead"),
        )
    Reaction.objects.filter(event__pk__gt=before).delete()


def _file(house: House, since: datetime, until: datetime) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(OURS)
    # The first and last day stand in it whatever was sold.
    for at in (since, until - timedelta(minutes=1)):
        writer.writerow((PAYMENT, f"sim-{at:%m%d%H%M}", f"sim-{at:%m%d%H%M}", 12_000, "KRW", at.isoformat()))
    writer.writerows(_payments(house, since, until))
    writer.writerows(_refunds(house, since, until))
    return text.getvalue().encode()


def _payments(house: House, since: datetime, until: datetime) -> Iterator[tuple[object, ...]]:
    ours = Payment.objects.filter(order__shop=house.shop, gateway=_COMPANY, captured__gt=0)
    found = list(ours.filter(captured_at__gte=since, captured_at__lt=until).order_by("pk"))
    for number, payment in enumerate(found):
        if number == 0:
            continue  # in the books, not in the file
        amount = payment.captured - (500 if number == 1 else 0)
        at = payment.captured_at.isoformat() if payment.captured_at else ""
        yield PAYMENT, payment.reference, payment.reference, amount, "KRW", at


def _refunds(house: House, since: datetime, until: datetime) -> Iterator[tuple[object, ...]]:
    """What was paid back, and the refund whose result nobody knew: here it is paid."""
    ours = Refund.objects.filter(order__shop=house.shop, payment__gateway=_COMPANY).select_related("payment")
    paid = ours.filter(status=RefundStatus.SUCCEEDED, settled_at__gte=since, settled_at__lt=until)
    for refund in paid.order_by("pk"):
        at = refund.settled_at.isoformat() if refund.settled_at else ""
        yield REFUND, refund.payment.reference, refund.gateway_ref, refund.amount, "KRW", at
    for refund in ours.filter(status=RefundStatus.UNKNOWN):
        at = (until - timedelta(hours=3)).isoformat()
        yield REFUND, refund.payment.reference, f"sim-{refund.pk:012d}", refund.amount, "KRW", at
