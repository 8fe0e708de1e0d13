"""A draft run over past orders: which decisions would have changed, and what that costs the shop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from orderdesk.policies.models import Policy
from orders.cancel_rules import CancelFacts, Verdict, judge
from orders.models import Cancellation, CancelRule, Order
from orders.quotes import half_up
from orders.terms import CancelOutcome, OrderStatus

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """One order whose decision differs; `cost` is what the shop keeps less (minor units, negative: keeps more)."""

    order_id: int
    number: str
    then: str
    now: str
    rule: str
    cost: int

    @property
    def then_words(self) -> str:
        return str(CancelOutcome(self.then).label) if self.then else "—"

    @property
    def now_words(self) -> str:
        return str(CancelOutcome(self.now).label)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """How many wishes were looked at, those that differ, and their cost in sum (minor units)."""

    looked_at: int
    changes: tuple[Change, ...]

    @property
    def cost(self) -> int:
        return sum(change.cost for change in self.changes)

    @property
    def by_outcome(self) -> dict[tuple[str, str], int]:
        return dict(Counter((change.then, change.now) for change in self.changes))


def what_if(policy: Policy, *, last: int = 500) -> WhatIf:
    """Judge the shop's newest `last` wishes to cancel (at most 2,000) again, by `policy`; three queries.

    Facts are as they were at the first POST: state and times of the row, not of today.
    """
    rules = list(CancelRule.objects.filter(policy=policy))
    wishes = Cancellation.objects.filter(order__shop_id=policy.shop_id).exclude(decision={})
    rows = list(wishes.select_related("order").order_by("-requested_at", "-pk")[: min(last, MOST)])
    changes = [change for row in rows if (change := _change(row, rules))]
    return WhatIf(len(rows), tuple(changes))


def _change(row: Cancellation, rules: list[CancelRule]) -> Change | None:
    then, now = _then(row), judge(rules, _facts(row))
    verdict, order = now.outcome, row.order
    goods = sum(item["amount"] for item in row.quote.get("items", []) if item.get("component") == "goods")
    cost = _fee(then, goods) - _fee(verdict, goods)
    if (then.outcome, cost) == (verdict.outcome, 0):
        return None
    return Change(order.pk, order.number, then.outcome, verdict.outcome, now.rule, cost)


def _then(row: Cancellation) -> Verdict:
    return Verdict(**row.decision["verdict"]) if "verdict" in row.decision else Verdict(row.outcome)


def _fee(verdict: Verdict, goods: int) -> int:
    if verdict.outcome in (CancelOutcome.FREE, CancelOutcome.REFUSE) or verdict.article:
        return 0
    return min(half_up(goods * verdict.fee_percent, 100) + verdict.fee_amount, goods)


def _facts(row: Cancellation) -> CancelFacts:
    order: Order = row.order
    at, accepted = row.requested_at, order.confirmed_at
    status = row.order_status or order.status
    return CancelFacts(
        kind=order.kind,
        status=order.held_from or OrderStatus.CONFIRMED if status == OrderStatus.ON_HOLD else status,
        delivery_method=order.delivery_method,
        regime=order.legal_regime,
        since_placed=max(int((at - order.placed_at).total_seconds() // 60), 0),
        since_accepted=int((at - accepted).total_seconds() // 60) if accepted and accepted <= at else None,
        promise_broken=order.promised_until is not None and order.promised_until < at,
    )
