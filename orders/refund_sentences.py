"""What happened to a refund, as a sentence a colleague reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.money import Money

REFUND_SENTENCES: Mapping[str, str | Promise] = {
    "refund.requested": gettext_lazy("%(amount)s is to be paid back."),
    "refund.approval_needed": gettext_lazy("%(amount)s is to be paid back once a second person approves it."),
    "refund.approved": gettext_lazy("The refund of %(amount)s was approved."),
    "refund.refused": gettext_lazy("The refund of %(amount)s was refused."),
    "refund.account_named": gettext_lazy("The customer has named the bank account for %(amount)s."),
    "refund.submitted": gettext_lazy("The refund of %(amount)s was sent to the payment company."),
    "refund.unknown": gettext_lazy("Nobody knows yet whether the refund of %(amount)s was paid."),
    "refund.asked": gettext_lazy("The payment company is asked about the refund of %(amount)s."),
    "refund.succeeded": gettext_lazy("%(amount)s was paid back."),
    "refund.failed": gettext_lazy("The refund of %(amount)s failed; nothing was paid."),
    "refund.voided": gettext_lazy("The refund of %(amount)s was ended without a payment."),
    "refund.due_soon": gettext_lazy("The refund of %(amount)s is due by law within a day."),
    "refund.overdue": gettext_lazy("The refund of %(amount)s is overdue by law."),
    "settlement.resolved": gettext_lazy("A difference from the settlement file was settled."),
}


def refund_sentence(kind: str, data: Mapping[str, Any], currency: str) -> str:
    """The sentence for one of REFUND_SENTENCES' kinds, with the amount as the reader writes it."""
    amount = Money(int(data.get("amount", 0)), currency).format(get_language() or "ko")
    words = str(REFUND_SENTENCES[kind]) % {"amount": amount}
    interest = int(data.get("interest") or 0)
    if not interest:
        return words
    owed = Money(interest, currency).format(get_language() or "ko")
    return words + " " + _("Delay interest: %(amount)s.") % {"amount": owed}
