"""What each kind of policy brings along: its rows for a new draft, and what the law says before it is published.

Rooms above register their own kinds when their app is ready; a kind that nobody registered has no rows to copy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orderdesk.policies.models import Policy, PolicyKind, TimingTerms

Copy = Callable[[Policy | None, Policy], None]
Check = Callable[[Policy], None]


def _no_rows(_newest: Policy | None, _draft: Policy) -> None:
    return


def _lawful(_policy: Policy) -> None:
    return


@dataclass(frozen=True, slots=True)
class Kind:
    """`copy(newest or None, draft)` writes the draft's rows; `check(policy)` raises DomainError below a legal floor."""

    copy: Copy = _no_rows
    check: Check = _lawful


def _copy_timings(newest: Policy | None, draft: Policy) -> None:
    terms = TimingTerms.objects.filter(policy=newest).first() if newest else None
    terms = terms or TimingTerms()
    terms.pk, terms.policy = None, draft
    terms.save(force_insert=True)


_KINDS: dict[str, Kind] = {PolicyKind.TIMING: Kind(copy=_copy_timings)}


def register(kind: str, how: Kind) -> None:
    """Say what a kind brings along; the last word counts."""
    _KINDS[kind] = how


def kind_of(kind: str) -> Kind:
    """What a kind brings along."""
    return _KINDS.get(kind, Kind())
