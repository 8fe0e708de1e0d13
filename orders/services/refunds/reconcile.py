"""A settlement file beside our books: every row where they differ is listed, none is mended by itself.

A person settles each with one press: take over what the file proves about an unknown refund, say why it is so, or
hand it to colleagues as a task.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import Conflict, DomainError, NotFound
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record
from orders.gateways import Outcome, RefundAnswer
from orders.models import Discrepancy, Payment, Refund, Settlement
from orders.services.locking import locked_order, note_change
from orders.services.refunds.alarm import call_a_person
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.settlement_file import PAYMENT, FileRow, read_file
from orders.terms import RefundStatus

K, S = Discrepancy.Kind, RefundStatus
WAITING = (S.SUBMITTED, S.UNKNOWN, S.RESERVED)
CHUNK = 500
T = TypeVar("T")


class Resolution(StrEnum):
    """What a person may do about a discrepancy."""

    SETTLE = "settle"
    EXPLAINED = "explained"
    TASK = "task"


@dataclass(slots=True)
class Books:
    """Our side: payments by the company's number, their refunds, and what the period must hold."""

    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[int, list[Refund]] = field(default_factory=lambda: defaultdict(list))
    seen_payments: set[int] = field(default_factory=set)
    seen_refunds: set[int] = field(default_factory=set)


def load_settlement(shop_id: int, gateway: str, name: str, content: bytes, *, actor: Actor) -> Settlement:
    """Compare a file with the books of its days; the same file again gives the settlement that exists.

    DomainError `bad_file` names the line; nothing is kept then.
    """
    digest = hashlib.sha256(content).hexdigest()
    known = Settlement.objects.filter(shop_id=shop_id, gateway=gateway, digest=digest).first()
    if known is not None:
        return known
    shop = Shop.objects.get(pk=shop_id)
    rows = read_file(content, shop.currency, shop.time_zone)
    since, until = _days(rows, ZoneInfo(shop.time_zone))
    with transaction.atomic():
        settlement, made = Settlement.objects.get_or_create(
            shop=shop,
            gateway=gateway,
            digest=digest,
            defaults={
                "name": name[:200],
                "since": since,
                "until": until,
                "loaded_by_id": actor.user_id,
                "row_count": len(rows),
            },
        )
        if not made:
            return settlement
        found = list(_compare(settlement, rows))
        Discrepancy.objects.bulk_create(_named_once(found), batch_size=CHUNK)
        said = {"settlement": settlement.pk, "gateway": gateway, "rows": len(rows), "found": len(found)}
        record(Fact("settlement.loaded", shop_id, ("shop", shop_id), actor, said))
    return settlement


