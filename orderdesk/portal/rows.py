"""Rows of the tracking page as escaped text: the template engine takes five times as long for a repeated row."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orders.timewords import Moment

Text = str | Promise


class Step(NamedTuple):
    """One step of the order's road; `mark` is done, now, next or stop."""

    label: Text
    mark: str
    at: Moment | None


class ScanView(NamedTuple):
    at: Moment | None
    words: Text
    place: str


class LineView(NamedTuple):
    name: str
    options: str
    quantity: int
    price: str
    remark: str
    gone: bool = False


class PaymentView(NamedTuple):
    method: Text
    detail: str
    paid: str
    at: Moment | None


class LetterView(NamedTuple):
    subject: Text
    channel: Text
    state: Text
    at: Moment | None


def time_tag(at: Moment | None, *, short: bool = False) -> SafeString:
    """<time> with the words shown and the exact moment on hover; nothing for never."""
    if at is None:
        return SafeString("")
    words = at.short if short else at.words
    return SafeString(f'<time datetime="{at.iso}" title="{at.exact}">{escape(words)}</time>')


def step_rows(steps: Iterable[Step]) -> SafeString:
    """Items of the progress list."""
    word = _("done")
    done = f'<span class="visually-hidden"> ({escape(word)})</span>'
    return _joined(
        f'<li class="step-{step.mark}"{_NOW if step.mark == "now" else ""}>{_safe(step.label)} '
        f"{time_tag(step.at, short=True)}{done if step.mark == 'done' else ''}</li>"
        for step in steps
    )


_NOW = ' aria-current="step"'


def scan_rows(scans: Iterable[ScanView]) -> SafeString:
    """Items of a parcel's scans."""
    return _joined(
        f"<li>{time_tag(scan.at)}<span>{_safe(scan.words)}{_small(scan.place)}</span></li>" for scan in scans
    )


def line_rows(lines: Iterable[LineView]) -> SafeString:
    """Items of what was bought."""
    return _joined(_line(line) for line in lines)


def _line(line: LineView) -> str:
    times = f' <span class="num">× {line.quantity}</span>' if line.quantity != 1 else ""
    remark = f' <em class="remark">{_safe(line.remark)}</em>' if line.remark else ""
    name = f"<span>{_safe(line.name)}{times}{remark}</span>"
    mark = ' class="gone"' if line.gone else ""
    return f'<li{mark}>{name}<span class="num">{_safe(line.price)}</span>{_small(line.options)}</li>'


def money_rows(rows: Iterable[tuple[Text, str, str]]) -> SafeString:
    """Terms of label, amount and class."""
    return _joined(
        f'<dt class="{kind}">{_safe(label)}</dt><dd class="num {kind}">{_safe(sum_)}</dd>'
        for label, sum_, kind in rows
    )


def payment_rows(payments: Iterable[PaymentView]) -> SafeString:
    """Terms of how it was or is to be paid."""
    return _joined(_payment(payment) for payment in payments)


def _payment(payment: PaymentView) -> str:
    at = f"<small>{time_tag(payment.at)}</small>" if payment.at else ""
    paid = payment.paid or _("not paid yet")
    return (
        f"<dt>{_safe(payment.method)}{_small(payment.detail)}</dt>"
        f'<dd><span class="num">{_safe(paid)}</span>{at}</dd>'
    )


def letter_rows(letters: Iterable[LetterView]) -> SafeString:
    """Items of the messages that were sent."""
    return _joined(
        f"<li><span>{_safe(letter.subject)}</span><small>{_safe(letter.channel)} · {_safe(letter.state)} · "
        f"{time_tag(letter.at)}</small></li>"
        for letter in letters
    )


def _safe(text: Text | int) -> str:
    return escape(str(text))


def _small(text: str) -> str:
    return f" <small>{escape(text)}</small>" if text else ""


def _joined(rows: Iterable[str]) -> SafeString:
    return SafeString("".join(rows))
