"""The tracking page's one statement, in the JSON of PostgreSQL or of SQLite.

Building thirty model objects costs more than the rest of the page: the database hands over one JSON array instead.
"""

from __future__ import annotations

_ORDER = [
    "o.id",
    "o.shop_id",
    "o.public_id",
    "o.number",
    "o.kind",
    "o.status",
    "o.held_from",
    "o.delivery_method",
    "o.currency",
    "o.goods_total",
    "o.discount_total",
    "o.shipping_total",
    "o.total",
    "o.captured_total",
    "o.cancelled_total",
    "o.kept_fee",
    "o.refunded_total",
    "o.payment_state",
    "o.pays_later",
    "o.recipient_name",
    "o.recipient_phone",
    "o.postcode",
    "o.address1",
    "o.address2",
    "o.latitude",
    "o.longitude",
    "o.customer_note",
    "o.language",
    "o.cancel_reason",
    "o.revision",
    "o.placed_at",
    "o.confirmed_at",
    "o.preparing_at",
    "o.ready_at",
    "o.departed_at",
    "o.delivered_at",
    "o.completed_at",
    "o.cancelled_at",
    "o.expired_at",
    "o.pay_by",
    "o.complete_after",
    "o.promised_from",
    "o.promised_until",
]
_DELAYED = """(SELECT max(at) FROM events_event
    WHERE subject_kind = 'order' AND subject_id = o.id AND kind = 'order.delayed')"""
_HOLD = "(SELECT reason FROM orders_hold WHERE order_id = o.id AND released_at IS NULL)"
_SHOP = [
    "s.name",
    "s.slug",
    "s.time_zone",
    "s.accent",
    "s.uses_preparing",
    "s.uses_ready",
    "s.sender_email",
    "s.sender_phone",
    "s.company_name",
    "s.company_number",
    "s.company_address",
]
_PARCEL = [
    "p.number",
    "p.method",
    "p.status",
    "p.carrier",
    "p.tracking_number",
    "p.courier_name",
    "p.handed_over_at",
    "p.first_scan_at",
    "p.departed_at",
    "p.delivered_at",
    "p.proof_name",
]
_CANCELLATION = [
    "c.id",
    "c.status",
    "c.requested_by_kind",
    "c.answer_by",
    "c.answer_default",
    "c.counter_amount",
    "c.refusal_code",
    "c.refusal_text",
]
_REFUND = [
    *("id", "cause", "status", "amount", "method", "gateway", "bank", "last4"),
    *("created_at", "approved_at", "submitted_at", "settled_at", "due_at"),
]
_LIVE_LINK = """
    FROM orders_accesslink k JOIN orders_order o ON o.id = k.order_id
    JOIN accounts_shop s ON s.id = o.shop_id
    WHERE k.id = %s AND k.token_hash = %s AND o.public_id = %s
    AND k.scope = 'customer' AND k.revoked_at IS NULL AND k.expires_at > %s
"""


def revision_statement() -> str:
    """Parameters as in `page_statement`."""
    return f"SELECT o.revision, o.status, o.language {_LIVE_LINK}"


