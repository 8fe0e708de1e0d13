"""The policy editor's screens."""

from orderdesk.policies.admin.closing_day import ClosingDayAdmin
from orderdesk.policies.admin.policy import PolicyAdmin

__all__ = ["ClosingDayAdmin", "PolicyAdmin"]
