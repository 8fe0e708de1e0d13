"""What messages about cancelling and refunds say: the units, the money item by item, and the way it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orderdesk.events.actor import ActorKind
from orders import phrases
from orders.customer_money import arrived_words, money_rows_of, units_words, way_words
from orders.models import Cancellation, Order, Refund
from orders.quotes import Quote
from orders.services.refunds.account import without_account
from orders.terms import CancelReason, RefundStatus, RefusalCode, RequestDefault

MONEY_KINDS = frozenset(
    {
        *("order.cancelled", "order.units_cancelled"),
        *("cancellation.submitted", "cancellation.rejected", "cancellation.counter_offered"),
        *("refund.account_needed", "refund.sent", "refund.done"),
    }
)
Rows = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class News:
    """Words and codes for the wording's files; `rows` replace the order's own where there are any."""

    words: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    rows: Rows = ()
    totals: Rows = ()


def news_of(order: Order, kind: str, data: dict[str, Any]) -> News:
    """What a message of `kind` (one of MONEY_KINDS) has to say, in the active language; `data` is its event's."""
    if kind.startswith("refund."):
        return _refund_news(order, kind, data)
    row = Cancellation.objects.filter(pk=data.get("cancellation") or 0, order=order).first()
    if kind in ("order.cancelled", "order.units_cancelled"):
        return _cancelled(order, kind, data, row)
    return _request_news(order, kind, data, row)


# ── done ──
def _cancelled(order: Order, kind: str, data: dict[str, Any], row: Cancellation | None) -> News:
    asked = row is not None and row.requested_by_kind == ActorKind.CUSTOMER
    by_staff = row is not None and not asked
    words = {
        "reason": cancel_sentence(data.get("reason", "")),
        "money": money_sentence(order, data.get("amount")),
        # What the customer wrote is no news to them.
        "note": row.customer_note if row and by_staff else "",
        "units": _units(row),
    }
    codes = {"asked": "yes"} if asked else {}
    quote = Quote.from_json(row.quote) if row and row.quote else None
    if kind == "order.cancelled":
        return News(words, codes, (), _kept(order, quote))
    return News(words, codes, _items(order, quote), _back(order, quote))


def _kept(order: Order, quote: Quote | None) -> list[tuple[str, str]]:
    """Below the whole order's total: the fee, and what goes back; nothing where the one is the other."""
    if quote is None or not order.captured_total or not order.kept_fee:
        return []
    return [(_("Cancellation fee"), f"−{phrases.money(order.kept_fee, order)}"), *_back(order, quote)]


def _items(order: Order, quote: Quote | None) -> list[tuple[str, str]]:
    if quote is None:
        return []
    names = dict(order.lines.values_list("pk", "name"))
    rows = money_rows_of(quote, names, order.delivery_method)
    return [(str(row.label), phrases.money(row.amount, order)) for row in rows if row.amount]


def _back(order: Order, quote: Quote | None) -> list[tuple[str, str]]:
    return [(_("You get back"), phrases.money(quote.total, order))] if quote else []


def _units(row: Cancellation | None) -> str:
    if row is None:
        return ""
    return ", ".join(
        units_words(name, quantity)
        for name, quantity in row.lines.order_by("line__position").values_list("line__name", "quantity")
    )


def cancel_sentence(reason: str) -> str:
    """Why the shop cancels; empty for what is nobody's sentence (unknown, other) and for the customer's own reasons."""
    sentences = {
        CancelReason.OUT_OF_STOCK: _("An item is out of stock."),
        CancelReason.CLOSED: _("The shop is closed."),
        CancelReason.TOO_BUSY: _("There are too many orders right now."),
        CancelReason.NO_DELIVERY: _("We cannot deliver to this address."),
        CancelReason.NOT_ACCEPTED: _("The shop could not accept the order in time."),
        CancelReason.CUSTOMER_ASKED: _("You asked us to cancel it."),
        CancelReason.PAYMENT_FAILED: _("The payment did not go through."),
    }
    return str(sentences.get(CancelReason(reason), "")) if reason in CancelReason.values else ""