def page_statement(vendor: str) -> str:
    """SQL with the parameters link id, token hash, public id and now; one row with one JSON array, or none."""
    dialect = _PostgreSQL if vendor == "postgresql" else _SQLite
    parts = [
        dialect.array([*_ORDER, _DELAYED, _HOLD]),
        dialect.array(_SHOP),
        dialect.rows(
            [
                "name",
                "options",
                "quantity",
                "cancelled_quantity",
                "returned_quantity",
                "quantity * unit_price",
            ],
            "SELECT * FROM orders_orderline WHERE order_id = o.id ORDER BY position",
        ),
        dialect.rows(
            ["method", "captured", "captured_at", "detail"],
            "SELECT * FROM orders_payment WHERE order_id = o.id ORDER BY id",
        ),
        _parcels(dialect),
        dialect.rows(
            ["created_at", "body"],
            "SELECT * FROM orders_note WHERE order_id = o.id AND visible_to_customer ORDER BY id DESC LIMIT 20",
        ),
        dialect.rows(
            ["kind", "channel", "subject_line", "state", "reason", "created_at"],
            """SELECT * FROM notifications_message WHERE subject_kind = 'order' AND subject_id = o.id
            AND state <> 'cancelled' ORDER BY id DESC LIMIT 30""",
        ),
        dialect.rows(["kind"], "SELECT kind FROM orders_task WHERE order_id = o.id AND done_at IS NULL"),
        dialect.rows(
            ["weekday", "opens", "closes"], "SELECT * FROM accounts_openinghours WHERE shop_id = o.shop_id"
        ),
        dialect.rows(
            ["day"], "SELECT * FROM policies_closingday WHERE shop_id = o.shop_id ORDER BY day DESC LIMIT 60"
        ),
        _cancellations(dialect),
        dialect.rows(
            _REFUND,
            """SELECT f.*, w.method, w.gateway, a.bank, a.last4 FROM orders_refund f
            JOIN orders_payment w ON w.id = f.payment_id
            LEFT JOIN orders_refundaccount a ON a.id = f.account_id
            WHERE f.order_id = o.id ORDER BY f.id LIMIT 20""",
        ),
    ]
    return f"SELECT {dialect.text(dialect.array(parts))} {_LIVE_LINK}"


def _cancellations(dialect: type[_PostgreSQL | _SQLite]) -> str:
    """Wishes that were confirmed, newest first, with their units; what was only begun is nobody's news."""
    units = dialect.rows(
        ["name", "quantity"],
        """SELECT n.name, u.quantity FROM orders_cancellationline u JOIN orders_orderline n ON n.id = u.line_id
        WHERE u.cancellation_id = c.id ORDER BY n.position""",
    )
    return dialect.rows(
        [*_CANCELLATION, units],
        """SELECT * FROM orders_cancellation WHERE order_id = o.id
        AND status NOT IN ('requested', 'offer_shown', 'abandoned') ORDER BY id DESC LIMIT 10""",
        name="c",
    )


def _parcels(dialect: type[_PostgreSQL | _SQLite]) -> str:
    units = "(SELECT coalesce(sum(quantity), 0) FROM orders_shipmentline WHERE shipment_id = p.id)"
    scans = dialect.rows(
        ["at", "code", "raw_status", "location"],
        "SELECT * FROM orders_trackingevent WHERE shipment_id = p.id ORDER BY at DESC, id DESC LIMIT 50",
    )
    pings = dialect.rows(
        ["at", "latitude", "longitude", "accuracy_m"],
        """SELECT * FROM orders_courierping WHERE shipment_id = p.id AND p.delivered_at IS NULL
        ORDER BY at DESC LIMIT 1""",
    )
    return dialect.rows(
        [*_PARCEL, "p.proof_photo <> ''", units, scans, pings],
        "SELECT * FROM orders_shipment WHERE order_id = o.id AND status <> 'cancelled' ORDER BY number",
        name="p",
    )


class _PostgreSQL:
    @staticmethod
    def array(values: list[str]) -> str:
        return f"json_build_array({', '.join(values)})"

    @classmethod
    def rows(cls, columns: list[str], source: str, name: str = "t") -> str:
        # Both halves are this file's own text; nothing of a request comes near.
        return f"coalesce((SELECT json_agg({cls.array(columns)}) FROM ({source}) {name}), '[]'::json)"  # noqa: S608

    @staticmethod
    def text(value: str) -> str:
        return f"{value}::text"


class _SQLite:
    @staticmethod
    def array(values: list[str]) -> str:
        return f"json_array({', '.join(values)})"

    @classmethod
    def rows(cls, columns: list[str], source: str, name: str = "t") -> str:
        # json(): a sub-select's text would be quoted once more without it.
        return f"json((SELECT json_group_array({cls.array(columns)}) FROM ({source}) {name}))"  # noqa: S608

    @staticmethod
    def text(value: str) -> str:
        return value
