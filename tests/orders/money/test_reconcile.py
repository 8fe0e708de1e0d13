"""The settlement file beside the books: what differs is listed, all of it and nothing else, and mended by a person only."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import Conflict, DomainError
from orderdesk.events.actor import SYSTEM, Actor
from orderdesk.events.models import Event
from orders.gateways import Outcome, RefundAnswer
from orders.models import Discrepancy, Order, Payment, Refund, Task
from orders.quotes import goodwill_quote
from orders.services.payments import Capture, record_payment
from orders.services.refunds.reconcile import load_settlement, resolve
from orders.services.refunds.request import RefundRequest, request_refund
from orders.services.refunds.settle import settle_refund
from orders.services.refunds.settlement_file import OURS, read_file
from orders.terms import OrderStatus, PaymentMethod, RefundSource, RefundStatus
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
Row = dict[str, Any]


def order_with_money(shop: Shop, name: str, amount: int = 10_000) -> Order:
    order = make_order(shop, status=OrderStatus.PLACED, paid=False, unit_price=amount)
    record_payment(order.pk, Capture(amount, PaymentMethod.CARD, "toss", name), actor=SYSTEM)
    return order


def sent_refund(order: Order, amount: int, number: str = "1") -> Refund:
    wanted = RefundRequest(
        f"goodwill:{number}", RefundSource.GOODWILL, goodwill_quote("KRW", amount, "sorry")
    )
    refund = request_refund(order.pk, wanted, actor=SYSTEM)[0]
    refund.submit(clock.now())
    refund.save(update_fields=["status", "submitted_at"])
    return refund


def settled(refund: Refund, ref: str) -> Refund:
    return settle_refund(refund.pk, RefundAnswer(Outcome.SUCCEEDED, ref, refund.amount), actor=SYSTEM)


def unknown(refund: Refund) -> Refund:
    return settle_refund(refund.pk, RefundAnswer(Outcome.UNKNOWN, detail="timeout"), actor=SYSTEM)


def row(kind: str, payment: str, reference: str, amount: int, **changes: Any) -> Row:
    said = {"kind": kind, "payment": payment, "reference": reference, "amount": amount, "currency": "KRW"}
    return said | {"at": clock.now().isoformat()} | changes


def csv_of(rows: list[Row], columns: tuple[str, ...] = OURS) -> bytes:
    lines = [",".join(columns), *(",".join(str(each[name]) for name in columns) for each in rows)]
    return "\n".join(lines).encode()


def load(shop: Shop, rows: list[Row]) -> list[Discrepancy]:
    settlement = load_settlement(shop.pk, "toss", "2026-11.csv", csv_of(rows), actor=SYSTEM)
    return list(settlement.discrepancies.order_by("pk"))


def many_payments(shop: Shop, count: int) -> list[Payment]:
    """All on one order: the comparison asks for the shop only."""
    order, now = make_order(shop, paid=False), clock.now()
    return [
        Payment.objects.create(
            order=order,
            method=PaymentMethod.CARD,
            gateway="toss",
            currency="KRW",
            reference=f"pay-{n}",
            authorised=10_000 + n,
            captured=10_000 + n,
            captured_at=now,
        )
        for n in range(count)
    ]


def many_refunds(payments: list[Payment], lost: set[int]) -> list[tuple[Refund, str]]:
    """One refund a payment and its number at the company; of `lost` ones our books know neither number nor result."""
    made = []
    for n, payment in enumerate(payments):
        refund = Refund(
            order_id=payment.order_id,
            payment=payment,
            amount=1_000 + n,
            currency="KRW",
            key=f"goodwill:{n}/{payment.pk}",
            cause=f"goodwill:{n}",
            source=RefundSource.GOODWILL,
            created_at=clock.now(),
        )
        refund.save()
        refund.lines.create(component="goodwill", amount=refund.amount, rule="goodwill")
        refund.submit(clock.now())
        refund.save()
        if n in lost:
            refund.lose_sight("timeout")
        else:
            refund.succeed(clock.now(), f"c-{n}")
        refund.save()
        made.append((refund, f"c-{n}"))
    return made


def test_of_a_thousand_rows_with_thirty_errors_thirty_are_found_and_nothing_else() -> None:
    shop, dice = make_shop(), random.Random(30)
    payments, lost = many_payments(shop, 700), set(range(0, 300, 50))
    rows = [row("payment", each.reference, "", each.captured) for each in payments]
    for refund, number in many_refunds(payments[:300], lost):
        rows.append(row("refund", refund.payment.reference, number, refund.amount))
    assert len(rows) == 1_000
    named = [each["reference"] or each["payment"] for each in rows]
    planted = {("unknown", f"c-{n}") for n in lost}
    whole = [n for n in range(1_000) if n < 700 or n - 700 not in lost]
    picks = dice.sample(whole, 16)
    for n in picks[:8]:
        rows[n]["amount"] += 1 + dice.randrange(500)
        planted.add(("different", named[n]))
    for n in sorted(picks[8:], reverse=True):
        planted.add(("missing", named[n]))
        del rows[n]
    for n in range(8):
        rows.append(row("payment" if n % 2 else "refund", f"stranger-{n}", f"s-{n}", 5_000))
        planted.add(("extra", f"s-{n}"))
    dice.shuffle(rows)
    found = {(str(each.kind), each.reference) for each in load(shop, rows)}
    assert len(planted) == 30
    assert found == planted


def test_nothing_is_mended_by_itself() -> None:
    shop = make_shop()
    refund = unknown(sent_refund(order_with_money(shop, "p1"), 3_000))
    load(shop, [row("payment", "p1", "", 9_999), row("refund", "p1", "c1", 3_000)])
    refund.refresh_from_db()
    assert refund.status == RefundStatus.UNKNOWN
    assert Payment.objects.get().captured == 10_000
    assert not Task.objects.exists()


def test_one_press_takes_over_what_the_file_proves() -> None:
    shop = make_shop()
    user = make_user(shop)
    refund = unknown(sent_refund(order_with_money(shop, "p1"), 3_000))
    found = load(shop, [row("payment", "p1", "", 10_000), row("refund", "p1", "c1", 3_000)])
    assert [each.kind for each in found] == ["unknown"]
    resolve(found[0].pk, "settle", actor=Actor.staff(user.pk))
    refund.refresh_from_db()
    assert (refund.status, refund.gateway_ref) == (RefundStatus.SUCCEEDED, "c1")
    assert Order.objects.get().refunded_total == 3_000
    event = Event.objects.filter(kind="settlement.resolved").get()
    assert (event.actor_id, event.data["how"]) == (user.pk, "settle")
    with pytest.raises(Conflict):
        resolve(found[0].pk, "explained", actor=SYSTEM, note="twice")


def test_a_reason_is_noted_or_refused() -> None:
    shop = make_shop()
    found = load(shop, [row("payment", "stranger", "", 500)])[0]
    with override("en"), pytest.raises(DomainError, match="Say why"):
        resolve(found.pk, "explained", actor=SYSTEM, note="  ")
    found.refresh_from_db()
    assert found.resolved_at is None
    assert (
        resolve(found.pk, "explained", actor=SYSTEM, note="our other shop").resolution
        == "explained: our other shop"
    )


def test_a_task_calls_colleagues_where_an_order_is_known() -> None:
    shop = make_shop()
    order_with_money(shop, "p1")
    found = load(shop, [row("payment", "p1", "", 9_000), row("payment", "stranger", "", 500)])
    by_kind = {each.kind: each for each in found}
    resolve(by_kind["different"].pk, "task", actor=SYSTEM)
    assert "9000 / 10000 KRW" in Task.objects.get().detail
    with override("en"), pytest.raises(DomainError, match="No order"):
        resolve(by_kind["extra"].pk, "task", actor=SYSTEM)


@pytest.mark.parametrize("how", ["settle", "pay it", ""])
def test_what_the_file_does_not_prove_is_not_taken_over(how: str) -> None:
    shop = make_shop()
    found = load(shop, [row("payment", "stranger", "", 500)])[0]
    with pytest.raises(DomainError):
        resolve(found.pk, how, actor=SYSTEM)
    found.refresh_from_db()
    assert found.resolved_at is None


def test_a_refund_of_the_file_that_had_failed_here_is_listed_with_it() -> None:
    shop = make_shop()
    refund = sent_refund(order_with_money(shop, "p1"), 3_000)
    settle_refund(refund.pk, RefundAnswer(Outcome.FAILED, detail="refused"), actor=SYSTEM)
    found = load(shop, [row("payment", "p1", "", 10_000), row("refund", "p1", "c1", 3_000)])
    assert [(each.kind, each.refund_id, each.ledger_amount) for each in found] == [("extra", refund.pk, 0)]


def test_a_refund_that_stands_twice_in_the_file_is_listed() -> None:
    shop = make_shop()
    settled(sent_refund(order_with_money(shop, "p1"), 3_000), "c1")
    twice = [row("refund", "p1", "c1", 3_000)] * 3
    found = load(shop, [row("payment", "p1", "", 10_000), *twice])
    assert [(each.kind, each.reference) for each in found] == [("extra", "c1"), ("extra", "c1#2")]


def test_the_same_file_again_is_the_same_settlement() -> None:
    shop = make_shop()
    content = csv_of([row("payment", "stranger", "", 500)])
    first = load_settlement(shop.pk, "toss", "a.csv", content, actor=SYSTEM)
    assert load_settlement(shop.pk, "toss", "b.csv", content, actor=SYSTEM) == first
    assert Discrepancy.objects.count() == 1


def test_other_days_other_shops_and_other_companies_are_not_missing() -> None:
    shop, now = make_shop(), clock.now()
    order_with_money(make_shop(), "elsewhere")
    old = order_with_money(shop, "old")
    Payment.objects.filter(order=old).update(captured_at=now - timedelta(days=3))
    order = make_order(shop, status=OrderStatus.PLACED, paid=False)
    record_payment(order.pk, Capture(10_000, PaymentMethod.CARD, "stripe", "pi_1"), actor=SYSTEM)
    order_with_money(shop, "p1")
    assert load(shop, [row("payment", "p1", "", 10_000)]) == []


def test_toss_columns_are_read_too() -> None:
    header = "mId,paymentKey,transactionKey,orderId,currency,method,amount,approvedAt,soldDate"
    lines = [header, "m,pk,t1,o,KRW,카드,15000,2026-11-02T10:00:00+09:00,2026-11-02"]
    lines.append("m,pk,t2,o,KRW,카드,-4000,2026-11-03T10:00:00+09:00,2026-11-03")
    rows = read_file("\ufeff".encode() + "\r\n".join(lines).encode(), "KRW", "Asia/Seoul")
    assert [(each.kind, each.reference, each.amount) for each in rows] == [
        ("payment", "t1", 15_000),
        ("refund", "t2", 4_000),
    ]


BAD = {
    "empty": b"",
    "other columns": b"a,b\n1,2",
    "no rows": ",".join(OURS).encode(),
    "not text": b"\xff\xfe\x00",
    "an amount with decimals": csv_of([row("payment", "p", "", 1) | {"amount": "10.5"}]),
    "an amount that is none": csv_of([row("payment", "p", "", 1) | {"amount": "1e9999999"}]),
    "no amount": csv_of([row("payment", "p", "", 0)]),
    "no time": csv_of([row("payment", "p", "", 1, at="soon")]),
    "a time that is none": csv_of([row("payment", "p", "", 1, at="2026-13-41")]),
    "another kind": csv_of([row("fee", "p", "", 1)]),
    "no number": csv_of([row("refund", "p", "", 1)]),
    "an unknown currency": csv_of([row("payment", "p", "", 1, currency="XQQ")]),
    "NUL": b"kind,payment,reference,amount,currency,at\nrefund,\x00,c,1,KRW,2026-11-01",
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence_and_nothing_is_kept(
    name: str, language: str
) -> None:
    shop = make_shop()
    with override(language), pytest.raises(DomainError) as refused:
        load_settlement(shop.pk, "toss", "x.csv", BAD[name], actor=SYSTEM)
    assert refused.value.code == "bad_file"
    assert str(refused.value)
    assert not Discrepancy.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_file() -> None:
    counts = []
    for size in (5, 200):
        shop = make_shop()
        order = make_order(shop, paid=False)
        rows = [row("payment", f"{shop.pk}-{n}", "", 100) for n in range(size)]
        assert order.pk
        with CaptureQueriesContext(connection) as told:
            load(shop, rows)
        counts.append(len(told))
    # SQLite writes many rows in several portions.
    assert counts[1] <= counts[0] + 2
