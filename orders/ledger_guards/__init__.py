"""Triggers that make over-refunds impossible for whoever writes, a raw SQL statement too.

They move the counters (`payment.reserved`, `.refunded`, `order_line.refund_held`, `order.shipping_refund_held`), write
the ledger entries, and refuse edits of what has happened. CHECKs on the counters refuse the rest.
"""

from orders.ledger_guards.book import BOOK_TRIGGERS
from orders.ledger_guards.lines import LINE_TRIGGERS
from orders.ledger_guards.payments import PAYMENT_TRIGGERS
from orders.ledger_guards.refunds import REFUND_TRIGGERS

LEDGER_TRIGGERS = (*PAYMENT_TRIGGERS, *REFUND_TRIGGERS, *LINE_TRIGGERS, *BOOK_TRIGGERS)

__all__ = ["LEDGER_TRIGGERS"]
