"""Whether a customer's wish to cancel happens at once, costs a fee, must be asked for, or comes too late.

Pure once the facts are gathered: the shop's rows are judged from the top, then the house's defaults, and the statutes
come last and win.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orderdesk.accounts.models import OrderKind
from orderdesk.policies.decisions import Decision, Rule, decide
from orderdesk.policies.statutes import NONE, STATUTES
from orders.models.cancel_policy import CancelRule
from orders.terms import BEFORE_DELIVERY, CancelOutcome, OrderStatus

Then = CancelOutcome
S = OrderStatus


@dataclass(frozen=True, slots=True)
class CancelFacts:
    """What the rules may ask about. `status`: the order's, of a held one where it was held.

    Minutes are whole ones at the time of the request; `since_accepted` is None before acceptance. `packed`: some of
    the units stand in a closed parcel; `gone`: some have left the house.
    """

    kind: str
    status: str
    delivery_method: str
    regime: str
    since_placed: int
    since_accepted: int | None = None
    promise_broken: bool = False
    packed: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, its fee (per cent of the goods plus minor units), and the article when a statute decided."""

    outcome: str
    fee_percent: int = 0
    fee_amount: int = 0
    article: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "fee_percent": self.fee_percent,
            "fee_amount": self.fee_amount,
            "article": self.article,
        }


@dataclass(frozen=True, slots=True)
class RowRule:
    """A stored row as a Rule: empty columns match everything."""

    row: CancelRule

    @property
    def name(self) -> str:
        return self.row.name

    def checks(self, facts: CancelFacts) -> Mapping[str, bool]:
        row = self.row
        return {
            "status": row.status in ("", facts.status),
            "delivery": row.delivery_method in ("", facts.delivery_method),
            "since_placed": row.minutes_since_placed is None
            or facts.since_placed <= row.minutes_since_placed,
            "since_accepted": row.minutes_since_accepted is None
            or (facts.since_accepted is not None and facts.since_accepted <= row.minutes_since_accepted),
        }

    def outcome(self, facts: CancelFacts) -> Verdict:
        return Verdict(self.row.outcome, self.row.fee_percent, self.row.fee_amount)


@dataclass(frozen=True, slots=True)
class HouseRule:
    """What holds in a shop that published no policy, and below the rows of one that did."""

    name: str
    kinds: frozenset[str]
    statuses: frozenset[str]
    then: str

    def checks(self, facts: CancelFacts) -> Mapping[str, bool]:
        return {"kind": facts.kind in self.kinds, "status": facts.status in self.statuses}

    def outcome(self, facts: CancelFacts) -> Verdict:
        return Verdict(self.then)


_BOTH = frozenset({str(OrderKind.PARCEL), str(OrderKind.FOOD)})
HOUSE_RULES: tuple[HouseRule, ...] = (
    HouseRule("house.not_answered", _BOTH, frozenset({S.AWAITING_PAYMENT, S.PLACED}), Then.FREE),
    HouseRule("house.not_begun", frozenset({str(OrderKind.PARCEL)}), frozenset({S.CONFIRMED}), Then.FREE),
    HouseRule("house.begun", _BOTH, frozenset({S.CONFIRMED, S.PREPARING, S.READY}), Then.REQUEST),
)


def judge(rows: Iterable[CancelRule], facts: CancelFacts) -> Decision[Verdict]:
    """The decision for one wish; its `rule` is the row's name, `house.…`, `left`, or `default` (too late)."""
    if facts.gone or facts.status not in BEFORE_DELIVERY:
        return Decision(Verdict(Then.REFUSE), "left", {})
    rules: list[Rule[CancelFacts, Verdict]] = [*(RowRule(row) for row in rows), *HOUSE_RULES]
    found: Decision[Verdict] = decide(rules, facts, Verdict(Then.REFUSE))
    return replace(found, outcome=_by_law(_if_packed(found.outcome, facts), facts))


def _if_packed(verdict: Verdict, facts: CancelFacts) -> Verdict:
    # A closed parcel must be opened by a person: nothing happens at once.
    at_once = verdict.outcome in (Then.FREE, Then.FEE)
    return replace(verdict, outcome=Then.REQUEST) if facts.packed and at_once else verdict


def _by_law(verdict: Verdict, facts: CancelFacts) -> Verdict:
    statute = STATUTES.get(facts.regime, NONE)
    if verdict.outcome == Then.REFUSE and statute.withdrawal_days is not None:
        return replace(verdict, outcome=Then.REQUEST, article=statute.articles["withdrawal_days"])
    if not (verdict.fee_percent or verdict.fee_amount):
        return verdict
    if not statute.fee_for_change_of_mind:
        article = statute.articles["fee_for_change_of_mind"]
        return replace(verdict, outcome=_without_fee(verdict), article=article)
    if facts.promise_broken:
        return replace(verdict, outcome=_without_fee(verdict))
    return verdict


def _without_fee(verdict: Verdict) -> str:
    # The figures stay: the quote shows the fee as 0 with the reason why.
    return Then.FREE if verdict.outcome == Then.FEE else verdict.outcome
