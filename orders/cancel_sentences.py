"""What happened to a wish to cancel, as a sentence a colleague reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk.money import Money
from orders.reasons import label_of
from orders.terms import CancelOutcome, RefusalCode

Data = Mapping[str, Any]


def _money(data: Data, currency: str) -> str:
    return Money(int(data.get("amount", 0)), currency).format(get_language() or "ko")


def _requested(data: Data, _currency: str) -> str:
    outcome = data.get("outcome", "")
    words = str(CancelOutcome(outcome).label) if outcome in CancelOutcome.values else outcome
    return _("Wants to cancel: %(reason)s. By the rules: %(outcome)s.") % {
        "reason": label_of(data.get("reason", "")),
        "outcome": words,
    }


def _submitted(data: Data, _currency: str) -> str:
    if data.get("again"):
        return _("The counter-offer was not taken; the request waits for an answer again.")
    return _("Asks the shop to cancel: %(reason)s.") % {"reason": label_of(data.get("reason", ""))}


def _approved(data: Data, _currency: str) -> str:
    if data.get("by_deadline"):
        return _("Nobody answered in time: the request to cancel is approved.")
    return _("The request to cancel was approved.")


def _rejected(data: Data, _currency: str) -> str:
    code = data.get("code", "")
    words = str(RefusalCode(code).label) if code in RefusalCode.values else code
    if data.get("by_deadline"):
        return _("Nobody answered in time: the request to cancel is refused (%(reason)s).") % {
            "reason": words
        }
    return _("The request to cancel was refused: %(reason)s.") % {"reason": words}


def _offered(data: Data, currency: str) -> str:
    return _("A counter-offer was made: %(amount)s back, and the order goes on.") % {
        "amount": _money(data, currency)
    }


def _accepted(data: Data, currency: str) -> str:
    return _("The counter-offer was taken: %(amount)s goes back, the order goes on.") % {
        "amount": _money(data, currency)
    }


def _units(data: Data, currency: str) -> str:
    count = sum(data.get("units", {}).values())
    untold = "" if data.get("notify", True) else " " + _("The customer was not told.")
    return (
        _("%(count)s units were cancelled: %(reason)s. %(amount)s goes back.")
        % {
            "count": count,
            "reason": label_of(data.get("reason", "")),
            "amount": _money(data, currency),
        }
        + untold
    )


_PLAIN: dict[str, str | Promise] = {
    "cancellation.withdrawn": gettext_lazy("The request to cancel was withdrawn."),
    "cancellation.completed": gettext_lazy("The cancellation is done."),
    "cancellation.abandoned": gettext_lazy("The cancellation was begun and not finished."),
    "cancellation.joined": gettext_lazy("Also wanted to cancel, at the same time."),
    "cancellation.offer_refused": gettext_lazy("The offer was turned down; the wish to cancel stands."),
    "cancellation.offer_accepted": gettext_lazy("The offer was taken; the order goes on."),
}
_SPECIAL: dict[str, Callable[[Data, str], str]] = {
    "cancellation.requested": _requested,
    "cancellation.submitted": _submitted,
    "cancellation.approved": _approved,
    "cancellation.rejected": _rejected,
    "cancellation.counter_offered": _offered,
    "cancellation.counter_accepted": _accepted,
    "order.units_cancelled": _units,
}
CANCEL_SENTENCES = frozenset({*_PLAIN, *_SPECIAL})


def cancel_sentence(kind: str, data: Data, currency: str) -> str:
    """One event of a cancellation; `currency` is the order's."""
    special = _SPECIAL.get(kind)
    return special(data, currency) if special else str(_PLAIN[kind])
