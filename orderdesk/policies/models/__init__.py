from orderdesk.policies.models.closing_day import ClosingDay
from orderdesk.policies.models.policy import Policy, PolicyKind, PolicyStatus, TimingTerms

__all__ = ["ClosingDay", "Policy", "PolicyKind", "PolicyStatus", "TimingTerms"]
