"""Everything a tracking page shows, read in one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from orderdesk import clock
from orderdesk.accounts.phones import format_phone
from orderdesk.policies.opening import OpeningTimes, weekly_hours
from orderdesk.portal.passes import Pass
from orderdesk.portal.reading import one_row
from orders.terms import OPEN_CANCELLATION, OrderStatus


class Line(NamedTuple):
    name: str
    options: str
    quantity: int
    cancelled: int
    returned: int
    price: int


class Paid(NamedTuple):
    method: str
    captured: int
    at: datetime | None
    detail: str


class Scan(NamedTuple):
    at: datetime
    code: str
    raw_status: str
    location: str


class Ping(NamedTuple):
    at: datetime
    latitude: float
    longitude: float
    accuracy_m: int | None


class Parcel(NamedTuple):
    """One shipment with its newest scans first and the courier's last position."""

    number: int
    method: str
    status: str
    carrier: str
    tracking_number: str
    courier_name: str
    handed_over_at: datetime | None
    first_scan_at: datetime | None
    departed_at: datetime | None
    delivered_at: datetime | None
    proof_name: str
    has_photo: bool
    units: int
    scans: tuple[Scan, ...]
    ping: Ping | None


class Letter(NamedTuple):
    """A message that was sent about the order."""

    kind: str
    channel: str
    subject: str
    state: str
    reason: str
    at: datetime


class Cancelling(NamedTuple):
    """A confirmed wish to cancel; `units` are (line's name, quantity)."""

    id: int
    status: str
    by: str
    answer_by: datetime | None
    answer_default: str
    counter_amount: int | None
    refusal_code: str
    refusal_text: str
    units: tuple[tuple[str, int], ...]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_CANCELLATION


class GivenBack(NamedTuple):
    """A refund on its way to one payment; `bank` and `last4` of the account that it goes to, None without one."""

    id: int
    cause: str
    status: str
    amount: int
    method: str
    gateway: str
    bank: str | None
    last4: str | None
    created_at: datetime | None
    approved_at: datetime | None
    submitted_at: datetime | None
    settled_at: datetime | None
    due_at: datetime | None


class ShopFacts(NamedTuple):
    """How the seller shows itself; named like the columns, so that templates treat it as a shop."""

    name: str
    slug: str
    time_zone: str
    accent: str
    uses_preparing: bool
    uses_ready: bool
    sender_email: str
    sender_phone: str
    company_name: str
    company_number: str
    company_address: str

    @property
    def phone(self) -> str:
        return format_phone(self.sender_phone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order as its customer may see it."""

    id: int
    shop_id: int
    public_id: str
    number: str
    kind: str
    status: str
    held_from: str
    delivery_method: str
    currency: str
    goods_total: int
    discount_total: int
    shipping_total: int
    total: int
    captured_total: int
    cancelled_total: int
    kept_fee: int
    refunded_total: int
    payment_state: str
    pays_later: bool
    recipient_name: str
    recipient_phone: str
    postcode: str
    address1: str
    address2: str
    latitude: float | None
    longitude: float | None
    customer_note: str
    language: str
    cancel_reason: str
    revision: int
    placed_at: datetime
    confirmed_at: datetime | None
    preparing_at: datetime | None
    ready_at: datetime | None
    departed_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    cancelled_at: datetime | None
    expired_at: datetime | None
    pay_by: datetime | None
    complete_after: datetime | None
    promised_from: datetime | None
    promised_until: datetime | None
    delayed_at: datetime | None
    hold_reason: str | None
    shop: ShopFacts
    lines: tuple[Line, ...]
    payments: tuple[Paid, ...]
    parcels: tuple[Parcel, ...]
    notes: tuple[tuple[datetime, str], ...]
    letters: tuple[Letter, ...]
    open_tasks: frozenset[str]
    opening: OpeningTimes
    cancellations: tuple[Cancelling, ...]
    refunds: tuple[GivenBack, ...]

    @property
    def owed(self) -> int:
        """What the order costs now, as Order.owed."""
        dead = self.status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED)
        return self.kept_fee if dead else self.total - self.cancelled_total

    @property
    def to_give_back(self) -> int:
        """What was paid above that and has not gone back yet."""
        return max(self.captured_total - self.refunded_total - self.owed, 0)


class Revision(NamedTuple):
    revision: int
    status: str
    language: str


_FIRST_MOMENT, _LAST_MOMENT = 30, 44
_ZONE = 2  # of the shop's columns


def revision_of(held: Pass, public_id: str) -> Revision | None:
    """Only what the ETag is made of; None when the pass opens nothing (any more)."""
    row = one_row("tracking_revision", _asked(held, public_id))
    return Revision(*row) if row else None


def facts_of(held: Pass, public_id: str) -> OrderFacts | None:
    """The order behind a pass whose link is live and belongs to `public_id`; one query."""
    row = one_row("tracking_page", _asked(held, public_id))
    return _facts(json.loads(row[0])) if row else None


def _asked(held: Pass, public_id: str) -> list[Any]:
    return [held.link_id, held.token_hash, public_id, clock.now()]


def _facts(row: Sequence[Any]) -> OrderFacts:
    order, shop, lines, payments, parcels, notes, letters, tasks, hours, closing, stops, refunds = row
    order[_FIRST_MOMENT:_LAST_MOMENT] = [_moment(text) for text in order[_FIRST_MOMENT:_LAST_MOMENT]]
    parts: list[Any] = [
        *order,
        ShopFacts(*shop),
        tuple(Line(*line) for line in lines),
        tuple(Paid(method, sum_, _moment(at), text) for method, sum_, at, text in payments),
        tuple(_parcel(parcel) for parcel in parcels),
        tuple((_known(at), body) for at, body in notes),
        tuple(_letter(letter) for letter in letters),
        frozenset(task[0] for task in tasks),
        _opening(ZoneInfo(shop[_ZONE]), hours, closing),
        tuple(_cancelling(stop) for stop in stops),
        tuple(_given_back(refund) for refund in refunds),
    ]
    return OrderFacts(*parts)


def _opening(zone: ZoneInfo, hours: list[list[Any]], closing: list[list[str]]) -> OpeningTimes:
    weekly = weekly_hours(
        (day, time.fromisoformat(opens), time.fromisoformat(closes)) for day, opens, closes in hours
    )
    return OpeningTimes(zone, weekly, frozenset(date.fromisoformat(day) for (day,) in closing))


def _cancelling(row: list[Any]) -> Cancelling:
    *plain, units = row
    plain[3] = _moment(plain[3])
    parts = [*plain, tuple((name, quantity) for name, quantity in units)]
    return Cancelling(*parts)


def _given_back(row: list[Any]) -> GivenBack:
    return GivenBack(*row[:8], *(_moment(text) for text in row[8:]))


def _letter(row: list[Any]) -> Letter:
    kind, channel, subject, state, reason, at = row
    return Letter(kind, channel, subject, state, reason, _known(at))


def _parcel(row: list[Any]) -> Parcel:
    *plain, scans, pings = row
    plain[6:10] = [_moment(text) for text in plain[6:10]]
    ping = next((Ping(_known(at), *rest) for at, *rest in pings), None)
    parts = [*plain, tuple(Scan(_known(at), *rest) for at, *rest in scans), ping]
    return Parcel(*parts)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else _known(text)


def _known(text: str) -> datetime:
    """PostgreSQL writes an offset into JSON, SQLite holds UTC without one."""
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
