"""The messages that were sent about an order, and what became of each, as their reader may know it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import MessageChannel, MessageState
from orderdesk.portal.page_facts import Letter, OrderFacts
from orderdesk.portal.rows import LetterView
from orders.terms import DeliveryMethod
from orders.timewords import Speaker

S = MessageState
Text = str | Promise
_CHANNELS = dict(MessageChannel.choices)
_STATES: dict[str, Text] = {
    S.QUEUED: gettext_lazy("being sent"),
    S.CLAIMED: gettext_lazy("being sent"),
    S.HANDED_OVER: gettext_lazy("sent"),
    S.ACCEPTED: gettext_lazy("sent"),
    S.DELIVERED: gettext_lazy("arrived"),
    S.BOUNCED: gettext_lazy("came back: the address does not take mail"),
    S.REJECTED: gettext_lazy("could not be delivered"),
    S.COMPLAINED: gettext_lazy("arrived"),
    S.SUPPRESSED: gettext_lazy("not sent"),
    S.UNKNOWN: gettext_lazy("sent, outcome unknown"),
}
# Whatever else stands in a message's reason is a server's or a colleague's word, and not for this page.
_NOT_SENT: dict[str, Text] = {
    "no address": gettext_lazy("not sent: we have no address or number of yours"),
    "bad address": gettext_lazy("not sent: the address is not complete"),
    "expired": gettext_lazy("not sent: it was out of date before it could leave"),
    "bounced": gettext_lazy("not sent: an earlier mail to this address came back"),
    "complained": gettext_lazy("not sent: you marked an earlier mail as spam"),
    "asked": gettext_lazy("not sent: you asked not to be written to"),
}
# A text has no subject line: the same news by another way is called by other words.
_BY_COURIER: dict[str, Text] = {
    "order.departed": gettext_lazy("On the way"),
    "order.delivered": gettext_lazy("Arrived"),
}
_AT_THE_COUNTER: dict[str, Text] = {"order.delivered": gettext_lazy("Picked up")}


def letter_view(letter: Letter, facts: OrderFacts, speak: Speaker) -> LetterView:
    """One message: what it said, through which channel, what became of it and why, and when."""
    channel = _CHANNELS.get(letter.channel, letter.channel)
    return LetterView(
        letter.subject or _heading(letter.kind, facts), channel, _outcome(letter), speak.moment(letter.at)
    )


def _heading(kind: str, facts: OrderFacts) -> Text:
    if facts.delivery_method == DeliveryMethod.PICKUP and kind in _AT_THE_COUNTER:
        return _AT_THE_COUNTER[kind]
    if facts.delivery_method == DeliveryMethod.COURIER and kind in _BY_COURIER:
        return _BY_COURIER[kind]
    known = KINDS.get(kind)
    return known.label if known else _("Message about your order")


def _outcome(letter: Letter) -> Text:
    if letter.state == S.SUPPRESSED:
        return _NOT_SENT.get(letter.reason, _STATES[S.SUPPRESSED])
    return _STATES.get(letter.state, "")