def _days(rows: list[FileRow], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The whole days of the shop that the file speaks of."""
    first, last = (edge(row.at for row in rows).astimezone(zone).date() for edge in (min, max))
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(last + timedelta(days=1), time.min, zone),
    )


def _compare(settlement: Settlement, rows: list[FileRow]) -> Iterator[Discrepancy]:
    books = _books(settlement, rows)
    for row in rows:
        difference = _payment_row(books, row) if row.kind == PAYMENT else _refund_row(books, row)
        if difference is not None:
            difference.settlement = settlement
            yield difference
    yield from _missing(settlement, books)


def _books(settlement: Settlement, rows: list[FileRow]) -> Books:
    """Whatever the file names, and whatever the period holds."""
    books = Books()
    ours = Payment.objects.filter(order__shop_id=settlement.shop_id, gateway=settlement.gateway)
    within = {"captured__gt": 0, "captured_at__gte": settlement.since, "captured_at__lt": settlement.until}
    for numbers in _chunks(sorted({row.payment for row in rows})):
        books.payments |= {payment.reference: payment for payment in ours.filter(reference__in=numbers)}
    books.payments |= {payment.reference: payment for payment in ours.filter(**within)}
    for ids in _chunks(sorted(payment.pk for payment in books.payments.values())):
        _add(books, Refund.objects.filter(payment_id__in=ids))
    period = {"settled_at__gte": settlement.since, "settled_at__lt": settlement.until}
    known = {refund.pk for refunds in books.refunds.values() for refund in refunds}
    late = Refund.objects.filter(payment__in=ours, status=S.SUCCEEDED, **period).select_related("payment")
    _add(books, (refund for refund in late if refund.pk not in known))
    return books


def _chunks(values: list[T]) -> Iterator[list[T]]:
    """Few enough at once for every database's limit of parameters."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


def _add(books: Books, refunds: Iterable[Refund]) -> None:
    for refund in refunds:
        books.refunds[refund.payment_id].append(refund)


def _payment_row(books: Books, row: FileRow) -> Discrepancy | None:
    payment = books.payments.get(row.payment)
    if payment is None or payment.captured == 0 or payment.pk in books.seen_payments:
        return _difference(K.EXTRA, row, payment)
    books.seen_payments.add(payment.pk)
    if (payment.captured, payment.currency) != (row.amount, row.currency):
        return _difference(K.DIFFERENT, row, payment, ledger=payment.captured)
    return None


def _refund_row(books: Books, row: FileRow) -> Discrepancy | None:
    payment = books.payments.get(row.payment)
    if payment is None:
        return _difference(K.EXTRA, row)
    free = [each for each in books.refunds[payment.pk] if each.pk not in books.seen_refunds]
    refund = _same_number(free, row) or _same_amount(free, row)
    if refund is None:
        return _difference(K.EXTRA, row, payment)
    books.seen_refunds.add(refund.pk)
    if refund.status in WAITING:
        # The file proves that the money went; a person takes it over.
        return _difference(K.UNKNOWN, row, payment, refund, ledger=refund.amount)
    if refund.status != S.SUCCEEDED:
        return _difference(K.EXTRA, row, payment, refund, ledger=0)
    if (refund.amount, refund.currency) != (row.amount, row.currency):
        return _difference(K.DIFFERENT, row, payment, refund, ledger=refund.amount)
    return None


def _same_number(refunds: list[Refund], row: FileRow) -> Refund | None:
    return next((each for each in refunds if each.gateway_ref == row.reference), None)


def _same_amount(refunds: list[Refund], row: FileRow) -> Refund | None:
    """One whose number at the company we never learnt: unknown ones first, then booked ones, then ended ones."""
    fitting = [
        each
        for each in refunds
        if (each.amount, each.currency) == (row.amount, row.currency)
        and each.gateway_ref in (None, "", each.key)
    ]
    ranks = [S.UNKNOWN, S.SUBMITTED, S.SUCCEEDED, S.RESERVED, S.FAILED, S.VOIDED]
    wanted = [each for each in fitting if each.status in ranks]
    return min(wanted, key=lambda each: ranks.index(RefundStatus(each.status)), default=None)


def _missing(settlement: Settlement, books: Books) -> Iterator[Discrepancy]:
    def inside(at: datetime | None) -> bool:
        return at is not None and settlement.since <= at < settlement.until

    for payment in books.payments.values():
        if payment.captured and inside(payment.captured_at) and payment.pk not in books.seen_payments:
            yield _gone(settlement, payment.reference, payment.captured, payment)
    for refunds in books.refunds.values():
        for refund in refunds:
            succeeded = refund.status == S.SUCCEEDED and inside(refund.settled_at)
            if succeeded and refund.pk not in books.seen_refunds:
                yield _gone(settlement, refund.gateway_ref or refund.key, refund.amount, None, refund)


def _gone(
    settlement: Settlement, number: str, amount: int, payment: Payment | None, refund: Refund | None = None
) -> Discrepancy:
    source = refund or payment
    assert source is not None
    return Discrepancy(
        settlement=settlement,
        kind=K.MISSING,
        reference=number[:120],
        ledger_amount=amount,
        currency=source.currency,
        payment_id=refund.payment_id if refund else source.pk,
        refund=refund,
    )


def _difference(
    kind: str,
    row: FileRow,
    payment: Payment | None = None,
    refund: Refund | None = None,
    *,
    ledger: int | None = None,
) -> Discrepancy:
    return Discrepancy(
        kind=kind,
        reference=(row.reference or row.payment)[:120],
        file_amount=row.amount,
        ledger_amount=ledger,
        currency=row.currency,
        payment=payment,
        refund=refund,
    )


def _named_once(found: list[Discrepancy]) -> list[Discrepancy]:
    """The same number twice in one file (paid twice, say) is two findings: the second gets a mark."""
    times: dict[tuple[str, str], int] = defaultdict(int)
    for each in found:
        name = (each.kind, each.reference)
        times[name] += 1
        if times[name] > 1:
            each.reference = f"{each.reference[:112]}#{times[name]}"
    return found


def resolve(discrepancy_id: int, how: str, *, actor: Actor, note: str = "") -> Discrepancy:
    """Settle one discrepancy. Conflict `done_already`; DomainError `no_note`, `not_provable`, `no_order`, `bad_choice`."""
    row = (
        Discrepancy.objects.select_related("payment", "refund", "settlement")
        .filter(pk=discrepancy_id)
        .first()
    )
    if row is None:
        raise NotFound("no_such_discrepancy", _("This difference does not exist."))
    if how not in set(Resolution):
        raise DomainError("bad_choice", _("Choose what to do."))
    order_id = _order_id(row)
    if order_id is None:
        with transaction.atomic():
            return _resolve(row, Resolution(how), None, note.strip(), actor)
    with locked_order(order_id):
        return _resolve(row, Resolution(how), order_id, note.strip(), actor)


def _order_id(row: Discrepancy) -> int | None:
    source = row.refund or row.payment
    return source.order_id if source else None


def _resolve(row: Discrepancy, how: Resolution, order_id: int | None, note: str, actor: Actor) -> Discrepancy:
    # Under the order's lock where there is one; the conditional UPDATE decides where there is none.
    done = Discrepancy.objects.filter(pk=row.pk, resolved_at__isnull=True)
    row.resolved_at, row.resolved_by_id = clock.now(), actor.user_id
    row.resolution = f"{how}: {note}"[:255] if note else str(how)
    changed = done.update(
        resolved_at=row.resolved_at, resolved_by_id=row.resolved_by_id, resolution=row.resolution
    )
    if not changed:
        raise Conflict("done_already", _("Somebody settled this already."))
    if how == Resolution.EXPLAINED and not note:
        raise DomainError("no_note", _("Say why the file and the books differ."))
    if how == Resolution.SETTLE:
        _settle(row, actor)
    if how == Resolution.TASK:
        if order_id is None:
            raise DomainError("no_order", _("No order belongs to it. Note the explanation instead."))
        amounts = f"{row.file_amount or 0} / {row.ledger_amount or 0} {row.currency}"
        call_a_person(order_id, f"{row.settlement.name}: {row.reference}: {amounts}", actor=actor)
    _tell(row, how, order_id, actor)
    return row


def _settle(row: Discrepancy, actor: Actor) -> None:
    if row.kind != K.UNKNOWN or row.refund is None:
        raise DomainError("not_provable", _("The file proves nothing that could be taken over."))
    answer = RefundAnswer(
        Outcome.SUCCEEDED, row.reference.partition("#")[0], row.file_amount, detail="settlement"
    )
    if settle_refund(row.refund.pk, answer, actor=actor).status != S.SUCCEEDED:
        raise DomainError("not_provable", _("The file proves nothing that could be taken over."))


def _tell(row: Discrepancy, how: Resolution, order_id: int | None, actor: Actor) -> None:
    said = {"discrepancy": row.pk, "difference": row.kind, "how": str(how)}
    if order_id is not None:
        with locked_order(order_id) as order:
            note_change(order, "settlement.resolved", actor, **said)
        return
    shop_id = row.settlement.shop_id
    record(Fact("settlement.resolved", shop_id, ("shop", shop_id), actor, said))
