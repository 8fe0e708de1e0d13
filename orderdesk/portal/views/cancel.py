"""Cancelling by the customer: choose and see the outcome, then confirm; two submits from the tracking page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from orderdesk import clock
from orderdesk.errors import Conflict, DomainError, NotFound
from orderdesk.events.actor import CUSTOMER
from orderdesk.portal import language
from orderdesk.portal.answers import dead_link
from orderdesk.portal.cancel_form import CancelForm, read_account, read_form
from orderdesk.portal.cancel_outcome import UNFINISHED, is_over, outcome_of
from orderdesk.portal.cancel_words import STALE, TOO_MANY, refused_words, why_no_cancel
from orderdesk.portal.reason_words import branches
from orderdesk.portal.visit import Visit, go, visit_of
from orders.errors import Busy, TransitionRefused
from orders.gateways import BankAccount
from orders.models import Cancellation, OrderLine
from orders.services.cancelling.accounts import banks
from orders.services.cancelling.confirm import confirm_cancellation
from orders.services.cancelling.decide import (
    accept_counter,
    accept_offer,
    decline_counter,
    withdraw_cancellation,
)
from orders.services.cancelling.offers import refuse_offer
from orders.services.cancelling.open import open_cancellation
from orders.services.cancelling.wish import CancelWish
from orders.terms import CancellationStatus, CancelOutcome
from orders.timewords import Speaker

Text = str | Promise
S = CancellationStatus
_TOO_LATE = TransitionRefused("refused", "")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Lines, quantities and a reason. Reading changes nothing; sending fixes the time of the wish and leads to its outcome."""
    visit = visit_of(request, public_id)
    if visit is None:
        return dead_link(request)
    if request.method == "POST":
        return _wished(visit, read_form(request.POST))
    if any(each.is_open for each in visit.facts.cancellations):
        return visit.back("asked")
    return _choices(visit, CancelForm())


def _choices(visit: Visit, form: CancelForm, *, error: Text = "", status: int = 200) -> HttpResponse:
    facts = visit.facts
    no = why_no_cancel(facts.status, facts.kind)
    lines = form.lines(OrderLine.objects.filter(order=facts.id).order_by("position")) if not no else []
    with language.speaking(visit.request, facts.language):
        context = {
            "form": form,
            "error": error,
            "no": no,
            "lines": lines,
            "branches": branches(facts.shop_id, facts.kind) if lines else [],
        }
    return visit.show("portal/cancel.html", context, status=status)


def _wished(visit: Visit, form: CancelForm) -> HttpResponseBase:
    if not visit.signed:
        return _choices(visit, form, error=STALE, status=403)
    if not visit.in_time:
        return _choices(visit, form, error=TOO_MANY, status=429)
    if not form.is_good:
        return _choices(visit, form, status=422)
    wish = CancelWish(visit.facts.id, form.units, form.reason, form.note)
    try:
        row = open_cancellation(visit.facts.id, wish, actor=CUSTOMER, at=clock.now())
    except DomainError as refusal:
        return _choices(visit, form, error=refused_words(refusal, visit.facts.kind), status=_status(refusal))
    if row.status not in UNFINISHED:
        return visit.back("asked")
    if row.outcome == CancelOutcome.REFUSE:
        return _choices(visit, form, error=refused_words(_TOO_LATE, visit.facts.kind), status=409)
    return go(reverse("portal:cancel_outcome", args=[visit.facts.public_id, row.pk]))


def _status(refusal: DomainError) -> int:
    if isinstance(refusal, NotFound):
        return 404
    if isinstance(refusal, Busy):
        return 503
    return 409 if isinstance(refusal, (Conflict, TransitionRefused)) else 422


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: HttpRequest, public_id: str, wish_id: int) -> HttpResponseBase:
    """What confirming would bring; sending it does that."""
    visit = visit_of(request, public_id)
    row = _wish(visit, wish_id) if visit else None
    if visit is None or row is None:
        return dead_link(request) if visit is None else _gone(visit, 404)
    if request.method == "POST":
        return _confirmed(visit, row)
    if row.status in UNFINISHED and not is_over(row):
        return _outcome(visit, row)
    return _gone(visit, 410) if row.status in (*UNFINISHED, S.ABANDONED) else visit.back(_said(row))


