"""Cancellations and refunds of cancelled orders: written under the guards, which keep the counters and the book."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Max

from orderdesk.accounts.models import Shop
from orderdesk.operations.synthesise.lives import written
from orderdesk.operations.synthesise.loading import settle
from orderdesk.operations.synthesise.rows import Back
from orderdesk.operations.synthesise.tables import Row, money_tables
from orders.models import Cancellation, Refund
from orders.reasons import leaf

_DAY = 86_400
_BATCH = 5_000
# Reserved first and paid in one statement after it: a refund starts before it is sent, whoever writes it.
_PAY = """
    UPDATE orders_refund SET status = 'succeeded', submitted_at = created_at, settled_at = created_at,
      gateway_ref = 'syn-r' || id
    WHERE id >= %s AND id < %s
"""


def pay_back(orders: Sequence[Back], shop: Shop, write: Callable[[str, list[Row]], None]) -> None:
    """Write what belongs to these orders and pay it."""
    reason = leaf(shop.pk, "customer_asked").pk
    first_row, first_refund = _next(Cancellation), _next(Refund)
    for start in range(0, len(orders), _BATCH):
        part = orders[start : start + _BATCH]
        with transaction.atomic():
            _write(part, shop, reason, (first_row + start, first_refund + start), write)
            with connection.cursor() as cursor:
                cursor.execute(_PAY, [first_refund + start, first_refund + start + len(part)])
    if orders:
        settle(list(money_tables().values()))


def _next(model: type[Cancellation | Refund]) -> int:
    return int(model._default_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _write(
    orders: Sequence[Back],
    shop: Shop,
    reason: int,
    first: tuple[int, int],
    write: Callable[[str, list[Row]], None],
) -> None:
    units, items = money_tables()["cancellation_lines"].last_id(), money_tables()["refund_lines"].last_id()
    rows: dict[str, list[Row]] = {name: [] for name in money_tables()}
    for number, back in enumerate(orders):
        pk, refund = first[0] + number, first[1] + number
        at, due = written(back.life.cancelled), written((back.life.cancelled or 0) + 3 * _DAY)
        amount = back.shipping + sum(paid for _line, _quantity, paid in back.lines)
        rows["cancellations"].append(
            (pk, back.order, "completed", at, "customer", reason, "placed", "free", "{}", "{}", at)
        )
        rows["refunds"].append(
            (
                *(refund, back.order, back.payment, pk, amount, shop.currency, "reserved", "cancel"),
                *(f"cancel:{pk}", f"cancel:{pk}/{back.payment}", "", "{}", "customer_asked", at, due),
            )
        )
        for line, quantity, paid in back.lines:
            units, items = units + 1, items + 1
            rows["cancellation_lines"].append((units, pk, line, quantity))
            rows["refund_lines"].append((items, refund, "goods", line, quantity, paid, "goods"))
        if back.shipping:
            items += 1
            rows["refund_lines"].append((items, refund, "shipping", None, 0, back.shipping, "shipping"))
    for stream, found in rows.items():
        if found:
            write(stream, found)
