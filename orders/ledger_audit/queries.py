"""The queries of the audit. Each returns (id, what it should be, what it is); amounts in minor units."""

from __future__ import annotations

from dataclasses import dataclass

HOLDING = "('pending_approval', 'reserved', 'submitted', 'unknown')"
ENDED = "('failed', 'voided')"
# How old a refund without a known result may get before it is a finding, in days.
STALE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Query:
    """One invariant: its name, the table whose ids it returns, and SQL that finds what breaks it."""

    name: str
    table: str
    sql: str


# Both databases read these; every join walks an index or reads each table once.
QUERIES = (
    Query(
        "payment_counters",
        "payment",
        f"""SELECT p.id, COALESCE(r.held, 0) + COALESCE(r.back, 0), p.reserved + p.refunded
        FROM orders_payment p LEFT JOIN (
          SELECT payment_id, SUM(CASE WHEN status IN {HOLDING} THEN amount ELSE 0 END) AS held,
            SUM(CASE WHEN status = 'succeeded' THEN amount ELSE 0 END) AS back
          FROM orders_refund GROUP BY payment_id) r ON r.payment_id = p.id
        WHERE p.reserved <> COALESCE(r.held, 0) OR p.refunded <> COALESCE(r.back, 0)""",
    ),
    Query(
        "payment_caps",
        "payment",
        "SELECT id, captured, reserved + refunded FROM orders_payment "
        "WHERE reserved + refunded > captured OR reserved < 0 OR refunded < 0 OR captured > authorised",
    ),
    Query(
        "refund_items_sum",
        "refund",
        """SELECT r.id, r.amount, COALESCE(l.total, 0) FROM orders_refund r LEFT JOIN (
          SELECT refund_id, SUM(amount) AS total FROM orders_refundline GROUP BY refund_id) l ON l.refund_id = r.id
        WHERE r.amount <> COALESCE(l.total, 0)""",
    ),
    Query(
        "line_counters",
        "order_line",
        f"""SELECT o.id, COALESCE(l.total, 0), o.refund_held FROM orders_orderline o LEFT JOIN (
          SELECT l.order_line_id, SUM(l.amount) AS total FROM orders_refundline l
          JOIN orders_refund r ON r.id = l.refund_id
          WHERE l.component = 'goods' AND r.status NOT IN {ENDED} GROUP BY l.order_line_id) l ON l.order_line_id = o.id
        WHERE o.refund_held <> COALESCE(l.total, 0) OR o.refund_held > o.paid""",
    ),
    Query(
        "shipping_counters",
        "order",
        f"""SELECT o.id, COALESCE(l.total, 0), o.shipping_refund_held FROM orders_order o LEFT JOIN (
          SELECT r.order_id, SUM(l.amount) AS total FROM orders_refundline l JOIN orders_refund r ON r.id = l.refund_id
          WHERE l.component = 'shipping' AND r.status NOT IN {ENDED} GROUP BY r.order_id) l ON l.order_id = o.id
        WHERE o.shipping_refund_held <> COALESCE(l.total, 0) OR o.shipping_refund_held > o.shipping_total""",
    ),
    Query(
        "order_captured",
        "order",
        """SELECT o.id, COALESCE(p.total, 0), o.captured_total FROM orders_order o LEFT JOIN (
          SELECT order_id, SUM(captured) AS total FROM orders_payment GROUP BY order_id) p ON p.order_id = o.id
        WHERE o.captured_total <> COALESCE(p.total, 0)""",
    ),
    Query(
        "order_refunded",
        "order",
        """SELECT o.id, COALESCE(p.total, 0), o.refunded_total FROM orders_order o LEFT JOIN (
          SELECT order_id, SUM(refunded) AS total FROM orders_payment GROUP BY order_id) p ON p.order_id = o.id
        WHERE o.refunded_total <> COALESCE(p.total, 0)""",
    ),
    Query(
        "order_state_refunded",
        "order",
        "SELECT id, captured_total, refunded_total FROM orders_order "
        "WHERE (payment_state = 'refunded') <> (captured_total > 0 AND refunded_total = captured_total)",
    ),
    Query(
        "one_currency",
        "refund",
        """SELECT r.id, 0, 1 FROM orders_refund r JOIN orders_payment p ON p.id = r.payment_id
        JOIN orders_order o ON o.id = r.order_id
        WHERE r.currency <> p.currency OR p.currency <> o.currency OR p.order_id <> r.order_id""",
    ),
    Query(
        "captures_are_booked",
        "payment",
        """SELECT p.id, p.captured, COALESCE(e.total, 0) FROM orders_payment p LEFT JOIN (
          SELECT payment_id, SUM(amount) AS total FROM orders_ledgerentry WHERE kind = 'capture'
          GROUP BY payment_id) e ON e.payment_id = p.id
        WHERE p.captured <> COALESCE(e.total, 0)""",
    ),
    Query(
        "refunds_are_booked",
        "refund",
        f"""SELECT r.id, 1, COALESCE(e.pending, 0) FROM orders_refund r LEFT JOIN (
          SELECT refund_id, SUM(CASE WHEN kind = 'pending' THEN amount ELSE 0 END) AS pending,
            SUM(CASE WHEN kind = 'post' THEN amount ELSE 0 END) AS posted,
            SUM(CASE WHEN kind = 'void' THEN amount ELSE 0 END) AS voided
          FROM orders_ledgerentry WHERE refund_id IS NOT NULL GROUP BY refund_id) e ON e.refund_id = r.id
        WHERE COALESCE(e.pending, 0) <> r.amount
          OR COALESCE(e.posted, 0) <> CASE WHEN r.status = 'succeeded' THEN r.amount ELSE 0 END
          OR COALESCE(e.voided, 0) <> CASE WHEN r.status IN {ENDED} THEN r.amount ELSE 0 END""",
    ),
    Query(
        "success_has_a_reference",
        "refund",
        "SELECT id, 1, 0 FROM orders_refund WHERE status = 'succeeded' "
        "AND (gateway_ref IS NULL OR gateway_ref = '' OR settled_at IS NULL)",
    ),
    Query(
        "tries_fit_their_refund",
        "refund",
        """SELECT r.id, r.attempts, COUNT(a.id) FROM orders_refund r LEFT JOIN orders_refundattempt a
          ON a.refund_id = r.id GROUP BY r.id, r.attempts, r.status
        HAVING COUNT(a.id) <> r.attempts""",
    ),
    Query(
        "second_person",
        "refund",
        "SELECT id, 1, 0 FROM orders_refund WHERE approved_by_id IS NOT NULL AND approved_by_id = created_by_id",
    ),
)
# Not a contradiction, but money nobody looks after: asked for with the moment before which it is too old.
STALE = Query(
    "unknown_is_looked_after",
    "refund",
    "SELECT id, 0, attempts FROM orders_refund WHERE status IN ('submitted', 'unknown') AND submitted_at < %s",
)
# By currency: what came in less what went back, and what is promised, once by the book and once by the payments. One
# statement, so that both are of one moment.
TRIAL_BALANCE = """SELECT currency,
  SUM(CASE WHEN kind = 'capture' THEN amount WHEN kind = 'post' THEN -amount ELSE 0 END),
  SUM(CASE WHEN kind = 'pending' THEN amount WHEN kind IN ('post', 'void') THEN -amount ELSE 0 END), 'book'
FROM orders_ledgerentry GROUP BY currency
UNION ALL
SELECT currency, SUM(captured - refunded), SUM(reserved), 'payments' FROM orders_payment
WHERE captured > 0 GROUP BY currency"""
