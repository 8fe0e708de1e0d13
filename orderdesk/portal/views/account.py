"""The bank account for a refund that cannot go back the way it was paid."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import CUSTOMER
from orderdesk.portal import language
from orderdesk.portal.answers import dead_link
from orderdesk.portal.cancel_form import read_account
from orderdesk.portal.cancel_words import STALE, TOO_MANY, refused_words
from orderdesk.portal.cancelling import lacks_account
from orderdesk.portal.visit import Visit, visit_of
from orderdesk.portal.wallet import amount
from orders.gateways import BankAccount
from orders.services.cancelling.accounts import banks
from orders.services.refunds.account import name_account

_EMPTY = BankAccount("", "", "")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def refund_account(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Where the money should go; back to the order when none waits for that."""
    visit = visit_of(request, public_id)
    if visit is None:
        return dead_link(request)
    account = read_account(request.POST) or _EMPTY
    if request.method == "POST" and not visit.signed:
        return _asked(visit, account, error=STALE, status=403)
    if not any(lacks_account(refund) for refund in visit.facts.refunds):
        return visit.back("settled")
    return _named(visit, account) if request.method == "POST" else _asked(visit, _EMPTY)


def _asked(
    visit: Visit, account: BankAccount, *, error: str | Promise = "", field: str = "", status: int = 200
) -> HttpResponse:
    facts = visit.facts
    with language.speaking(visit.request, facts.language) as spoken:
        total = sum(refund.amount for refund in facts.refunds if lacks_account(refund))
        context = {
            "account": account,
            "error": error,
            "bad_field": field,
            "banks": banks(spoken),
            "total": amount(total, facts.currency),
        }
    return visit.show("portal/refund_account.html", context, status=status)


def _named(visit: Visit, account: BankAccount) -> HttpResponseBase:
    if not visit.in_time:
        return _asked(visit, account, error=TOO_MANY, status=429)
    try:
        name_account(visit.facts.id, account, actor=CUSTOMER)
    except Conflict as refusal:
        return visit.back("busy" if refusal.code == "busy" else "settled")
    except DomainError as refusal:
        field = str(refusal.params.get("field", ""))
        words = refused_words(refusal, visit.facts.kind)
        return _asked(visit, account, error=words, field=field, status=422)
    return visit.back("account")
