"""Why something cannot be cancelled (now), as its customer reads it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orderdesk.errors import DomainError
from orders.terms import BEFORE_DELIVERY, OrderStatus

Text = str | Promise
S = OrderStatus
STALE = _("That page was out of date. Please look it over and send it once more.")
TOO_MANY = _("That was a lot of tries within an hour. Please try again later, or call the shop.")
_LEFT_GOODS = _("It has left already. After it arrives you can send it back.")
_LEFT_FOOD = _(
    "It has left already, so it can no longer be cancelled. If something is wrong, please call the shop."
)
_HERE_GOODS = _("You have it already. You can send it back instead.")
_HERE_FOOD = _("You have it already. If something is wrong, please call the shop.")
_LATE_GOODS = _("The shop no longer cancels at this stage. After it arrives you can send it back.")
_LATE_FOOD = _("The shop no longer cancels at this stage. Please call the shop.")
_CANCELLED = _("This order is cancelled already.")
_GONE_UNITS = _("Part of this has been cancelled or has left in the meantime. Please choose again.")

_REFUSED: Mapping[str, Text] = {
    "no_units": _("Please choose what to cancel."),
    "no_such_line": _("This is not part of your order. Please choose again."),
    "too_many_units": _GONE_UNITS,
    "too_late": _GONE_UNITS,
    "no_reason": _("Please choose a reason."),
    "cancelled_already": _CANCELLED,
    "quote_changed": _("The amount has changed in the meantime. Please look at it once more."),
    "request_open": _("You have asked the shop already. Withdraw that request first."),
    "account_needed": _("Please enter the account that the money goes back to."),
    "busy": _("Somebody is changing this order right now. Please try again in a moment."),
}


_BAD_ACCOUNT: Mapping[str, Text] = {
    "bank": _("Please choose the bank."),
    "number": _("Please check the account number: it has 7 to 16 digits."),
    "holder": _("Please enter the account holder's name."),
}


def refused_words(refusal: DomainError, kind: str) -> Text:
    """A service's refusal in words for this order's customer."""
    if refusal.code in ("refused", "gone", "left"):
        return _LATE_FOOD if kind == OrderKind.FOOD else _LATE_GOODS
    if refusal.code == "bad_account":
        return _BAD_ACCOUNT.get(str(refusal.params.get("field", "")), str(refusal))
    return _REFUSED.get(refusal.code) or str(refusal)


def why_no_cancel(status: str, kind: str) -> Text:
    """Why an order in this state cannot be cancelled by its customer; "" when it can be asked for."""
    food = kind == OrderKind.FOOD
    if status in (*BEFORE_DELIVERY, S.ON_HOLD):
        return ""
    if status == S.CANCELLED:
        return _CANCELLED
    if status == S.EXPIRED:
        return _("This order has expired; nothing is left to cancel.")
    if status == S.IN_DELIVERY:
        return _LEFT_FOOD if food else _LEFT_GOODS
    return _HERE_FOOD if food else _HERE_GOODS