def money_sentence(order: Order, amount: int | None = None) -> str:
    """What comes of the money: `amount` goes back (None: all that was paid)."""
    if not order.captured_total:
        return _("Nothing has been charged.")
    back = order.captured_total if amount is None else amount
    if not back:
        return ""
    paid = {"amount": phrases.money(back, order)}
    if back == order.captured_total:
        return _("The %(amount)s you paid will be refunded. We will write again when that is done.") % paid
    return _("%(amount)s will be refunded. We will write again when that is done.") % paid


# ── asked for ──
def _request_news(order: Order, kind: str, data: dict[str, Any], row: Cancellation | None) -> News:
    words = {"units": _units(row), "then": "", "reason": "", "sentence": "", "amount": "", "answer_by": ""}
    if row is None:
        return News(words)
    quote = Quote.from_json(row.quote) if row.quote else None
    if row.answer_by:
        words["answer_by"] = phrases.moment(row.answer_by, order)
    if kind == "cancellation.submitted":
        words["then"] = _then(row, words["answer_by"])
        return News(words, {}, _items(order, quote), _back(order, quote))
    if kind == "cancellation.counter_offered":
        words["amount"] = phrases.money(int(data.get("amount", row.counter_amount or 0)), order)
        return News(words)
    words["reason"], words["sentence"] = _refusal_sentence(row.refusal_code), row.refusal_text
    return News(words)


def _then(row: Cancellation, when: str) -> str:
    if not when:
        return ""
    if row.answer_default == RequestDefault.APPROVE:
        return _("The shop answers by %(when)s. Without an answer it is cancelled.") % {"when": when}
    return _("The shop answers by %(when)s. Without an answer the order goes on.") % {"when": when}


def _refusal_sentence(code: str) -> str:
    sentences = {
        RefusalCode.ALREADY_SHIPPED: _("It has left already."),
        RefusalCode.ALREADY_COOKING: _("It is being cooked already."),
        RefusalCode.MADE_TO_ORDER: _("It is made to order, as agreed when you ordered."),
        RefusalCode.OUT_OF_WINDOW: _("The time for cancelling is over."),
    }
    return str(sentences.get(RefusalCode(code), "")) if code in RefusalCode.values else ""


# ── refunds ──
def _refund_news(order: Order, kind: str, data: dict[str, Any]) -> News:
    refunds = _about(order, kind, data)
    amount = sum(refund.amount for refund in refunds)
    way = arrived_words if kind == "refund.done" else way_words
    words = {"amount": phrases.money(amount, order) if refunds else "", "way": _ways(refunds, way)}
    whole = bool(refunds) and order.refunded_total == order.captured_total
    codes = {
        # All that was paid, in this one go; or with this the last of it.
        "full": "yes" if whole and amount == order.captured_total else "",
        "last": "yes" if whole and amount != order.captured_total else "",
    }
    return News(words, codes, [], [(_("Refund"), words["amount"])] if refunds else [])


def _about(order: Order, kind: str, data: dict[str, Any]) -> list[Refund]:
    if kind == "refund.account_needed":
        return without_account(order)
    one = order.refunds.filter(pk=data.get("refund") or 0).first()
    siblings = of_cause(order, one.cause) if one else []
    if kind == "refund.done":
        return [refund for refund in siblings if refund.status == RefundStatus.SUCCEEDED]
    return siblings


def of_cause(order: Order, cause: str) -> list[Refund]:
    """The refunds of one cause: what its customer sees as one."""
    return list(order.refunds.filter(cause=cause).select_related("payment").order_by("pk"))


def _ways(refunds: Sequence[Refund], way: Callable[[str, str], str | Promise]) -> str:
    sentences = [str(way(refund.payment.method, refund.payment.gateway)) for refund in refunds]
    return " ".join(dict.fromkeys(sentences))
