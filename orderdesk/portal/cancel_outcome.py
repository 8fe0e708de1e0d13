"""What a wish to cancel would bring, before it is confirmed: units, money, its way back, and the rule in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from orderdesk import clock
from orderdesk.policies.statutes import NONE, STATUTES
from orderdesk.portal.wallet import amount
from orders.cancel_rules import Verdict
from orders.customer_money import last_day, minutes_words, money_rows_of, units_words, ways_back
from orders.models import Cancellation
from orders.quotes import Quote
from orders.reasons import label_of
from orders.services.cancelling.apply import fault_of
from orders.services.cancelling.confirm import verdict_of
from orders.services.cancelling.ground import Ground
from orders.services.cancelling.open import OPEN_FOR, units_of
from orders.services.refunds.limits import due_at
from orders.terms import CancellationStatus, CancelOutcome, RefundComponent, RequestDefault
from orders.timewords import Speaker

Text = str | Promise
UNFINISHED = (CancellationStatus.REQUESTED, CancellationStatus.OFFER_SHOWN)
_WHY: dict[str, Text] = {
    "house.not_answered": gettext_lazy("The shop has not confirmed the order yet, so you can cancel freely."),
    "house.not_begun": gettext_lazy("The shop has not begun to prepare it, so you can cancel freely."),
    "house.begun": gettext_lazy("The shop has begun to prepare it, so it has to agree."),
}


def is_over(row: Cancellation) -> bool:
    """Whether the page of this wish has run out of time, or the wish was given up."""
    return row.status == CancellationStatus.ABANDONED or clock.now() - row.requested_at > OPEN_FOR


def outcome_of(row: Cancellation, speak: Speaker) -> dict[str, Any] | None:
    """The template's context for an unfinished wish; None when some of its units cannot be cancelled any more."""
    order, units, verdict = row.order, units_of(row), verdict_of(row)
    ground = Ground(order, row.requested_at, row.policy_id)
    if any(pk not in ground.lines or n > ground.lines[pk].to_ship for pk, n in units.items()):
        return None
    quote = ground.quote(units, fault_of(row), verdict)
    asks = verdict.outcome == CancelOutcome.REQUEST or ground.needs_packed(units)
    names = {pk: line.name for pk, line in ground.lines.items()}
    statute = STATUTES.get(order.legal_regime, NONE)
    due = speak.moment(last_day(due_at(order, row.requested_at))) if quote.total else None
    return {
        "digest": quote.digest(),
        "asks": asks,
        "whole": ground.takes_all(units),
        "units": [units_words(names[pk], n) for pk, n in sorted(units.items())],
        "reason": _reason(row),
        "rows": _rows(quote, names, order.delivery_method),
        "total": amount(quote.total, quote.currency),
        "nothing_back": quote.total == 0,
        "nothing_paid": order.captured_total == 0,
        "ways": _ways(quote, ground),
        "due": due,
        "due_article": statute.articles.get("refund_days", "") if due else "",
        "needs_account": ground.needs_account(quote),
        "why": _why(row, verdict, asks=asks),
        "article": verdict.article,
        "then": _then(ground) if asks else "",
        "offer": _offer(row),
    }


def _reason(row: Cancellation) -> str:
    return label_of(row.reason.code) if row.reason else ""


def _rows(quote: Quote, names: Mapping[int, str], method: str) -> list[tuple[Text, str, Text, str]]:
    """(label, amount with its sign, why, article)."""
    return [
        (row.label, amount(row.amount, quote.currency), row.why, row.article)
        for row in money_rows_of(quote, names, method)
    ]


def _ways(quote: Quote, ground: Ground) -> list[tuple[Text, str, Text]]:
    return [
        (way.method, amount(way.amount, quote.currency), way.sentence)
        for way in ways_back(quote, ground.payments)
    ]


def _why(row: Cancellation, verdict: Verdict, *, asks: bool) -> Text:
    """The rule that decides, as a sentence."""
    rule = row.decision.get("rule", "")
    if asks and verdict.outcome != CancelOutcome.REQUEST:
        return _("It is packed already, so the shop has to agree.")
    if rule in _WHY:
        return _WHY[rule]
    if asks:
        return _("By the shop's rules of cancelling, the shop has to agree.")
    if any(item["component"] == RefundComponent.FEE for item in row.quote.get("items", ())):
        return _("By the shop's rules of cancelling, a fee is kept at this stage.")
    return _("By the shop's rules of cancelling, you can cancel freely at this stage.")


def _then(ground: Ground) -> str:
    """Until when the shop answers, and what happens without an answer."""
    within = {"time": minutes_words(ground.terms.answer_minutes)}
    if ground.terms.answer_default == RequestDefault.APPROVE:
        return _("The shop answers within %(time)s. Without an answer it is cancelled.") % within
    return _("The shop answers within %(time)s. Without an answer the order goes on.") % within


def _offer(row: Cancellation) -> dict[str, str] | None:
    """The one offer that stands on this page, in the reader's language, unless it was turned down."""
    offer = row.decision.get("offer")
    if row.status != CancellationStatus.OFFER_SHOWN or not offer or row.decision.get("offer_refused"):
        return None
    language = (get_language() or "ko")[:2]
    return {part: _said(offer.get(part, ""), language) for part in ("title", "text", "accept")}


def _said(words: Any, language: str) -> str:
    """Plain words, or the reader's of {"ko": …, "en": …}."""
    if isinstance(words, dict):
        return str(words.get(language) or next(iter(words.values()), ""))
    return str(words)
