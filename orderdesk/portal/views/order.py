"""The tracking page, and the customer's two answers on it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    HttpResponseRedirect,
)
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from orderdesk import clock
from orderdesk.console import panels
from orderdesk.errors import DomainError
from orderdesk.portal import language, passes
from orderdesk.portal.answers import dead_link, finish, private
from orderdesk.portal.frame import framed
from orderdesk.portal.page import CLOSED, page_of
from orderdesk.portal.page_facts import OrderFacts, Revision, facts_of, revision_of
from orderdesk.portal.passes import Pass
from orders.models import LinkScope
from orders.services.receive import receive_order, report_not_received

# What the page says after a form was sent; a redirect carries only the word.
_SAID = {
    "received": ("done", _("Thank you. We have noted that it arrived.")),
    "completed": ("done", _("Thank you. Your order is complete.")),
    "reported": ("info", _("We have told the shop. It looks into it and contacts you.")),
    "refused": ("waits", _("That is not possible any more. This page shows how it stands now.")),
    "asked": ("info", _("We have asked the shop. You hear from us as soon as it answers.")),
    # Where nothing was paid nothing comes back.
    "called_off": ("done", _("It is cancelled.")),
    "cancelled": ("done", _("It is cancelled. This page shows how the money comes back.")),
    "kept": ("done", _("Nothing was changed. Your order goes on.")),
    "withdrawn": ("done", _("Your request is withdrawn. Your order goes on.")),
    "taken": ("done", _("Thank you. The amount goes back to you, and your order goes on.")),
    "declined": ("info", _("We have told the shop that you still want to cancel.")),
    "offer": ("done", _("Thank you. Your order goes on.")),
    "settled": ("info", _("That request is settled. This page shows how it stands now.")),
    "account": ("done", _("Thank you. We have noted the account.")),
    "busy": ("waits", _("Somebody is changing this order right now. Please try again in a moment.")),
    "stale": ("waits", _("That page was out of date. Please try again.")),
}


@require_safe
def order_page(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """One query; one small query for a poll that finds nothing new."""
    held = passes.read(request, LinkScope.CUSTOMER, public_id)
    if held is None:
        return dead_link(request)
    asked = request.headers.get("If-None-Match")
    if asked:
        known = revision_of(held, public_id)
        if known and asked == etag_of(request, known):
            response = HttpResponseNotModified(headers={"ETag": asked})
            private(response)
            return response
    facts = facts_of(held, public_id)
    return _shown(request, held, facts) if facts else dead_link(request)


def _shown(request: HttpRequest, held: Pass, facts: OrderFacts) -> HttpResponse:
    etag = etag_of(request, Revision(facts.revision, facts.status, facts.language))
    with language.speaking(request, facts.language) as spoken:
        shown = page_of(facts)
        shown |= {
            "form_token": held.form_token,
            "said": _SAID.get(request.GET.get("said", "")),
            "panels": panels.render("PORTAL_PANELS", request, facts),
            "tiles": settings.MAP_TILES_URL,
        }
        html: str = render_to_string("portal/order_now.html", shown)
        if "X-Fragment" not in request.headers:
            title, seconds = shown["headline"].title, shown["seconds"]
            html = framed(request, html, facts.shop, title, etag=etag, seconds=seconds)
    response = HttpResponse(html, headers={"ETag": etag})
    finish(request, response, spoken)
    return response


def etag_of(request: HttpRequest, known: Revision) -> str:
    """Moves with the order, the reader's language, a new release, and the minute that “3 minutes ago” is counted in."""
    tick = 3600 if known.status in CLOSED else 60
    minute = int(clock.now().timestamp()) // tick
    spoken = language.chosen(request, known.language)
    said = request.GET.get("said", "")
    return f'"{known.revision}-{spoken}-{minute}-{said if said in _SAID else ""}-{_release()}"'


@cache
def _release() -> str:
    """The same in every worker of one release, another after the next."""
    folder = Path(settings.BASE_DIR)
    parts = [
        *sorted((folder / "templates" / "portal").glob("*.html")),
        *sorted(folder.glob("locale/*/*/*.mo")),
    ]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()[:8]


@csrf_exempt
@require_POST
def receive(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """받았어요."""
    facts = _sender(request, public_id)
    if isinstance(facts, str):
        return _back(public_id, facts) if facts else dead_link(request)
    try:
        order = receive_order(facts.id)
    except DomainError:
        return _back(public_id, "refused")
    return _back(public_id, "completed" if order.completed_at else "received")


@csrf_exempt
@require_POST
def report(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """못 받았어요."""
    facts = _sender(request, public_id)
    if isinstance(facts, str):
        return _back(public_id, facts) if facts else dead_link(request)
    try:
        report_not_received(facts.id, request.POST.get("detail", ""))
    except DomainError:
        return _back(public_id, "refused")
    return _back(public_id, "reported")


def _sender(request: HttpRequest, public_id: str) -> OrderFacts | str:
    """The order that this browser may act on; else the word to go back with, or nothing to go back to."""
    held = passes.read(request, LinkScope.CUSTOMER, public_id)
    facts = facts_of(held, public_id) if held else None
    if held is None or facts is None:
        return ""
    return facts if held.signed(request) else "stale"


def _back(public_id: str, said: str) -> HttpResponseRedirect:
    response = redirect(f"{reverse('portal:order', args=[public_id])}?said={said}")
    private(response)
    return response
