"""Refunds and their tries: legal edges only, facts that stay, and the payment's counters moved with them."""

from __future__ import annotations

from orders.ledger_guards.sql import (
    ATTEMPT,
    ENDED,
    ENTRY,
    HOLDING,
    LINE,
    ORDER,
    ORDER_LINE,
    PAYMENT,
    REFUND,
    changed,
    follow,
    refuse,
)

FACTS = (
    *("id", "order_id", "payment_id", "cancellation_id", "amount", "currency", "source", "cause", "key"),
    *("request_hash", "quote", "policy_id", "created_at", "created_by_id"),
)
# The same edges as the model's transitions, for whoever writes without it.
EDGES = {
    "pending_approval": ("reserved", "voided"),
    "reserved": ("submitted", "succeeded", "failed", "voided"),
    "submitted": ("unknown", "reserved", "succeeded", "failed"),
    "unknown": ("succeeded", "voided"),
}
_LEGAL = " OR ".join(
    f"(OLD.status = '{source}' AND NEW.status IN ({', '.join(repr(t) for t in targets)}))"
    for source, targets in EDGES.items()
)
LINES_SUM = f"(SELECT COALESCE(SUM(l.amount), 0) FROM {LINE} l WHERE l.refund_id = NEW.id)"
_OF_ANOTHER_ORDER = (
    f"NOT EXISTS (SELECT 1 FROM {PAYMENT} p WHERE p.id = NEW.payment_id AND p.order_id = NEW.order_id "
    "AND p.currency = NEW.currency)"
)
_ATTEMPT_EXISTS = (
    f"EXISTS (SELECT 1 FROM {ATTEMPT} a WHERE a.id = NEW.id "
    "OR (a.refund_id = NEW.refund_id AND a.number = NEW.number))"
)

STARTS = refuse(
    "orders_refund_starts",
    "INSERT",
    REFUND,
    [
        ("NEW.status NOT IN ('pending_approval', 'reserved')", "a refund starts before it is sent"),
        # INSERT OR REPLACE of SQLite would remove the old row without asking its guards.
        (
            f"EXISTS (SELECT 1 FROM {REFUND} r WHERE r.id = NEW.id OR r.key = NEW.key)",
            "orders_refund.key: this refund exists",
        ),
        (
            _OF_ANOTHER_ORDER,
            "a refund and its payment are of one order and currency",
        ),
    ],
    # The order first, as the services lock it: else its foreign key would be locked last, at commit.
    lock=f"1 FROM {ORDER} WHERE id = NEW.order_id FOR KEY SHARE",
)
STAYS = refuse(
    "orders_refund_stays",
    "UPDATE",
    REFUND,
    [
        ("OLD.status IN ('succeeded', 'failed', 'voided')", "a refund that has ended stays as it is"),
        (changed(*FACTS), "a refund keeps its amount, payment and cause"),
        (
            "OLD.gateway_ref IS NOT NULL AND NEW.gateway_ref IS DISTINCT FROM OLD.gateway_ref",
            "a refund keeps the number that the payment company gave",
        ),
        (f"NEW.status <> OLD.status AND NOT ({_LEGAL})", "no such step between these states of a refund"),
        (
            f"NEW.status IN ('submitted', 'succeeded') AND NEW.amount <> {LINES_SUM}",
            "the items of a refund sum to its amount",
        ),
        (
            "OLD.status = 'pending_approval' AND NEW.status = 'reserved' AND NEW.approved_by_id IS NULL",
            "a second person approves",
        ),
    ],
)
NO_DELETE = refuse("orders_refund_no_delete", "DELETE", REFUND, [("OLD.id IS NOT NULL", "refunds stay")])

_COUNT = f"""UPDATE {PAYMENT} SET
    reserved = (SELECT COALESCE(SUM(r.amount), 0) FROM {REFUND} r
                WHERE r.payment_id = NEW.payment_id AND r.status IN {HOLDING}),
    refunded = (SELECT COALESCE(SUM(r.amount), 0) FROM {REFUND} r
                WHERE r.payment_id = NEW.payment_id AND r.status = 'succeeded')
  WHERE id = NEW.payment_id;"""
