"""A browser that holds an order's private link, at one of the pages where its customer decides something."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from orderdesk.portal import passes
from orderdesk.portal.answers import page, private
from orderdesk.portal.page_facts import OrderFacts, facts_of
from orderdesk.portal.passes import Pass
from orderdesk.portal.rates import allowed, visitor
from orderdesk.portal.words import goods_words
from orders.models import LinkScope

_HOUR = 3600
_PER_ORDER, _PER_VISITOR = 30, 60


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser that may act on one order."""

    request: HttpRequest
    held: Pass
    facts: OrderFacts

    @property
    def signed(self) -> bool:
        """Whether the POST came from a page of this browser."""
        return self.held.signed(self.request)

    @property
    def in_time(self) -> bool:
        """Take one of the hour's tries of this visitor and of this order; False when none is left."""
        return allowed("cancel", visitor(self.request), _PER_VISITOR, _HOUR) and allowed(
            "cancel-order", str(self.facts.id), _PER_ORDER, _HOUR
        )

    def show(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page in the customer's language, with what all of these pages show."""
        facts = self.facts
        shared = {
            "order": facts,
            "shop": facts.shop,
            "form_token": self.held.form_token,
            "goods": goods_words(facts.kind),
        }
        return page(self.request, template, shared | context, language=facts.language, status=status)

    def back(self, said: str) -> HttpResponseRedirect:
        """To the tracking page with a word that it knows."""
        return go(f"{reverse('portal:order', args=[self.facts.public_id])}?said={said}")


def go(address: str) -> HttpResponseRedirect:
    """A private redirect."""
    response = redirect(address)
    private(response)
    return response


def visit_of(request: HttpRequest, public_id: str) -> Visit | None:
    """None when this browser holds no live link of that order; one query."""
    held = passes.read(request, LinkScope.CUSTOMER, public_id)
    facts = facts_of(held, public_id) if held else None
    return Visit(request, held, facts) if held and facts else None
