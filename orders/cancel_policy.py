"""Cancellation policies: what a new draft starts from, and the floors of the law that none may go under."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orderdesk.errors import DomainError
from orderdesk.policies.kinds import Kind, register
from orderdesk.policies.models import Policy, PolicyKind
from orderdesk.policies.statutes import NONE, STATUTES, Statute
from orders.models import CancelRule, CancelTerms
from orders.terms import BEFORE_DELIVERY, CancelOutcome, RequestDefault

DAY = 1440
# Without a policy the house's rules hold (cancel_rules.HOUSE_RULES); a first draft starts with the same figures.
_FIRST_TERMS = {"parcel": {"answer_minutes": DAY}, "food": {"answer_minutes": 10}}


def copy_rows(newest: Policy | None, draft: Policy) -> None:
    """Terms and rules of the newest version, or the house's terms and no rows."""
    terms = CancelTerms.objects.filter(policy=newest).first() if newest else None
    terms = terms or CancelTerms(**_FIRST_TERMS.get(draft.shop.kind, {}))
    terms.pk, terms.policy = None, draft
    terms.save(force_insert=True)
    rules = list(CancelRule.objects.filter(policy=newest)) if newest else []
    for rule in rules:
        rule.pk, rule.policy = None, draft
    CancelRule.objects.bulk_create(rules)


def check_floor(policy: Policy) -> None:
    """DomainError `below_the_law` with the article, for the shop's regime."""
    statute = STATUTES.get(policy.shop.legal_regime, NONE)
    for rule in CancelRule.objects.filter(policy=policy):
        _check_rule(rule, statute)
    terms = CancelTerms.objects.filter(policy=policy).first()
    if terms is not None:
        _check_terms(terms, statute)


def _check_rule(rule: CancelRule, statute: Statute) -> None:
    if (rule.fee_percent or rule.fee_amount) and not statute.fee_for_change_of_mind:
        raise DomainError(
            "below_the_law",
            _("Rule “%(rule)s” takes a fee, which the law forbids here: %(article)s."),
            rule=rule.name,
            article=statute.articles["fee_for_change_of_mind"],
        )
    early = rule.status == "" or rule.status in BEFORE_DELIVERY
    if rule.outcome == CancelOutcome.REFUSE and early and statute.withdrawal_days is not None:
        raise DomainError(
            "below_the_law",
            _("Rule “%(rule)s” refuses before the goods have left, but customers may withdraw: %(article)s."),
            rule=rule.name,
            article=statute.articles["withdrawal_days"],
        )


def _check_terms(terms: CancelTerms, statute: Statute) -> None:
    if terms.answer_default == RequestDefault.REFUSE and statute.withdrawal_days is not None:
        raise DomainError(
            "below_the_law",
            _("A request that nobody answers may not count as refused: %(article)s."),
            article=statute.articles["withdrawal_days"],
        )
    if statute.refund_days is not None and terms.answer_minutes > statute.refund_days * DAY:
        raise DomainError(
            "below_the_law",
            _("Requests must be answered within %(days)s days, when money is due back: %(article)s."),
            days=statute.refund_days,
            article=statute.articles["refund_days"],
        )


register(PolicyKind.CANCELLATION, Kind(copy=copy_rows, check=check_floor))