_ENTRY = "(at, txn, kind, debit, credit, amount, currency, payment_id, refund_id)"
_ROW = "'refund:' || NEW.id, {kind}, {debit}, {credit}, NEW.amount, NEW.currency, NEW.payment_id, NEW.id"
_PENDING = (
    f"INSERT INTO {ENTRY} {_ENTRY} VALUES (NEW.created_at, "
    + _ROW.format(kind="'pending'", debit="'shop'", credit="'promised'")
    + ");"
)
_END = (
    f"INSERT INTO {ENTRY} {_ENTRY} VALUES (COALESCE(NEW.settled_at, {{now}}), "
    + _ROW.format(
        kind="CASE NEW.status WHEN 'succeeded' THEN 'post' ELSE 'void' END",
        debit="'promised'",
        credit="CASE NEW.status WHEN 'succeeded' THEN 'buyer' ELSE 'shop' END",
    )
    + ");"
)
# Refunds that ended without money give back what their lines held.
_RELEASE = f"""UPDATE {ORDER_LINE} SET refund_held = (SELECT COALESCE(SUM(l.amount), 0) FROM {LINE} l
      JOIN {REFUND} r ON r.id = l.refund_id
      WHERE l.order_line_id = {ORDER_LINE}.id AND l.component = 'goods' AND r.status NOT IN {ENDED})
    WHERE id IN (SELECT order_line_id FROM {LINE} WHERE refund_id = NEW.id AND component = 'goods');
    UPDATE {ORDER} SET shipping_refund_held = (SELECT COALESCE(SUM(l.amount), 0) FROM {LINE} l
      JOIN {REFUND} r ON r.id = l.refund_id
      WHERE r.order_id = NEW.order_id AND l.component = 'shipping' AND r.status NOT IN {ENDED})
    WHERE id = NEW.order_id AND shipping_refund_held <> 0;"""
_LOCK_LINES = f"""PERFORM 1 FROM {ORDER_LINE} WHERE id IN
      (SELECT order_line_id FROM {LINE} WHERE refund_id = NEW.id AND component = 'goods') ORDER BY id FOR NO KEY UPDATE;"""

MOVES_NEW = follow(
    "orders_refund_moves_new",
    REFUND,
    timing="TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW",
    # The lock first, the sum in a statement after it: the sum then sees every refund that was before it.
    postgresql=f"""BEGIN
  PERFORM 1 FROM {PAYMENT} WHERE id = NEW.payment_id FOR NO KEY UPDATE;
  {_COUNT}
  {_PENDING}
  RETURN NULL;
END""",
    on_sqlite=f"""CREATE TRIGGER orders_refund_moves_new AFTER INSERT ON {REFUND}
BEGIN
  {_COUNT}
  {_PENDING}
END""",
)
_ENDS = "NEW.status IN ('succeeded', 'failed', 'voided') AND NEW.status IS DISTINCT FROM OLD.status"
MOVES_END = follow(
    "orders_refund_moves_end",
    REFUND,
    timing="TRIGGER {name} AFTER UPDATE OF status ON {table} FOR EACH ROW WHEN (" + _ENDS + ")",
    postgresql=f"""BEGIN
  IF NEW.status IN {ENDED} THEN
    {_LOCK_LINES}
    {_RELEASE}
  END IF;
  PERFORM 1 FROM {PAYMENT} WHERE id = NEW.payment_id FOR NO KEY UPDATE;
  {_COUNT}
  {_END.format(now="now()")}
  RETURN NULL;
END""",
    on_sqlite=f"""CREATE TRIGGER orders_refund_moves_end AFTER UPDATE OF status ON {REFUND}
WHEN {_ENDS}
BEGIN
  {_RELEASE}
  {_COUNT}
  {_END.format(now="CURRENT_TIMESTAMP")}
END""",
)

ATTEMPT_ONCE = refuse(
    "orders_refundattempt_once",
    "UPDATE",
    ATTEMPT,
    [
        ("OLD.outcome <> ''", "a try that was answered stays as it is"),
        (changed("id", "refund_id", "number", "verb", "key", "sent_at"), "a try keeps what was sent"),
    ],
)
ATTEMPT_NO_REPLACE = refuse(
    "orders_refundattempt_new",
    "INSERT",
    ATTEMPT,
    [
        (
            _ATTEMPT_EXISTS,
            "refund_attempt_once: this try exists",
        )
    ],
)
ATTEMPT_NO_DELETE = refuse(
    "orders_refundattempt_no_delete", "DELETE", ATTEMPT, [("OLD.id IS NOT NULL", "tries stay")]
)

REFUND_TRIGGERS = (
    STARTS,
    STAYS,
    NO_DELETE,
    MOVES_NEW,
    MOVES_END,
    ATTEMPT_ONCE,
    ATTEMPT_NO_REPLACE,
    ATTEMPT_NO_DELETE,
)
