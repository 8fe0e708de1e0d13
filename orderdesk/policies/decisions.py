"""Judging rules: the same few lines for every kind of policy, pure once the facts are gathered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

F = TypeVar("F", contravariant=True)
T = TypeVar("T", covariant=True)
Outcome = TypeVar("Outcome")


class Rule(Protocol[F, T]):
    """One row of a policy: named checks over the facts, and the terms that follow when all hold."""

    @property
    def name(self) -> str: ...

    def checks(self, facts: F) -> Mapping[str, bool]: ...

    def outcome(self, facts: F) -> T: ...


@dataclass(frozen=True, slots=True)
class Decision(Generic[Outcome]):
    """What was decided, by which rule, and how every check of every rule came out."""

    outcome: Outcome
    rule: str
    checks: Mapping[str, Mapping[str, bool]]

    def as_json(self) -> dict[str, Any]:
        """The stored form: rule and checks; the outcome is stored by whoever owns its columns."""
        return {"rule": self.rule, "checks": {rule: dict(checks) for rule, checks in self.checks.items()}}


def decide(rules: Sequence[Rule[F, Outcome]], facts: F, otherwise: Outcome) -> Decision[Outcome]:
    """The first rule whose checks all hold wins; with none, `otherwise` by the rule named `default`."""
    seen: dict[str, Mapping[str, bool]] = {}
    for rule in rules:
        seen[rule.name] = rule.checks(facts)
        if all(seen[rule.name].values()):
            return Decision(rule.outcome(facts), rule.name, seen)
    return Decision(otherwise, "default", seen)
