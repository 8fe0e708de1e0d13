"""The book of entries: written by the triggers of payments and refunds, by nobody else, and never changed."""

from __future__ import annotations

from orderdesk.triggers import Trigger
from orders.ledger_guards.sql import ENTRY, PAYMENT, REFUND, refuse

_WRITTEN = "the ledger is written by payments and refunds"
# PostgreSQL knows how deep it is in triggers; SQLite does not, so there an entry must be what its row says.
_FITS_A_REFUND = (
    f"EXISTS (SELECT 1 FROM {REFUND} r WHERE r.id = NEW.refund_id AND r.payment_id = NEW.payment_id "
    "AND r.amount = NEW.amount AND NEW.txn = 'refund:' || r.id AND ("
    "NEW.kind = 'pending' OR (NEW.kind = 'post' AND r.status = 'succeeded') "
    "OR (NEW.kind = 'void' AND r.status IN ('failed', 'voided'))))"
)
_FITS_A_PAYMENT = (
    f"NEW.kind = 'capture' AND EXISTS (SELECT 1 FROM {PAYMENT} p WHERE p.id = NEW.payment_id AND p.captured >= "
    f"NEW.amount + (SELECT COALESCE(SUM(e.amount), 0) FROM {ENTRY} e WHERE e.payment_id = p.id AND e.kind = 'capture'))"
)
ONLY_TRIGGERS = Trigger(
    name="orders_ledgerentry_by_triggers",
    table=ENTRY,
    postgresql=f"""CREATE OR REPLACE FUNCTION orders_ledgerentry_by_triggers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{_WRITTEN}' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER orders_ledgerentry_by_triggers BEFORE INSERT ON {ENTRY} FOR EACH ROW
WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION orders_ledgerentry_by_triggers()""",
    sqlite=f"""CREATE TRIGGER orders_ledgerentry_by_triggers BEFORE INSERT ON {ENTRY}
BEGIN
  SELECT RAISE(ABORT, '{_WRITTEN}') WHERE NOT ({_FITS_A_REFUND} OR ({_FITS_A_PAYMENT}))
    OR EXISTS (SELECT 1 FROM {ENTRY} e WHERE e.id = NEW.id OR (e.txn = NEW.txn AND e.kind = NEW.kind));
END""",
)
NO_UPDATE = refuse(
    "orders_ledgerentry_no_update", "UPDATE", ENTRY, [("OLD.id IS NOT NULL", "the ledger is never changed")]
)
NO_DELETE = refuse(
    "orders_ledgerentry_no_delete", "DELETE", ENTRY, [("OLD.id IS NOT NULL", "the ledger is never changed")]
)

BOOK_TRIGGERS = (ONLY_TRIGGERS, NO_UPDATE, NO_DELETE)
