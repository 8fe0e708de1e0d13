"""The timing policy that a new order is placed under, and the due times that follow from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from orderdesk.policies.models import Policy, PolicyKind, TimingTerms
from orderdesk.policies.models.policy import AcceptanceDefault


@dataclass(frozen=True, slots=True)
class Timings:
    """Terms of one version; `policy_id` is None for the defaults of a shop that published none."""

    policy_id: int | None
    acceptance: timedelta
    acceptance_default: str
    payment: timedelta
    completion: timedelta

    def accept_by(self, placed_at: datetime) -> datetime:
        return placed_at + self.acceptance

    def pay_by(self, created_at: datetime) -> datetime:
        return created_at + self.payment

    def complete_after(self, delivered_at: datetime) -> datetime:
        return delivered_at + self.completion


def _timings(terms: TimingTerms, policy_id: int | None) -> Timings:
    return Timings(
        policy_id=policy_id,
        acceptance=timedelta(minutes=terms.acceptance_minutes),
        acceptance_default=terms.acceptance_default,
        payment=timedelta(minutes=terms.unpaid_minutes),
        completion=timedelta(days=terms.completion_days),
    )


def timings_at(shop_id: int, at: datetime) -> Timings:
    """The version in force in a shop at `at`, or the defaults; one query."""
    policy = (
        Policy.objects.filter(shop_id=shop_id, kind=PolicyKind.TIMING)
        .in_force(at)
        .select_related("timing")
        .first()
    )
    return _timings(policy.timing, policy.pk) if policy else _timings(TimingTerms(), None)


def timings_of(policy_id: int | None) -> Timings:
    """The terms of the version an order was bound to."""
    terms = TimingTerms.objects.filter(policy_id=policy_id).first() if policy_id else None
    return _timings(terms or TimingTerms(), policy_id)


__all__ = ["AcceptanceDefault", "Timings", "timings_at", "timings_of"]
