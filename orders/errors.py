"""Refusals of this room that others catch by type."""

from __future__ import annotations

from orderdesk.errors import Conflict, DomainError


class TransitionRefused(DomainError):
    """The order is not in a state, or lacks something, that the verb needs."""


class StaleVersion(Conflict):
    """The order changed since the reader's form was made."""


class Busy(Conflict):
    """Another change holds the order's lock for longer than one waits."""
