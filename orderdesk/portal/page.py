"""What the tracking page's template shows, made from the facts: words and numbers only, nothing left to work out."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.privacy import mask_name, mask_phone
from orderdesk.portal.cancelling import cancel_link, lacks_account, refund_views, request_view
from orderdesk.portal.headline import TROUBLE, headline_of, promise_of
from orderdesk.portal.hours import hours_words
from orderdesk.portal.letters import letter_view
from orderdesk.portal.page_facts import Line, OrderFacts
from orderdesk.portal.parcels import parcel_views
from orderdesk.portal.radar import radar_of
from orderdesk.portal.rows import (
    LineView,
    PaymentView,
    Step,
    letter_rows,
    line_rows,
    money_rows,
    payment_rows,
    step_rows,
    time_tag,
)
from orderdesk.portal.wallet import amount
from orderdesk.portal.words import goods_words, way_words
from orders.guards import OPEN_TASKS, Refusal
from orders.services.receive import why_not_receive, why_not_report
from orders.terms import DeliveryMethod, OrderStatus, PaymentMethod, TaskKind
from orders.timewords import Speaker

S = OrderStatus
CLOSED = (S.COMPLETED, S.CANCELLED, S.EXPIRED)
_WORDS: dict[str, str | Promise] = {
    S.PLACED: gettext_lazy("Order received"),
    S.CONFIRMED: gettext_lazy("Confirmed"),
    S.PREPARING: gettext_lazy("Preparing"),
    S.READY: gettext_lazy("Packed"),
    S.IN_DELIVERY: gettext_lazy("On its way"),
    S.DELIVERED: gettext_lazy("Arrived"),
}
_FOOD_WORDS: dict[str, str | Promise] = {
    **_WORDS,
    S.CONFIRMED: gettext_lazy("Order accepted"),
    S.PREPARING: gettext_lazy("Cooking"),
    S.READY: gettext_lazy("Cooked"),
}
_COURIER_WORDS: dict[str, str | Promise] = {S.IN_DELIVERY: gettext_lazy("On the way")}
_PICKUP_WORDS: dict[str, str | Promise] = {
    S.READY: gettext_lazy("Ready for pick-up"),
    S.DELIVERED: gettext_lazy("Picked up"),
}
_METHOD_WORDS: dict[str, dict[str, str | Promise]] = {
    DeliveryMethod.COURIER: _COURIER_WORDS,
    DeliveryMethod.PICKUP: _PICKUP_WORDS,
}
_METHODS = dict(PaymentMethod.choices)
_WIRED = (PaymentMethod.BANK_TRANSFER, PaymentMethod.VIRTUAL_ACCOUNT)


def page_of(facts: OrderFacts) -> dict[str, Any]:
    """The template's context, without request and form token."""
    speak = Speaker(clock.now(), facts.shop.zone)
    radar = radar_of(facts, speak)
    return {
        "order": facts,
        "shop": facts.shop,
        "goods": goods_words(facts.kind),
        "way": way_words(facts.kind, facts.delivery_method),
        "at_the_counter": _is_pickup(facts),
        "headline": headline_of(facts, speak),
        "promise": promise_of(facts, speak),
        "steps": step_rows(steps_of(facts, speak)),
        "radar": radar,
        "hours": hours_words(facts.opening, speak, live=facts.status not in CLOSED),
        "parcels": parcel_views(facts, speak),
        "lines": line_rows(_line(line, facts.currency) for line in facts.lines),
        "money": money_rows(_money(facts)),
        "payments": payment_rows(_payments(facts, speak)),
        "pay_to": [
            paid.detail
            for paid in facts.payments
            if paid.detail and not paid.captured and paid.method in _WIRED
        ]
        if facts.status == S.AWAITING_PAYMENT
        else [],
        "notes": [(time_tag(speak.moment(at)), body) for at, body in facts.notes],
        "letters": letter_rows(letter_view(letter, facts, speak) for letter in facts.letters),
        "receiver": (mask_name(facts.recipient_name), mask_phone(facts.recipient_phone)),
        "completes": _completes(facts, speak),
        "answers": answers_of(facts, speak.now),
        "asked": request_view(facts, speak),
        "cancel_link": cancel_link(facts),
        "refunds": refund_views(facts, speak),
        "wants_account": any(lacks_account(refund) for refund in facts.refunds),
        "reported": TaskKind.NOT_RECEIVED in facts.open_tasks,
        "seconds": 5 if radar else 60 if facts.status in CLOSED else 15,
    }


def steps_of(facts: OrderFacts, speak: Speaker) -> list[Step]:
    """The road of this order: done, now and to come; steps that the shop or the method does not use are left out."""
    reached = facts.held_from or (S.DELIVERED if facts.status == S.COMPLETED else facts.status)
    times = _times(facts)
    road = [status for status in _WORDS if _on_the_road(status, facts)]
    if reached not in road:
        return _stopped([status for status in road if times[status]], facts, speak)
    now = road.index(S(reached))
    ended = reached == S.DELIVERED
    marks = ["done" if i < now or ended else "now" if i == now else "next" for i in range(len(road))]
    return [
        Step(_words(facts)[s], mark, speak.moment(times[s]) if mark != "next" else None)
        for s, mark in zip(road, marks, strict=True)
    ]


def _words(facts: OrderFacts) -> dict[str, str | Promise]:
    words = _FOOD_WORDS if facts.kind == OrderKind.FOOD else _WORDS
    return words | _METHOD_WORDS.get(facts.delivery_method, {})


