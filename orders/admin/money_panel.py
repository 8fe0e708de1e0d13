"""Money on the order page: what was cancelled, every refund with its steps, tries and safe buttons, and the book."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from orderdesk.console.actions import Button
from orderdesk.console.marks import pill
from orders.admin.refund_actions import REFUND_ACTIONS
from orders.models import Cancellation, LedgerEntry, Order, Refund, RefundAttempt
from orders.models.ledger import LedgerAccount
from orders.quote_words import QuoteRow, item_label, rule_words
from orders.services.cancelling.accounts import bank_name
from orders.services.refunds.calls import ASK
from orders.terms import CancellationStatus, RefundStatus

Text = str | Promise
S, C = RefundStatus, CancellationStatus
PERMISSION = "orders.view_refund"
REFUND_TONES: Mapping[str, str] = {
    S.PENDING_APPROVAL: "waits",
    S.RESERVED: "moving",
    S.SUBMITTED: "moving",
    S.UNKNOWN: "bad",
    S.SUCCEEDED: "done",
    S.FAILED: "bad",
    S.VOIDED: "idle",
}
CANCEL_TONES: Mapping[str, str] = {
    C.UNDER_REVIEW: "waits",
    C.COUNTER_OFFERED: "moving",
    C.COMPLETED: "done",
    C.REJECTED: "bad",
}
OUTCOMES: Mapping[str, Text] = {
    "succeeded": _("paid"),
    "failed": _("refused"),
    "unknown": _("no readable answer"),
    "pending": _("still under way"),
    "not_found": _("knows no such refund"),
    "": _("no answer yet"),
}


@dataclass(frozen=True, slots=True)
class MoneyStep:
    """One step of a refund: when, and by whom."""

    label: Text
    at: datetime | None
    who: str = ""


@dataclass(frozen=True, slots=True)
class RefundCard:
    """A refund as people read it."""

    refund: Refund
    pill: SafeString
    url: str
    steps: list[MoneyStep]
    items: list[QuoteRow]
    tries: list[tuple[RefundAttempt, Text, Text]]
    account: str
    buttons: list[Button] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of the book: minor units that went in, out, and what stands on it."""

    label: Text
    came: int
    went: int

    @property
    def balance(self) -> int:
        return self.came - self.went


def refund_rows() -> QuerySet[Refund]:
    """Refunds with all that a card reads."""
    related = Refund.objects.select_related("payment", "account", "created_by", "approved_by", "cancellation")
    return related.prefetch_related("lines", "tries").order_by("-created_at", "-pk")


