"""What a cancellation is judged and counted from: an order's lines, parcels, terms and earlier parts, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, prefetch_related_objects

from orderdesk.accounts.models import OrderKind
from orderdesk.policies.models import Policy, PolicyKind
from orders.cancel_rules import CancelFacts, Verdict
from orders.gateways import gateway_of
from orders.models import (
    Cancellation,
    CancelRule,
    CancelTerms,
    Order,
    OrderLine,
    Payment,
    ShipmentLine,
    StockItem,
)
from orders.quotes import LineFacts, Quote, QuoteFacts, QuoteItem, quote_cancellation
from orders.terms import (
    BEFORE_HANDOVER,
    CancellationStatus,
    OrderStatus,
    RefundComponent,
    ShipmentStatus,
)

# Without a published policy: a parcel's request waits a day for its answer, a dish on the stove ten minutes.
ANSWER_MINUTES = {OrderKind.PARCEL: 1440, OrderKind.FOOD: 10}


def policy_in_force(shop_id: int, at: datetime) -> int | None:
    """The cancellation policy that an order placed at `at` is bound to; None where the house's defaults hold."""
    policies = Policy.objects.filter(shop_id=shop_id, kind=PolicyKind.CANCELLATION).in_force(at)
    return policies.values_list("pk", flat=True).first()


