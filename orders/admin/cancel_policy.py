"""Editing a draft of the cancellation policy: its terms, its rules row by row, and what it would have changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.console.durations import DAY, DurationField, minutes_in_words
from orderdesk.errors import DomainError
from orderdesk.money import Money
from orderdesk.policies.admin.editors import Editor, Rows, register_editor
from orderdesk.policies.admin.policy import only_drafts
from orderdesk.policies.models import Policy, PolicyKind, PolicyStatus
from orders.models import CancelRule, CancelTerms
from orders.services.cancelling.what_if import what_if


class TermsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Answer times, limits and free shipping of a draft."""

    answer_minutes = DurationField(label=_("Time to answer a request"), least=1, most=14 * DAY)

    class Meta:
        model = CancelTerms
        fields: ClassVar = (
            "answer_minutes",
            "answer_default",
            "free_shipping_over",
            "standard_shipping",
            "agent_limit",
            "lead_limit",
        )


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """One row of a draft."""

    class Meta:
        model = CancelRule
        fields: ClassVar = (
            "position",
            "name",
            "status",
            "delivery_method",
            "minutes_since_placed",
            "minutes_since_accepted",
            "outcome",
            "fee_percent",
            "fee_amount",
        )


def _draft(policy: Policy) -> Policy:
    if policy.status != PolicyStatus.DRAFT:
        raise DomainError("not_a_draft", only_drafts(policy) or "")
    return policy


def _rule_of(request: HttpRequest, policy: Policy) -> CancelRule:
    """The row that `?rule=` names, or a new one at the end."""
    wanted = request.GET.get("rule", "")
    found = (
        policy.cancel_rules.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() else None
    )
    last = policy.cancel_rules.order_by("-position").first()
    return found or CancelRule(policy=policy, position=last.position + 1 if last else 1)


def _terms_of(policy: Policy) -> CancelTerms:
    return CancelTerms.objects.filter(policy=policy).first() or CancelTerms(policy=policy)


def _save_terms(_request: HttpRequest, policy: Policy, cleaned: dict[str, Any]) -> Text:
    CancelTerms.objects.update_or_create(policy=_draft(policy), defaults=cleaned)
    return _("The draft is saved.")


def _save_rule(request: HttpRequest, policy: Policy, cleaned: dict[str, Any]) -> Text:
    rule = _rule_of(request, _draft(policy))
    for name, value in cleaned.items():
        setattr(rule, name, value)
    rule.save()
    return _("The draft is saved.")


def _drop_rule(request: HttpRequest, policy: Policy, _cleaned: dict[str, Any]) -> Text:
    rule = _rule_of(request, _draft(policy))
    if rule.pk is None:
        raise DomainError("no_rule", _("Choose the rule in the table."))
    rule.delete()
    return _("The rule is gone from the draft.")


_CHANGE = "policies.change_policy"
ACTIONS = (
    ObjectAction(
        "cancel_terms",
        _("Change terms"),
        _CHANGE,
        _save_terms,
        TermsForm,
        only_drafts,
        form_arguments=lambda _request, policy: {"instance": _terms_of(policy)},
    ),
    ObjectAction(
        "cancel_rule",
        _("Add a rule"),
        _CHANGE,
        _save_rule,
        RuleForm,
        only_drafts,
        form_arguments=lambda request, policy: {"instance": _rule_of(request, policy)},
    ),
    ObjectAction("cancel_rule_away", _("Remove a rule"), _CHANGE, _drop_rule, why_not=only_drafts, menu=True),
)


def _rows(policy: Policy, before: Policy | None) -> Rows:
    now, then = _words(policy), _words(before) if before else {}
    return [
        {"label": label, "value": value, "before": then.get(label) if then.get(label) != value else None}
        for label, value in now.items()
    ]


def _words(policy: Policy) -> dict[str, str]:
    terms = _terms_of(policy)
    return {
        str(_("Time to answer a request")): minutes_in_words(terms.answer_minutes),
        str(_("without an answer")): str(terms.get_answer_default_display()),
        str(_("free shipping from")): _money(policy, terms.free_shipping_over),
        str(_("shipping below that")): _money(policy, terms.standard_shipping),
        str(_("an agent gives back at most")): _money(policy, terms.agent_limit),
        str(_("a lead gives back at most")): _money(policy, terms.lead_limit),
    }


def _money(policy: Policy, amount: int | None) -> str:
    return "—" if amount is None else Money(amount, policy.shop.currency).format(get_language() or "ko")


def _context(request: HttpRequest, policy: Policy) -> dict[str, Any]:
    asked = request.GET.get("whatif")
    shown: dict[str, Any] = {
        "rules": list(policy.cancel_rules.all()),
        "editable": policy.status == PolicyStatus.DRAFT,
    }
    if asked:
        result = what_if(policy, last=500)
        shown["what_if"] = result
        shown["what_if_cost"] = _money(policy, result.cost)
    return shown


register_editor(
    PolicyKind.CANCELLATION,
    Editor(_("Terms of cancelling"), _rows, ACTIONS, "admin/policies/cancel_rules.html", _context),
)