def _stopped(road: list[str], facts: OrderFacts, speak: Speaker) -> list[Step]:
    """Cancelled: the steps that were reached, and the one it ended with; expired and unpaid orders never began."""
    if facts.status != S.CANCELLED or not road:
        return []
    times = _times(facts)
    done = [Step(_words(facts)[s], "done", speak.moment(times[s])) for s in road]
    return [*done, Step(S.CANCELLED.label, "stop", speak.moment(facts.cancelled_at))]


def _times(facts: OrderFacts) -> dict[str, datetime | None]:
    return {
        S.PLACED: None if facts.status in (S.AWAITING_PAYMENT, S.EXPIRED) else facts.placed_at,
        S.CONFIRMED: facts.confirmed_at,
        S.PREPARING: facts.preparing_at,
        S.READY: facts.ready_at,
        S.IN_DELIVERY: facts.departed_at,
        S.DELIVERED: facts.delivered_at,
    }


def _on_the_road(status: str, facts: OrderFacts) -> bool:
    if status in (facts.status, facts.held_from):
        return True
    if status == S.READY:
        # A parcel's readiness is the shop's own business; food and pick-up wait for somebody.
        return (facts.shop.uses_ready and facts.kind == OrderKind.FOOD) or _is_pickup(facts)
    if status == S.PREPARING:
        return facts.shop.uses_preparing
    return status != S.IN_DELIVERY or not _is_pickup(facts)


def _is_pickup(facts: OrderFacts) -> bool:
    return facts.delivery_method == DeliveryMethod.PICKUP


def _line(line: Line, currency: str) -> LineView:
    remark = ""
    if line.returned:
        remark = _("%(n)d returned") % {"n": line.returned}
    elif line.cancelled:
        remark = (
            _("cancelled")
            if line.cancelled == line.quantity
            else _("%(n)d cancelled") % {"n": line.cancelled}
        )
    gone = line.cancelled == line.quantity
    return LineView(line.name, line.options, line.quantity, amount(line.price, currency), remark, gone)


def _money(facts: OrderFacts) -> list[tuple[str | Promise, str, str]]:
    """Rows of label, amount and class; discounts and shipping only when there are any."""
    rows = [
        (goods_words(facts.kind).sum, facts.goods_total, ""),
        (_("Discount"), -facts.discount_total, ""),
        (way_words(facts.kind, facts.delivery_method).fee, facts.shipping_total, ""),
        (_("Total"), facts.total, "total"),
    ]
    shown = [row for row in rows if row[1] or row[2]]
    if len(shown) == 2:
        # Goods alone: the same amount twice tells nobody anything.
        shown = shown[-1:]
    return [(label, amount(sum_, facts.currency), kind) for label, sum_, kind in (*shown, *_changes(facts))]


def _changes(facts: OrderFacts) -> list[tuple[str | Promise, int, str]]:
    """What was cancelled, what is left to pay for, and what went back; nothing of an order as it was placed."""
    rows: list[tuple[str | Promise, int, str]] = []
    if facts.owed != facts.total and (facts.owed or facts.captured_total):
        rows.append((_("Cancelled or given back"), facts.owed - facts.total, ""))
        if facts.owed:
            label = _("Cancellation fee") if facts.kept_fee == facts.owed else _("Costs now")
            rows.append((label, facts.owed, "total"))
    if facts.refunded_total:
        rows.append((_("Refunded"), facts.refunded_total, ""))
    return rows


def _payments(facts: OrderFacts, speak: Speaker) -> list[PaymentView]:
    open_order = facts.status == S.AWAITING_PAYMENT
    return [
        PaymentView(
            _METHODS.get(paid.method, paid.method),
            paid.detail,
            amount(paid.captured, facts.currency) if paid.captured else "",
            speak.moment(paid.at),
        )
        for paid in facts.payments
        if paid.captured or open_order or facts.pays_later
    ]


def _completes(facts: OrderFacts, speak: Speaker) -> str:
    """When the order completes by itself, in a sentence; empty before its delivery and while it is missing."""
    at = speak.moment(facts.complete_after)
    if at is None or facts.status != S.DELIVERED or TaskKind.NOT_RECEIVED in facts.open_tasks:
        return ""
    return str(goods_words(facts.kind).ends_by_itself) % {"when": at.words}


class Answers(NamedTuple):
    """The two answers to "did it arrive?": why each is not possible now, or None."""

    receive: Refusal | None
    report: Refusal | None
    completes: bool


def answers_of(facts: OrderFacts, now: datetime) -> Answers | None:
    """None while the question makes no sense: nothing has left, or the order is closed."""
    if facts.status not in (S.IN_DELIVERY, S.DELIVERED) or _is_pickup(facts):
        return None
    if facts.status == S.IN_DELIVERY and facts.parcels and all(p.status in TROUBLE for p in facts.parcels):
        # The headline says already that it went astray and that the shop is looking into it.
        return None
    return Answers(
        _not_yet(why_not_receive(facts.status, facts.open_tasks)),
        why_not_report(facts.status, facts.open_tasks, facts.promised_until, now),
        facts.status == S.DELIVERED,
    )


def _not_yet(refusal: Refusal | None) -> Refusal | None:
    """The staff's sentence about an open complaint, turned to the customer."""
    if refusal is None or refusal.code != OPEN_TASKS.code:
        return refusal
    return Refusal(refusal.code, gettext_lazy("The shop is still looking into what you told it."))
