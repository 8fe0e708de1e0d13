"""Items of refunds: they move what a line and the shipping have given back, within what was paid for them."""

from __future__ import annotations

from orders.ledger_guards.sql import ENDED, LINE, ORDER, ORDER_LINE, REFUND, changed, follow, refuse

_GOODS = (
    f"(SELECT COALESCE(SUM(l.amount), 0) FROM {LINE} l JOIN {REFUND} r ON r.id = l.refund_id "
    f"WHERE l.order_line_id = {{line}} AND l.component = 'goods' AND r.status NOT IN {ENDED})"
)
_SHIPPING = (
    f"(SELECT COALESCE(SUM(l.amount), 0) FROM {LINE} l JOIN {REFUND} r ON r.id = l.refund_id "
    f"WHERE r.order_id = {{order}} AND l.component = 'shipping' AND r.status NOT IN {ENDED})"
)
_UNITS = (
    f"(SELECT COALESCE(SUM(l.quantity), 0) FROM {LINE} l JOIN {REFUND} r ON r.id = l.refund_id "
    f"WHERE l.order_line_id = NEW.order_line_id AND l.component = 'goods' AND r.status NOT IN {ENDED})"
)
_ORDER_OF_NEW = f"(SELECT order_id FROM {REFUND} WHERE id = NEW.refund_id)"
_OF_ANOTHER_ORDER = f"NOT EXISTS (SELECT 1 FROM {ORDER_LINE} o WHERE o.id = NEW.order_line_id AND o.order_id = {_ORDER_OF_NEW})"

LINE_COUNTER = refuse(
    "orders_orderline_refund_held",
    "UPDATE OF refund_held",
    ORDER_LINE,
    [
        (
            f"{changed('refund_held')} AND NEW.refund_held <> {_GOODS.format(line='NEW.id')}",
            "refund_held is what the refunds of the line say",
        )
    ],
)
SHIPPING_COUNTER = refuse(
    "orders_order_shipping_held",
    "UPDATE OF shipping_refund_held",
    ORDER,
    [
        (
            f"{changed('shipping_refund_held')} AND NEW.shipping_refund_held <> {_SHIPPING.format(order='NEW.id')}",
            "shipping_refund_held is what the refunds say",
        )
    ],
)
FITS = refuse(
    "orders_refundline_fits",
    "INSERT",
    LINE,
    [
        (f"EXISTS (SELECT 1 FROM {LINE} l WHERE l.id = NEW.id)", "items of refunds stay"),
        (
            f"(SELECT status FROM {REFUND} WHERE id = NEW.refund_id) NOT IN ('pending_approval', 'reserved')",
            "a refund that was sent gets no more items",
        ),
        (
            f"NEW.order_line_id IS NOT NULL AND {_OF_ANOTHER_ORDER}",
            "the item is of another order",
        ),
        ("NEW.component IN ('goods', 'shipping') AND NEW.amount < 0", "goods and shipping only go back"),
    ],
)
NO_UPDATE = refuse(
    "orders_refundline_no_update", "UPDATE", LINE, [("OLD.id IS NOT NULL", "items of refunds stay")]
)
NO_DELETE = refuse(
    "orders_refundline_no_delete", "DELETE", LINE, [("OLD.id IS NOT NULL", "items of refunds stay")]
)

_TOO_MANY = f"{_UNITS} > (SELECT quantity FROM {ORDER_LINE} WHERE id = NEW.order_line_id)"
_MOVE_GOODS = f"UPDATE {ORDER_LINE} SET refund_held = {_GOODS.format(line='NEW.order_line_id')} WHERE id = NEW.order_line_id;"
_MOVE_SHIPPING = f"UPDATE {ORDER} SET shipping_refund_held = {_SHIPPING.format(order=_ORDER_OF_NEW)} WHERE id = {_ORDER_OF_NEW};"
MOVES = follow(
    "orders_refundline_moves",
    LINE,
    timing="TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW WHEN (NEW.component IN ('goods', 'shipping'))",
    postgresql=f"""BEGIN
  IF NEW.component = 'goods' THEN
    PERFORM 1 FROM {ORDER_LINE} WHERE id = NEW.order_line_id FOR NO KEY UPDATE;
    IF {_TOO_MANY} THEN
      RAISE EXCEPTION 'more units go back than were bought' USING ERRCODE = 'check_violation';
    END IF;
    {_MOVE_GOODS}
  ELSE
    PERFORM 1 FROM {ORDER} WHERE id = {_ORDER_OF_NEW} FOR NO KEY UPDATE;
    {_MOVE_SHIPPING}
  END IF;
  RETURN NULL;
END""",
    on_sqlite=f"""CREATE TRIGGER orders_refundline_moves AFTER INSERT ON {LINE}
WHEN NEW.component IN ('goods', 'shipping')
BEGIN
  SELECT RAISE(ABORT, 'more units go back than were bought') WHERE NEW.component = 'goods' AND {_TOO_MANY};
  {_MOVE_GOODS[:-1]} AND NEW.component = 'goods';
  {_MOVE_SHIPPING[:-1]} AND NEW.component = 'shipping';
END""",
)
# At commit: a refund's items sum to it. SQLite has no deferred triggers; there it is asked before it is sent.
_SUM_CHECK = f"""DECLARE wanted bigint; found bigint; which bigint := {{refund}};
BEGIN
  SELECT amount INTO wanted FROM {REFUND} WHERE id = which;
  SELECT COALESCE(SUM(amount), 0) INTO found FROM {LINE} WHERE refund_id = which;
  IF wanted <> found THEN
    RAISE EXCEPTION 'the items of a refund sum to its amount' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END"""
_AT_COMMIT = "CONSTRAINT TRIGGER {name} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
SUMS_OF_REFUND = follow(
    "orders_refund_sums", REFUND, timing=_AT_COMMIT, postgresql=_SUM_CHECK.format(refund="NEW.id")
)
SUMS_OF_LINE = follow(
    "orders_refundline_sums", LINE, timing=_AT_COMMIT, postgresql=_SUM_CHECK.format(refund="NEW.refund_id")
)

LINE_TRIGGERS = (
    LINE_COUNTER,
    SHIPPING_COUNTER,
    FITS,
    NO_UPDATE,
    NO_DELETE,
    MOVES,
    SUMS_OF_REFUND,
    SUMS_OF_LINE,
)
