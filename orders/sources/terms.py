"""What a source says, before anything is written: frozen facts in minor units and UTC."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise

from orderdesk.money import allocate


@dataclass(frozen=True, slots=True)
class ShopDefaults:
    """What a shop is made with when the import names one that does not exist."""

    currency: str
    country: str
    time_zone: str
    language: str
    legal_regime: str = "none"


class Row(NamedTuple):
    """The cells of one row in the order its reader wants them, and its line in the file."""

    line: int
    cells: tuple[str, ...]

    @property
    def raw(self) -> str:
        """The row as CSV text again."""
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow(self.cells)
        return text.getvalue()


class Document(NamedTuple):
    """One order, credit or adjustment, unread: `text` is all that its digest depends on."""

    kind: str
    ref: str
    line: int
    text: str
    rows: Any


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that cannot be taken: its line, the column at fault, a code of `complaints` with parameters, its text."""

    line: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    raw: str = ""


class BadCell(Exception):
    """A cell that makes no sense."""

    def __init__(self, column: str, code: str, **params: Any) -> None:
        super().__init__(column, code, params)
        self.column = column
        self.code = code
        self.params = params


class BadDocument(Exception):
    """A document that is left out, with every row of it and why."""

    def __init__(self, rejects: list[Reject]) -> None:
        super().__init__(rejects)
        self.rejects = rejects


class Unreadable(Exception):
    """The file is not what the source reads: missing columns, another format, not there."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class SourceFlag:
    """An oddity to show on the order: a code of `orders.flags` and what was found."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SourceCustomer:
    """Who bought; `ref` is the source's own id, else mail, else phone and name tell people apart."""

    ref: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One product of an order; amounts in minor units."""

    name: str
    quantity: int
    unit_price: int
    sku: str = ""
    options: str = ""
    discount: int = 0
    tax: int = 0


@dataclass(frozen=True, slots=True)
class SourcePayment:
    """One means of payment; `at` is when the money was captured, None with `captured` when no one knows."""

    method: str
    amount: int
    captured: bool
    at: datetime | None = None
    detail: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SourceShipment:
    """One parcel with all units of the order, or those of `units`: pairs (position of the line, quantity)."""

    status: str
    departed_at: datetime | None = None
    delivered_at: datetime | None = None
    carrier: str = ""
    tracking_number: str = ""
    units: tuple[tuple[int, int], ...] = ()
    all_units: bool = True


@dataclass(frozen=True, slots=True)
class SourceReview:
    """What the customer said of the order."""

    ref: str
    score: int
    title: str
    text: str
    asked_at: datetime | None
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class SourceAddress:
    """Where the goods went."""

    name: str = ""
    phone: str = ""
    country: str = ""
    postcode: str = ""
    address1: str = ""
    address2: str = ""


@dataclass(frozen=True, slots=True)
class SourceTimes:
    """When each step happened, as far as the source knows."""

    placed: datetime
    paid: datetime | None = None
    confirmed: datetime | None = None
    preparing: datetime | None = None
    ready: datetime | None = None
    departed: datetime | None = None
    delivered: datetime | None = None
    completed: datetime | None = None
    cancelled: datetime | None = None
    promised_from: datetime | None = None
    promised_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceOrder:
    """An order as its source tells it."""

    ref: str
    number: str
    status: str
    times: SourceTimes
    customer: SourceCustomer
    lines: tuple[SourceLine, ...]
    payments: tuple[SourcePayment, ...] = ()
    shipments: tuple[SourceShipment, ...] = ()
    reviews: tuple[SourceReview, ...] = ()
    address: SourceAddress = SourceAddress()
    flags: tuple[SourceFlag, ...] = ()
    shipping: int = 0
    order_discount: int = 0
    # What was agreed on when the source lists no items: the sum is known, its parts are not.
    unlisted: int = 0
    cancel_reason: str = ""
    customer_note: str = ""
    delivery_method: str = ""
    currency: str = ""
    pays_later: bool = False
    # The source knows that everything arrived although it names no parcel.
    arrived_unseen: bool = False

    @property
    def goods(self) -> int:
        """Quantity times price of every line, or the sum that is known when no line is."""
        return self.unlisted + sum(line.quantity * line.unit_price for line in self.lines)

    @property
    def discount(self) -> int:
        return self.order_discount + sum(line.discount for line in self.lines)

    def discount_shares(self) -> list[int]:
        """The order's discount spread over its lines by what each is worth."""
        if not self.order_discount:
            return [0] * len(self.lines)
        worth = [line.quantity * line.unit_price - line.discount for line in self.lines]
        return allocate(self.order_discount, worth)

    @property
    def total(self) -> int:
        """What the customer had to pay."""
        return self.goods - self.discount + self.shipping


@dataclass(frozen=True, slots=True)
class SourceCreditLine:
    """One product given back; `goods` is off for fees and postage, which are matched to no sale."""

    sku: str
    name: str
    quantity: int
    amount: int
    goods: bool = True


@dataclass(frozen=True, slots=True)
class SourceCredit:
    """A credit invoice."""

    ref: str
    number: str
    at: datetime
    customer: SourceCustomer
    lines: tuple[SourceCreditLine, ...]


@dataclass(frozen=True, slots=True)
class SourceAdjustmentLine:
    """One line of a document that sold nothing."""

    kind: str
    sku: str
    name: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class SourceAdjustment:
    """A document that sold nothing to anybody."""

    ref: str
    number: str
    at: datetime
    lines: tuple[SourceAdjustmentLine, ...]


Parsed = SourceOrder | SourceCredit | SourceAdjustment
