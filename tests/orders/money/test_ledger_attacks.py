"""Raw SQL against the ledger: whoever writes, money cannot go back twice and nothing that happened is changed."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.sql import emit_pre_migrate_signal
from django.db import IntegrityError, connection, transaction

from orderdesk import clock, triggers
from orderdesk.events.actor import SYSTEM
from orders.ledger_guards import LEDGER_TRIGGERS
from orders.models import LedgerEntry, Order, OrderLine, Payment, Refund, RefundAttempt, RefundLine
from orders.quotes import LineFacts, QuoteFacts, goodwill_quote, quote_cancellation
from orders.services.refunds.request import RefundRequest, request_refund
from orders.terms import RefundSource, RefundStatus
from tests.builders import make_order

pytestmark = pytest.mark.django_db
S = RefundStatus


def run(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def assert_refused(sql: str, *params: Any, match: str = "") -> None:
    with pytest.raises(IntegrityError, match=match), transaction.atomic():
        run(sql, *params)


def refund_of(order: Order, amount: int, cause: str = "goodwill:1") -> Refund:
    wanted = RefundRequest(cause, RefundSource.GOODWILL, goodwill_quote(order.currency, amount, "late"))
    return request_refund(order.pk, wanted, actor=SYSTEM)[0]


def settled(order: Order, amount: int = 4_000) -> Refund:
    refund = refund_of(order, amount)
    refund.submit(clock.now())
    refund.save()
    refund.succeed(clock.now(), "gw-1")
    refund.save()
    return refund


def cancelled_unit(order: Order) -> Refund:
    line = order.lines.get()
    facts = QuoteFacts(
        currency=order.currency,
        regime=order.legal_regime,
        fault={"buyer": 100},
        lines=(LineFacts(line.pk, line.paid, line.quantity, 0, 0, 1),),
        shipping_paid=0,
        shipping_given_back=0,
        keeps_goods=True,
        has_left=False,
    )
    wanted = RefundRequest("cancel:1", RefundSource.CANCEL, quote_cancellation(facts))
    return request_refund(order.pk, wanted, actor=SYSTEM)[0]


COPY = (
    "INSERT INTO orders_refund ({id}order_id, payment_id, amount, currency, status, source, cause, key, request_hash,"
    " quote, reason, note, created_at, interest, detail, attempts, claimed_by, escalation)"
    " SELECT {value}order_id, payment_id, {amount}, currency, '{status}', source, cause, {key}, request_hash,"
    " quote, '', '', created_at, 0, '', 0, '', 0 FROM orders_refund WHERE id = %s"
)


def copy_of(
    *,
    amount: int = 1,
    status: str = "reserved",
    key: str = "'raw/1'",
    verb: str = "INSERT",
    own_id: bool = False,
) -> str:
    sql = COPY.format(
        id="id, " if own_id else "", value="id, " if own_id else "", amount=amount, status=status, key=key
    )
    return sql.replace("INSERT", verb, 1)


@pytest.fixture
def order() -> Order:
    return make_order(quantities=(2,), unit_price=5_000)


def test_counters_and_entries_follow_a_refund(order: Order) -> None:
    refund = cancelled_unit(order)
    payment, line = order.payments.get(), order.lines.get()
    assert (payment.reserved, payment.refunded, line.refund_held) == (5_000, 0, 5_000)
    refund.submit(clock.now())
    refund.save()
    refund.succeed(clock.now(), "gw")
    refund.save()
    payment.refresh_from_db()
    assert (payment.reserved, payment.refunded) == (0, 5_000)
    entries = (
        LedgerEntry.objects.filter(payment=payment)
        .order_by("id")
        .values_list("kind", "debit", "credit", "amount")
    )
    assert list(entries) == [
        ("capture", "buyer", "shop", 10_000),
        ("pending", "shop", "promised", 5_000),
        ("post", "promised", "buyer", 5_000),
    ]


def test_a_void_releases_payment_line_and_shipping() -> None:
    order = make_order(quantities=(1,), total=13_000, shipping_total=3_000, captured_total=13_000)
    order.payments.update(captured=13_000, authorised=13_000)
    line = order.lines.get()
    facts = QuoteFacts(
        currency=order.currency,
        regime="kr_goods",
        fault={"buyer": 100},
        lines=(LineFacts(line.pk, line.paid, 1, 0, 0, 1),),
        shipping_paid=3_000,
        shipping_given_back=0,
        keeps_goods=False,
        has_left=False,
    )
    refund = request_refund(
        order.pk, RefundRequest("cancel:1", RefundSource.CANCEL, quote_cancellation(facts)), actor=SYSTEM
    )[0]
    held = Order.objects.get().shipping_refund_held, OrderLine.objects.get().refund_held
    assert held == (3_000, 10_000)
    refund.void(clock.now(), "not so")
    refund.save()
    assert (Order.objects.get().shipping_refund_held, OrderLine.objects.get().refund_held) == (0, 0)
    assert (Payment.objects.get().reserved, Payment.objects.get().refunded) == (0, 0)
    assert LedgerEntry.objects.filter(refund=refund, kind="void", credit="shop").count() == 1


def test_over_the_cap_is_refused(order: Order) -> None:
    refund = refund_of(order, 4_000)
    assert_refused(copy_of(amount=6_001), refund.pk)
    assert_refused(copy_of(amount=-1), refund.pk)
    assert_refused(copy_of(amount=0), refund.pk)


def test_a_refund_cannot_be_born_paid(order: Order) -> None:
    refund = refund_of(order, 1_000)
    for status in (S.SUBMITTED, S.UNKNOWN, S.SUCCEEDED, S.FAILED, S.VOIDED, "bogus"):
        assert_refused(copy_of(status=status), refund.pk)
    assert Refund.objects.count() == 1


def test_the_key_is_used_once(order: Order) -> None:
    refund = refund_of(order, 1_000)
    assert_refused(copy_of(key="key"), refund.pk)
    if connection.vendor == "sqlite":
        assert_refused(copy_of(key="key", verb="INSERT OR REPLACE"), refund.pk)
        assert_refused(copy_of(key="key", verb="INSERT OR REPLACE", own_id=True), refund.pk)
        assert_refused(copy_of(verb="INSERT OR REPLACE", own_id=True), refund.pk)
    assert Refund.objects.get().amount == 1_000


@pytest.mark.parametrize(
    "change",
    [
        *(
            "amount = 1",
            "amount = amount + 1",
            "currency = 'USD'",
            "cause = 'x'",
            "key = 'x'",
            "source = 'offer'",
        ),
        *(
            "request_hash = 'x'",
            "created_at = NULL",
            "id = id + 1",
            "status = 'succeeded', gateway_ref = NULL",
        ),
        *("status = 'unknown'", "status = 'pending_approval'", "status = 'bogus'"),
    ],
)
def test_facts_of_a_refund_stay(order: Order, change: str) -> None:
    refund = refund_of(order, 1_000)
    assert_refused(f"UPDATE orders_refund SET {change} WHERE id = %s", refund.pk)


@pytest.mark.parametrize(
    "change",
    [
        *(
            "status = 'reserved'",
            "status = 'unknown'",
            "status = 'failed'",
            "status = 'voided', settled_at = NULL",
        ),
        *(
            "gateway_ref = 'other'",
            "gateway_ref = NULL",
            "detail = 'x'",
            "amount = 1",
            "settled_at = created_at",
        ),
        "interest = 100",
    ],
)
def test_a_final_refund_stays(order: Order, change: str) -> None:
    refund = settled(order)
    assert_refused(f"UPDATE orders_refund SET {change} WHERE id = %s", refund.pk)


def test_nothing_is_deleted(order: Order) -> None:
    refund = cancelled_unit(order)
    RefundAttempt.objects.create(refund=refund, number=1, key=refund.key, sent_at=clock.now(), ended_at=None)
    for table in ("refundline", "refundattempt", "ledgerentry", "refund", "payment"):
        assert_refused(f"DELETE FROM orders_{table}")


@pytest.mark.parametrize(
    "change", ["reserved = 0", "refunded = 0", "reserved = 0, refunded = 0", "refunded = 10000"]
)
def test_counters_cannot_be_set(order: Order, change: str) -> None:
    settled(order)
    refund_of(order, 1_000, "goodwill:2")
    assert_refused(f"UPDATE orders_payment SET {change}")


def test_counters_of_lines_and_shipping_cannot_be_set(order: Order) -> None:
    cancelled_unit(order)
    assert_refused("UPDATE orders_orderline SET refund_held = 0")
    assert_refused("UPDATE orders_order SET shipping_refund_held = 1, shipping_total = 5")


def test_captured_money_stays(order: Order) -> None:
    for change in ("captured = 0", "captured = captured - 1", "currency = 'USD'", "id = id + 1"):
        assert_refused(f"UPDATE orders_payment SET {change}")
    run("UPDATE orders_payment SET authorised = 12000, captured = 12000")
    assert sum(LedgerEntry.objects.filter(kind="capture").values_list("amount", flat=True)) == 12_000


def test_a_payment_is_born_without_refunds(order: Order) -> None:
    columns = (
        "order_id, method, gateway, reference, currency, authorised, captured, detail, pay_url, payer_name"
    )
    assert_refused(
        f"INSERT INTO orders_payment ({columns}, reserved, refunded) SELECT order_id, method, gateway, 'raw', currency, "
        "5, 5, '', '', '', -5, 0 FROM orders_payment",
        match="a new payment has no refunds",
    )
    assert_refused(
        f"INSERT INTO orders_payment ({columns}, reserved, refunded) SELECT order_id, method, gateway, 'raw', currency, "
        "5, 5, '', '', '', 0, 5 FROM orders_payment",
        match="a new payment has no refunds",
    )


def test_items_of_a_refund_stay(order: Order) -> None:
    refund = cancelled_unit(order)
    assert_refused("UPDATE orders_refundline SET amount = 1")
    item = (
        "INSERT INTO orders_refundline (refund_id, component, order_line_id, quantity, amount, rule, article)"
    )
    line = OrderLine.objects.get().pk
    assert_refused(f"{item} VALUES (%s, 'goods', %s, 2, 1, 'raw', '')", refund.pk, line)
    assert_refused(f"{item} VALUES (%s, 'goods', %s, 0, 5001, 'raw', '')", refund.pk, line)
    assert_refused(f"{item} VALUES (%s, 'goods', %s, 0, -1, 'raw', '')", refund.pk, line)
    assert_refused(f"{item} VALUES (%s, 'shipping', NULL, 0, 1, 'raw', '')", refund.pk)
    foreign = make_order().lines.get().pk
    assert_refused(f"{item} VALUES (%s, 'goods', %s, 0, 1, 'raw', '')", refund.pk, foreign)
    refund.submit(clock.now())
    refund.save()
    assert_refused(f"{item} VALUES (%s, 'fee', NULL, 0, -1, 'raw', '')", refund.pk)


def test_a_refund_whose_items_do_not_sum_is_not_sent(order: Order) -> None:
    refund = cancelled_unit(order)
    RefundLine.objects.create(refund=refund, component="fee", amount=-1, rule="raw")
    assert_refused("UPDATE orders_refund SET status = 'submitted'")
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
    RefundLine.objects.create(refund=refund, component="goodwill", amount=1, rule="mended")


def test_a_try_is_answered_once(order: Order) -> None:
    refund = refund_of(order, 1_000)
    entry = RefundAttempt.objects.create(
        refund=refund, number=1, key=refund.key, sent_at=clock.now(), ended_at=None
    )
    assert_refused("UPDATE orders_refundattempt SET number = 2")
    assert_refused("UPDATE orders_refundattempt SET key = 'x'")
    entry.outcome, entry.ended_at = "succeeded", clock.now()
    entry.save()
    assert_refused("UPDATE orders_refundattempt SET outcome = 'failed'")
    assert_refused("UPDATE orders_refundattempt SET detail = 'x'")


def test_the_book_is_written_by_triggers_only(order: Order) -> None:
    refund = refund_of(order, 1_000)
    assert_refused("UPDATE orders_ledgerentry SET amount = 1")
    columns = "at, txn, kind, debit, credit, amount, currency, payment_id, refund_id"
    for txn, kind, amount in (
        ("raw", "capture", 5),
        (f"refund:{refund.pk}", "post", 1_000),
        ("raw", "pending", 1_000),
    ):
        assert_refused(
            f"INSERT INTO orders_ledgerentry ({columns}) SELECT created_at, %s, %s, 'buyer', 'shop', %s, currency, "
            "payment_id, id FROM orders_refund WHERE id = %s",
            txn,
            kind,
            amount,
            refund.pk,
        )


def test_a_refund_is_of_its_payments_order(order: Order) -> None:
    refund, other = refund_of(order, 1_000), make_order()
    sql = copy_of().replace("SELECT order_id", f"SELECT {other.pk}")
    assert_refused(sql, refund.pk)


def test_nobody_approves_without_a_name(order: Order) -> None:
    wanted = RefundRequest(
        "goodwill:9",
        RefundSource.GOODWILL,
        goodwill_quote(order.currency, 9_000, "late"),
        needs_approval=True,
    )
    refund = request_refund(order.pk, wanted, actor=SYSTEM)[0]
    assert refund.status == S.PENDING_APPROVAL
    assert_refused("UPDATE orders_refund SET status = 'reserved' WHERE id = %s", refund.pk)


def test_the_guards_are_looked_for(order: Order) -> None:
    names = {guard.name for guard in LEDGER_TRIGGERS if guard.create(connection.vendor)}
    assert names & set(triggers.missing(connection)) == set()
    guard = next(guard for guard in LEDGER_TRIGGERS if guard.name == "orders_refund_stays")
    run(guard.drop(connection.vendor))
    assert triggers.missing(connection) == ["orders_refund_stays"]
    triggers.install_all(connection)
    assert triggers.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_guards_survive_a_table_remake() -> None:
    field = Refund._meta.get_field("note")
    wider = field.clone()
    wider.max_length = 300
    wider.set_attributes_from_name("note")
    wider.model = Refund
    emit_pre_migrate_signal(0, interactive=False, db="default")
    with connection.schema_editor() as editor:
        editor.alter_field(Refund, field, wider)
    with connection.schema_editor() as editor:
        editor.alter_field(Refund, wider, field)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
