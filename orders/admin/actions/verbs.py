"""What every action on an order is built from: the guard's sentence, the actor, and what will follow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orderdesk.accounts.privacy import mask_email, mask_phone
from orderdesk.events.actor import Actor
from orderdesk.notifications.models import MessageChannel
from orders.guards import why_not
from orders.models import Order
from orders.services.tell import ways_to

Text = str | Promise


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff behind the request."""
    return Actor.staff(int(request.user.pk or 0))


def refused(verb: str) -> Callable[[Order], Text | None]:
    """The sentence of the guard against `verb`."""

    def reason(order: Order) -> Text | None:
        refusal = why_not(order, verb)
        return refusal.message if refusal else None

    return reason


def mails(order: Order, kind: str) -> list[Text]:
    """Which messages of `kind` will go out, with masked addresses."""
    lines: list[Text] = []
    for channel, address in ways_to(order, kind):
        if not address:
            lines.append(_("The customer has no address that could be told."))
        elif channel == MessageChannel.EMAIL:
            lines.append(_("A mail goes to %(address)s.") % {"address": mask_email(address)})
        else:
            lines.append(_("A text message goes to %(number)s.") % {"number": mask_phone(address)})
    return lines


def telling(kind: str) -> Callable[[Order], list[Text]]:
    """An outcome that is only a message to the customer."""
    return lambda order: mails(order, kind)


def number_in(request: HttpRequest, name: str) -> int:
    """A row's id given in the action's address (`?task=7`); 0, which is no row, without one."""
    value = request.GET.get(name, "")
    return int(value) if value.isdecimal() else 0


Performed = Callable[[HttpRequest, Any, dict[str, Any]], Any]
