"""Bank deposits by file: rows of a bank's statement, each judged first and in words, then stored once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.money import from_decimal
from orders.models import Deposit, Order
from orders.services.payments import OTHER_AMOUNT, fits, take_deposit, unpaid_orders
from orders.services.sheets import read_table

HEADINGS: dict[str, frozenset[str]] = {
    "at": frozenset(
        {"when", "date", "time", "거래일시", "거래일", "거래일자", "입금일시", "입금일", "일시", "날짜"}
    ),
    "amount": frozenset({"amount", "입금액", "입금금액", "금액", "입금", "맡기신금액"}),
    "payer": frozenset({"payer", "payername", "입금자", "입금자명", "보낸분", "의뢰인", "기재내용"}),
    "reference": frozenset(
        {"reference", "bankreference", "거래번호", "거래고유번호", "참조번호", "고유번호"}
    ),
}
TEMPLATE_HEADINGS = ("거래일시", "입금액", "입금자", "거래번호")
_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
Text = str | Promise


@dataclass(frozen=True, slots=True)
class DepositRow:
    """One row of the file as it was typed; `line` counts as the spreadsheet does."""

    line: int
    at: str
    amount: str
    payer: str
    reference: str


@dataclass(frozen=True, slots=True)
class DepositAnswer:
    """What would become, or became, of one row.

    `refusal` says why nothing can be; `known` is a deposit that was stored before; `orders` are those that fit: one
    is (or will be) matched by itself.
    """

    row: DepositRow
    deposit: Deposit | None = None
    orders: Sequence[Order] = ()
    known: bool = False
    refusal: Text | None = None


def read_deposit_file(name: str, content: bytes) -> list[DepositRow]:
    """Rows of the file, empty ones left out. DomainError as `read_table`."""
    missing = _("The first row needs the headings date, amount, payer and bank reference.")
    return [DepositRow(line, **cells) for line, cells in read_table(name, content, HEADINGS, missing)]


def check_deposits(rows: Sequence[DepositRow], shop: Shop) -> list[DepositAnswer]:
    """Judge every row against the shop's unpaid orders and stored deposits; four queries, writes nothing."""
    judged = [_judged(row, shop) for row in rows]
    stored = {
        each.reference: each
        for each in Deposit.objects.filter(
            shop=shop, reference__in={row.reference for row in rows}
        ).select_related("payment__order")
    }
    amounts = {answer.deposit.amount for answer in judged if answer.deposit}
    due = unpaid_orders(shop.pk, shop.currency).annotate(due=F("total") - F("captured_total"))
    unpaid = list(due.filter(due__in=amounts)[:5_000]) if amounts else []
    seen: set[str] = set()
    return [_against(answer, stored, unpaid, seen) for answer in judged]


def _judged(row: DepositRow, shop: Shop) -> DepositAnswer:
    try:
        return DepositAnswer(row, _deposit(row, shop))
    except DomainError as refusal:
        return DepositAnswer(row, refusal=str(refusal))


def _deposit(row: DepositRow, shop: Shop) -> Deposit:
    if not row.reference:
        raise DomainError("no_reference", _("The bank's reference is missing."))
    if len(row.reference) > 80 or len(row.payer) > 80:
        raise DomainError("too_long", _("Payer and reference hold 80 characters at most."))
    return Deposit(
        shop=shop,
        reference=row.reference,
        at=_moment(row.at, shop),
        amount=_amount(row.amount, shop.currency),
        currency=shop.currency,
        payer_name=row.payer,
    )


def _moment(text: str, shop: Shop) -> datetime:
    """The time in the shop's zone; a day without a time counts until its end, so that orders of that day fit."""
    plain = text.strip().replace("T", " ").replace(".", "-").replace("/", "-").rstrip("-")
    for form in _FORMATS:
        try:
            found = datetime.strptime(plain[:19], form).replace(tzinfo=shop.zone)
        except ValueError:
            continue
        whole = form == "%Y-%m-%d"
        moment = datetime.combine(found.date(), time.max, shop.zone) if whole else found
        if found > clock.now():
            raise DomainError("future", _("The time “%(text)s” lies in the future."), text=text)
        return min(moment, clock.now())
    raise DomainError("no_time", _("“%(text)s” is no date. Write 2026-11-24 14:05."), text=text)


def _amount(text: str, currency: str) -> int:
    """Minor units."""
    plain = text.replace(",", "").replace("₩", "").replace("원", "").replace(currency, "").strip()
    try:
        amount = Decimal(plain)
        minor = from_decimal(amount, currency).minor if amount.is_finite() else 0
    except (InvalidOperation, ValueError) as error:
        raise DomainError(
            "no_amount", _("“%(text)s” is no amount in %(currency)s."), text=text, currency=currency
        ) from error
    if not 0 < minor < 10**15:
        raise DomainError("bad_amount", _("The amount must be more than zero."))
    return minor


def _against(
    answer: DepositAnswer, stored: dict[str, Deposit], unpaid: Sequence[Order], seen: set[str]
) -> DepositAnswer:
    row, deposit = answer.row, answer.deposit
    if deposit is None:
        return answer
    if row.reference in seen:
        return DepositAnswer(row, refusal=_("This reference stands in the file more than once."))
    seen.add(row.reference)
    known = stored.get(row.reference)
    if known is None:
        return DepositAnswer(row, deposit, [order for order in unpaid if fits(order, deposit)])
    if known.amount != deposit.amount:
        return DepositAnswer(row, known, refusal=OTHER_AMOUNT)
    return _known(row, known)


def _known(row: DepositRow, deposit: Deposit) -> DepositAnswer:
    orders = [deposit.payment.order] if deposit.payment else []
    return DepositAnswer(row, deposit, orders, known=True)


def store_deposits(answers: Sequence[DepositAnswer], *, actor: Actor) -> list[DepositAnswer]:
    """Store every row that is new, each in a transaction of its own; the others keep their answer."""
    return [_store(answer, actor) for answer in answers]


def _store(answer: DepositAnswer, actor: Actor) -> DepositAnswer:
    if answer.refusal is not None or answer.known or answer.deposit is None:
        return answer
    try:
        stored = take_deposit(answer.deposit, actor=actor)
    except DomainError as refusal:
        return DepositAnswer(answer.row, refusal=str(refusal))
    if stored.payment is not None:
        return DepositAnswer(answer.row, stored, [stored.payment.order])
    fitting: Any = [] if len(answer.orders) == 1 else answer.orders
    return DepositAnswer(answer.row, stored, fitting)