def with_money(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with all that the panel reads, beside the book."""
    wishes = Cancellation.objects.select_related("reason", "decided_by").prefetch_related("lines")
    return rows.prefetch_related(
        "payments",
        Prefetch("refunds", refund_rows()),
        Prefetch("cancellations", wishes.order_by("-requested_at", "-pk")),
    )


def money(request: HttpRequest, order: Order) -> SafeString:
    """The panel; nothing for those who may not see refunds, or while nothing was ever paid or cancelled."""
    user: Any = request.user
    if not user.has_perm(PERMISSION, order):
        return SafeString("")
    names = {line.pk: line.name for line in order.lines.all()}
    refunds = [refund_card(request, order, refund, names) for refund in order.refunds.all()]
    entries = list(LedgerEntry.objects.filter(payment__order=order).order_by("pk"))
    wishes = [_wish(wish, names) for wish in order.cancellations.all()]
    if not (refunds or entries or wishes):
        return SafeString("")
    context = {
        "order": order,
        "refunds": refunds,
        "wishes": wishes,
        "entries": entries,
        "accounts": accounts(entries),
        "sums": sums(order),
    }
    return SafeString(render_to_string("admin/orders/includes/money.html", context, request=request))


def sums(order: Order) -> dict[str, int]:
    """Minor units: came in, promised back, went back, kept; the first is the sum of the others."""
    payments = list(order.payments.all())
    came = sum(p.captured for p in payments)
    promised, went = sum(p.reserved for p in payments), sum(p.refunded for p in payments)
    return {"came": came, "promised": promised, "went": went, "kept": came - promised - went}


def accounts(entries: Iterable[LedgerEntry]) -> list[AccountRow]:
    """The little book's accounts; their balances sum to zero."""
    rows = list(entries)
    return [
        AccountRow(
            account.label,
            sum(e.amount for e in rows if e.credit == account),
            sum(e.amount for e in rows if e.debit == account),
        )
        for account in LedgerAccount
    ]


def refund_card(request: HttpRequest, order: Order, refund: Refund, names: Mapping[int, str]) -> RefundCard:
    """`names`: what the order's lines are called, by id."""
    refund.order = order
    items = [
        QuoteRow(
            item_label(row.component, names.get(row.order_line_id or 0, ""), row.quantity),
            row.amount,
            rule_words(row.rule),
            row.article,
        )
        for row in refund.lines.all()
    ]
    return RefundCard(
        refund=refund,
        pill=refund_pill(refund),
        url=reverse("admin:orders_refund_change", args=[refund.pk]),
        steps=steps_of(refund),
        items=items,
        tries=[_try(each) for each in refund.tries.all()],
        account=account_words(refund),
        buttons=buttons_of(request, refund),
    )


def refund_pill(refund: Refund) -> SafeString:
    """The status as a word in its colour."""
    return pill(RefundStatus(refund.status).label, REFUND_TONES[refund.status])


def steps_of(refund: Refund) -> list[MoneyStep]:
    """What has happened to it, in order."""
    ended = {S.SUCCEEDED: _("Paid back"), S.FAILED: _("Failed"), S.VOIDED: _("Voided")}
    steps = [MoneyStep(_("Asked for"), refund.created_at, str(refund.created_by or ""))]
    if refund.approved_at:
        steps.append(MoneyStep(_("Approved"), refund.approved_at, str(refund.approved_by or "")))
    if refund.submitted_at and refund.submitted_at != refund.settled_at:
        steps.append(MoneyStep(_("Sent"), refund.submitted_at))
    if refund.settled_at:
        steps.append(MoneyStep(ended.get(S(refund.status), refund.status), refund.settled_at))
    return steps


def account_words(refund: Refund) -> str:
    """Bank and last digits of the account it goes to; "" where it goes the way it came."""
    if refund.account is None:
        return ""
    return f"{bank_name(refund.account.bank, get_language() or 'ko')} ****{refund.account.last4}"


def _try(each: RefundAttempt) -> tuple[RefundAttempt, Text, Text]:
    verb = _("Asked about it") if each.verb == ASK else _("Sent")
    return each, verb, OUTCOMES.get(each.outcome, each.outcome)


def buttons_of(request: HttpRequest, refund: Refund) -> list[Button]:
    """Those of the refund's buttons that this person may ever press, in its present state."""
    user: Any = request.user
    shown = []
    for action in REFUND_ACTIONS:
        if not user.has_perm(action.permission, refund.order):
            continue
        if action.hide_when_refused and action.why_not(refund):
            continue
        url = reverse("admin:orders_refund_action", args=[refund.pk, action.name])
        shown.append(Button(action, f"{url}?from=order", action.refusal(user, refund)))
    return shown


def _wish(wish: Cancellation, names: Mapping[int, str]) -> dict[str, Any]:
    language = get_language() or "ko"
    return {
        "row": wish,
        "pill": cancellation_pill(wish),
        "url": reverse("admin:orders_cancellation_change", args=[wish.pk]),
        "reason": wish.reason.label(language) if wish.reason else "—",
        "units": [(names.get(row.line_id, ""), row.quantity) for row in wish.lines.all()],
    }


def cancellation_pill(wish: Cancellation) -> SafeString:
    """The status as a word in its colour."""
    return pill(CancellationStatus(wish.status).label, CANCEL_TONES.get(wish.status, "idle"))