@dataclass
class Ground:
    """An order as cancelling sees it; every part is read at most once, under whatever lock the caller holds."""

    order: Order
    at: datetime
    policy_id: int | None = field(default=None)
    # The caller holds the order's lock and will ask for money: its payments are locked as they are read.
    locked: bool = False

    def __post_init__(self) -> None:
        self.policy_id = self.policy_id or self.order.cancel_policy_id

    @cached_property
    def lines(self) -> dict[int, OrderLine]:
        return {line.pk: line for line in self._lines}

    @cached_property
    def _lines(self) -> list[OrderLine]:
        counted = StockItem.objects.filter(shop_id=self.order.shop_id, sku=OuterRef("sku"))
        return list(self.order.lines.annotate(is_counted=Exists(counted)))

    @property
    def has_stock(self) -> bool:
        """Whether any of the order's SKUs is counted."""
        return any(getattr(line, "is_counted", False) for line in self._lines)

    @cached_property
    def terms(self) -> CancelTerms:
        found = CancelTerms.objects.filter(policy_id=self.policy_id).first() if self.policy_id else None
        return found or CancelTerms(answer_minutes=ANSWER_MINUTES[OrderKind(self.order.kind)])

    @cached_property
    def rules(self) -> list[CancelRule]:
        return list(CancelRule.objects.filter(policy_id=self.policy_id)) if self.policy_id else []

    @cached_property
    def boxed(self) -> list[ShipmentLine]:
        """What stands in shipments that have not left, with the shipment."""
        self.read_parcels()
        waiting = [each for each in self.order.shipments.all() if each.status in BEFORE_HANDOVER]
        return [row for shipment in waiting for row in shipment.lines.all()]

    def read_parcels(self) -> None:
        """Read the shipments into the order, where the guards look too; once."""
        prefetch_related_objects([self.order], "shipments__lines")

    @cached_property
    def payments(self) -> list[Payment]:
        rows = self.order.payments.all()
        return list(rows.select_for_update() if self.locked else rows)

    @cached_property
    def earlier_clawback(self) -> int:
        """Minor units of shipping charged by earlier parts of this order (≥ 0)."""
        if not self.order.cancelled_total:
            return 0
        done = Cancellation.objects.filter(order=self.order, status=CancellationStatus.COMPLETED)
        quotes = [Quote.from_json(quote) for quote in done.values_list("quote", flat=True) if quote]
        return -sum(quote.of(RefundComponent.CLAWBACK) for quote in quotes)

    @property
    def answer_by(self) -> datetime:
        return self.at + timedelta(minutes=self.terms.answer_minutes)

    @property
    def has_left(self) -> bool:
        return any(line.shipped_quantity for line in self.lines.values())

    def closed_units(self, line_id: int) -> int:
        """Units of a line in packed parcels that wait to leave."""
        packed = ShipmentStatus.PACKED
        return sum(
            row.quantity for row in self.boxed if row.line_id == line_id and row.shipment.status == packed
        )

    def needs_packed(self, units: Mapping[int, int]) -> bool:
        """Whether a closed parcel would have to be opened for these units."""
        return any(
            quantity > self.lines[pk].to_ship - self.closed_units(pk) for pk, quantity in units.items()
        )

    def takes_all(self, units: Mapping[int, int]) -> bool:
        """Whether nothing of the order would be left, shipped or not."""
        return all(
            line.quantity == line.cancelled_quantity + units.get(pk, 0) for pk, line in self.lines.items()
        )

    def facts(self, units: Mapping[int, int]) -> CancelFacts:
        order = self.order
        return CancelFacts(
            kind=order.kind,
            status=order.held_from or order.status if order.status == OrderStatus.ON_HOLD else order.status,
            delivery_method=order.delivery_method,
            regime=order.legal_regime,
            since_placed=_minutes(order.placed_at, self.at),
            since_accepted=_minutes(order.confirmed_at, self.at) if order.confirmed_at else None,
            promise_broken=self.promise_broken,
            packed=self.needs_packed(units),
        )

    @property
    def promise_broken(self) -> bool:
        promised = self.order.promised_until
        return promised is not None and promised < self.at

    def quote(self, units: Mapping[int, int], fault: Mapping[str, int], verdict: Verdict) -> Quote:
        """The money outcome; an order never gives back more than it costs now."""
        order, left = self.order, 0
        for pk, line in self.lines.items():
            left += _worth(line, line.quantity) - _worth(line, line.cancelled_quantity + units.get(pk, 0))
        facts = QuoteFacts(
            currency=order.currency,
            regime=order.legal_regime,
            fault=fault,
            lines=tuple(
                _line_facts(line, units[pk]) for pk, line in sorted(self.lines.items()) if pk in units
            ),
            shipping_paid=order.shipping_total,
            shipping_given_back=order.shipping_refund_held,
            keeps_goods=not self.takes_all(units),
            has_left=self.has_left,
            free_shipping_over=self.terms.free_shipping_over,
            standard_shipping=self.terms.standard_shipping,
            goods_kept=left,
            clawback_done=self.earlier_clawback > 0,
            fee_percent=verdict.fee_percent,
            fee_amount=verdict.fee_amount,
            promise_broken=self.promise_broken,
            clawback_taken=max(self.earlier_clawback, 0),
            unpaid=max(order.balance, 0),
        )
        return _within(quote_cancellation(facts), order.owed)

    def needs_account(self, quote: Quote) -> bool:
        """Whether the money cannot go back the way it came."""
        if quote.total <= 0:
            return False
        return any(
            payment.refundable > 0 and gateway_of(payment.gateway).needs_account(payment.method)
            for payment in self.payments
        )


def _within(quote: Quote, owed: int) -> Quote:
    # Goodwill that was given before lowers what the order costs, but belongs to no line.
    above = min(quote.worth - owed, quote.total)
    if above <= 0:
        return quote
    given = QuoteItem(RefundComponent.GOODWILL, -above, "given_before")
    return Quote(quote.currency, (*quote.items, given))


def _line_facts(line: OrderLine, take: int) -> LineFacts:
    return LineFacts(
        line_id=line.pk,
        paid=line.paid,
        quantity=line.quantity,
        gone=line.cancelled_quantity + line.returned_quantity,
        given_back=line.refund_held,
        take=take,
    )


def _worth(line: OrderLine, units: int) -> int:
    """What the first `units` of a line cost, in minor units, rounded half up."""
    return (2 * line.paid * units + line.quantity) // (2 * line.quantity)


def _minutes(since: datetime, until: datetime) -> int:
    return max(int((until - since).total_seconds() // 60), 0)
