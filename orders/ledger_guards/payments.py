"""Payments: what came in only grows, and the counters are what the refunds say."""

from __future__ import annotations

from orders.ledger_guards.sql import ENTRY, HOLDING, PAYMENT, REFUND, changed, follow, refuse

RESERVED_IS = f"(SELECT COALESCE(SUM(r.amount), 0) FROM {REFUND} r WHERE r.payment_id = NEW.id AND r.status IN {HOLDING})"
REFUNDED_IS = f"(SELECT COALESCE(SUM(r.amount), 0) FROM {REFUND} r WHERE r.payment_id = NEW.id AND r.status = 'succeeded')"

COUNTERS = refuse(
    "orders_payment_counters",
    "UPDATE OF reserved, refunded",
    PAYMENT,
    [
        (f"NEW.reserved <> {RESERVED_IS}", "reserved is what the refunds hold"),
        (f"NEW.refunded <> {REFUNDED_IS}", "refunded is what the refunds gave back"),
    ],
)
STARTS_EMPTY = refuse(
    "orders_payment_starts_empty",
    "INSERT",
    PAYMENT,
    [
        ("NEW.reserved <> 0 OR NEW.refunded <> 0", "a new payment has no refunds"),
    ],
)
FACTS = refuse(
    "orders_payment_facts",
    "UPDATE OF id, order_id, currency, captured",
    PAYMENT,
    [
        (
            f"OLD.captured > 0 AND ({changed('id', 'order_id', 'currency')})",
            "a captured payment keeps its order and currency",
        ),
        ("NEW.captured < OLD.captured", "captured money goes back by a refund only"),
    ],
)
NO_DELETE = refuse(
    "orders_payment_no_delete",
    "DELETE",
    PAYMENT,
    [("OLD.captured > 0", "a captured payment stays")],
)

_ENTRY = "(at, txn, kind, debit, credit, amount, currency, payment_id)"
# One statement for a whole COPY: a million payments cost one INSERT.
BOOK_NEW = follow(
    "orders_payment_book_new",
    PAYMENT,
    timing="TRIGGER {name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT",
    postgresql=f"""BEGIN
  INSERT INTO {ENTRY} {_ENTRY}
  SELECT COALESCE(captured_at, now()), 'payment:' || id, 'capture', 'buyer', 'shop', captured, currency, id
  FROM fresh WHERE captured > 0;
  RETURN NULL;
END""",
    on_sqlite=f"""CREATE TRIGGER orders_payment_book_new AFTER INSERT ON {PAYMENT} WHEN NEW.captured > 0
BEGIN
  INSERT INTO {ENTRY} {_ENTRY} VALUES (COALESCE(NEW.captured_at, CURRENT_TIMESTAMP), 'payment:' || NEW.id,
    'capture', 'buyer', 'shop', NEW.captured, NEW.currency, NEW.id);
END""",
)
# The first capture has the payment's name, later ones the sum that they lead to.
_TXN = "CASE WHEN OLD.captured = 0 THEN 'payment:' || NEW.id ELSE 'payment:' || NEW.id || ':' || NEW.captured END"
BOOK_MORE = follow(
    "orders_payment_book_more",
    PAYMENT,
    timing="TRIGGER {name} AFTER UPDATE OF captured ON {table} "
    "FOR EACH ROW WHEN (NEW.captured > OLD.captured)",
    postgresql=f"""BEGIN
  INSERT INTO {ENTRY} {_ENTRY} VALUES (COALESCE(NEW.captured_at, now()), {_TXN}, 'capture', 'buyer', 'shop',
    NEW.captured - OLD.captured, NEW.currency, NEW.id);
  RETURN NULL;
END""",
    on_sqlite=f"""CREATE TRIGGER orders_payment_book_more AFTER UPDATE OF captured ON {PAYMENT}
WHEN NEW.captured > OLD.captured
BEGIN
  INSERT INTO {ENTRY} {_ENTRY} VALUES (COALESCE(NEW.captured_at, CURRENT_TIMESTAMP), {_TXN}, 'capture', 'buyer',
    'shop', NEW.captured - OLD.captured, NEW.currency, NEW.id);
END""",
)

PAYMENT_TRIGGERS = (COUNTERS, STARTS_EMPTY, FACTS, NO_DELETE, BOOK_NEW, BOOK_MORE)