def _wish(visit: Visit, wish_id: int) -> Cancellation | None:
    rows = Cancellation.objects.select_related("reason", "order__shop")
    return rows.filter(pk=wish_id, order=visit.facts.id).first() if wish_id < 2**63 else None


def _gone(visit: Visit, status: int) -> HttpResponse:
    return visit.show("portal/cancel_gone.html", {}, status=status)


_SAID = {S.UNDER_REVIEW: "asked", S.COUNTER_OFFERED: "asked", S.WITHDRAWN: "kept", S.SAVED: "kept"}


def _done(row: Cancellation) -> str:
    return "cancelled" if row.refunds.exists() else "called_off"


def _said(row: Cancellation) -> str:
    return _SAID.get(row.status, _done(row) if row.status == S.COMPLETED else "settled")


def _outcome(
    visit: Visit,
    row: Cancellation,
    *,
    error: Text = "",
    account: BankAccount | None = None,
    field: str = "",
    status: int = 200,
) -> HttpResponse:
    """`field`: the one of the refund account's that `error` is about."""
    with language.speaking(visit.request, visit.facts.language) as spoken:
        shown = outcome_of(row, Speaker(clock.now(), visit.facts.shop.zone))
        if shown is None:
            return _gone(visit, 409)
        shown |= {
            "row": row,
            "error": error,
            "account": account,
            "bad_field": field,
            "banks": banks(spoken) if shown["needs_account"] else [],
        }
    return visit.show("portal/cancel_outcome.html", shown, status=status)


def _confirmed(visit: Visit, row: Cancellation) -> HttpResponseBase:
    account = read_account(visit.request.POST)
    if not visit.signed:
        return _again(visit, row, STALE, account, status=403)
    if not visit.in_time:
        return _again(visit, row, TOO_MANY, account, status=429)
    digest = visit.request.POST.get("digest", "")
    try:
        done = confirm_cancellation(row.pk, actor=CUSTOMER, quote_digest=digest, account=account)
    except DomainError as refusal:
        if refusal.code == "not_open":
            return _gone(visit, 410)
        fresh = _wish(visit, row.pk) or row
        field = str(refusal.params.get("field", "")) if refusal.params else ""
        words = refused_words(refusal, visit.facts.kind)
        return _again(visit, fresh, words, account, field=field, status=_status(refusal))
    return visit.back(_said(done))


def _again(
    visit: Visit,
    row: Cancellation,
    error: Text,
    account: BankAccount | None,
    *,
    field: str = "",
    status: int,
) -> HttpResponseBase:
    """The page of the outcome once more with what was typed; without it when nothing is left to confirm."""
    if row.status not in UNFINISHED or is_over(row):
        return _gone(visit, 410 if status < 500 else status)
    return _outcome(visit, row, error=error, account=account, field=field, status=status)


Verb = Callable[..., Cancellation]
# What a customer may answer, and the word the tracking page then says ("" = back to the outcome).
_VERBS: dict[str, tuple[Verb, str]] = {
    "keep": (withdraw_cancellation, "kept"),
    "withdraw": (withdraw_cancellation, "withdrawn"),
    "take": (accept_counter, "taken"),
    "decline": (decline_counter, "declined"),
    "offer": (accept_offer, "offer"),
    "no-offer": (refuse_offer, ""),
}


@csrf_exempt
@require_POST
def answer(request: HttpRequest, public_id: str, wish_id: int, answer: str) -> HttpResponseBase:
    """Keep the order, withdraw the request, answer a counter-offer or an offer."""
    visit = visit_of(request, public_id)
    if visit is None:
        return dead_link(request)
    row, found = _wish(visit, wish_id), _VERBS.get(answer)
    if row is None or found is None:
        return _gone(visit, 404)
    if not visit.signed:
        return visit.back("stale")
    verb, said = found
    try:
        verb(row.pk, actor=CUSTOMER)
    except DomainError as refusal:
        return visit.back("refused" if _status(refusal) != 503 else "busy")
    if not said:
        return go(reverse("portal:cancel_outcome", args=[public_id, row.pk]))
    return visit.back(said)
