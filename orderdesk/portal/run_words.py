"""What a courier reads: the run's state as a sentence, and why a button did nothing. The shop's own words are the staff's."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import OrderKind
from orderdesk.errors import DomainError
from orders.terms import FailedAttempt, ShipmentStatus

S = ShipmentStatus
Text = str | Promise
_STATES: Mapping[str, Text] = {
    S.PICKED_UP: _("You are on the way"),
    S.ARRIVING: _("You are at the door"),
    S.DELIVERED: _("You have delivered it"),
    S.ATTEMPT_FAILED: _("It could not be delivered"),
    S.RETURNING: _("It goes back to the shop"),
    S.RETURNED: _("It is back at the shop"),
    S.LOST: _("It is lost"),
    S.EXCEPTION: _("There is a problem with this delivery"),
    S.CANCELLED: _("This delivery was called off"),
}
_REFUSALS: Mapping[str, Text] = {
    "not_confirmed": _("The shop has not accepted this order yet."),
    "order_closed": _("This order is closed. Please ask the shop what to do with it."),
    "on_hold": _("The shop has stopped this order for now. Please ask there."),
    "left": _("You have pressed “leaving now” already."),
    "not_left": _("Press “leaving now” first."),
    "at_door": _("You have pressed “I have arrived” already."),
    "ended": _("This delivery has ended already."),
    "empty": _("Everything in this delivery was cancelled. Please ask the shop."),
    "cancelled_units": _("Something in this delivery was cancelled. Please ask the shop before you leave."),
    "no_courier": _("This delivery is not yours any more. Please ask the shop."),
    "not_by_courier": _("This delivery is not yours any more. Please ask the shop."),
}


def run_state(status: str) -> Text:
    """The run's state in a sentence to its courier."""
    return _STATES.get(status, _("Please pick it up at the shop"))


def refused(error: DomainError) -> Text:
    """Why the button did nothing; what the courier typed wrong is said by the error itself."""
    return _REFUSALS.get(error.code) or str(error)


def failures(kind: str) -> list[tuple[str, Text]]:
    """What may have happened at the door, as choices."""
    words = dict(FailedAttempt.choices)
    if kind == OrderKind.FOOD:
        words[FailedAttempt.DAMAGED] = _("Food spoiled")
    return list(words.items())
