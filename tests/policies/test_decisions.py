"""Judging rules: first match wins, and every check is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderdesk.accounts.models import LegalRegime
from orderdesk.policies.decisions import decide
from orderdesk.policies.statutes import STATUTES


@dataclass(frozen=True)
class AtLeast:
    """A rule over a number: at least `floor` gives `answer`."""

    name: str
    floor: int
    answer: str

    def checks(self, facts: int) -> Mapping[str, bool]:
        return {"high_enough": facts >= self.floor}

    def outcome(self, facts: int) -> str:
        return self.answer


RULES = [AtLeast("gold", 100, "free"), AtLeast("silver", 10, "half")]


def test_the_first_rule_whose_checks_hold_decides() -> None:
    assert (decide(RULES, 150, "full").outcome, decide(RULES, 50, "full").outcome) == ("free", "half")


def test_without_a_rule_the_default_decides() -> None:
    assert decide(RULES, 1, "full").rule == "default"


def test_a_decision_keeps_every_check_that_was_made() -> None:
    assert decide(RULES, 50, "full").as_json() == {
        "rule": "silver",
        "checks": {"gold": {"high_enough": False}, "silver": {"high_enough": True}},
    }


def test_every_legal_regime_has_its_statute() -> None:
    assert set(STATUTES) == set(LegalRegime.values)
    assert STATUTES[LegalRegime.KR_GOODS].withdrawal_days == 7
