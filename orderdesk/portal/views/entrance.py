"""From a private link to a clean address: the token is in the bar of the browser for one request only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from orderdesk.portal import passes
from orderdesk.portal.answers import dead_link, page, private
from orders.models import AccessLink, LinkScope
from orders.services.links import find_link


@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """The front door: where to find one's order, and where staff log in."""
    return page(request, "portal/welcome.html", {})


@require_safe
def open_order(request: HttpRequest, token: str) -> HttpResponseBase:
    """A customer's link. Reading it changes nothing here: mail scanners open links too."""
    link = find_link(token, LinkScope.CUSTOMER)
    if link is None:
        return dead_link(request)
    return _let_in(request, link, link.order.public_id, reverse("portal:order", args=[link.order.public_id]))


@require_safe
def open_run(request: HttpRequest, token: str) -> HttpResponseBase:
    """A courier's link to one run."""
    link = find_link(token, LinkScope.COURIER)
    if link is None or link.shipment is None:
        return dead_link(request, courier=True)
    place = (link.order.public_id, link.shipment.number)
    return _let_in(request, link, run_subject(*place), reverse("portal:run", args=place))


def run_subject(public_id: str, number: int) -> str:
    """What a courier's pass is for."""
    return f"{public_id}-{number}"


def _let_in(request: HttpRequest, link: AccessLink, subject: str, address: str) -> HttpResponseBase:
    response = HttpResponseRedirect(address)
    passes.give(request, response, link, subject)
    private(response)
    return response
