from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedback.models import Review
from orderdesk.accounts.models import Customer
from orderdesk.errors import DomainError
from orderdesk.events.actor import ActorKind
from orderdesk.events.models import Event, Reaction
from orderdesk.notifications.models import Message
from orders.models import Adjustment, ImportedRecord, ImportReject, ImportRun, ImportState, Order, Payment
from orders.services.edit import write_staff_note
from orders.services.importing import runs
from orders.services.importing.runs import TakenOver, carry_on, open_run, reading_of, rehearse
from orders.sources import source_class
from orders.sources.terms import Unreadable
from orders.terms import FulfilmentState, OrderStatus, PaymentState
from tests.builders import STAFF, make_order, make_shop
from tests.orders.sources.samples import (
    DELIVERED,
    ITEM,
    PAYMENT,
    SOLD,
    brazilian_shop,
    british_shop,
    csv_file,
    csv_row,
    imported,
    olist,
    retail,
)

pytestmark = pytest.mark.django_db
SHIPPED = DELIVERED.replace("delivered", "shipped").replace("2017-03-06 15:00:04", "")


def state() -> list[tuple[object, ...]]:
    """Everything of orders that an import could have changed."""
    columns = (
        "pk",
        "version",
        "status",
        "total",
        "captured_total",
        "lines__paid",
        "payments__captured",
        "shipments__status",
    )
    return sorted(Order.objects.values_list(*columns), key=str)


def test_an_order_arrives_with_its_axes_parcel_and_review(tmp_path: Path) -> None:
    imported(brazilian_shop(), "olist", olist(tmp_path / "o"))
    order = Order.objects.get()
    assert (order.status, order.payment_state) == (OrderStatus.DELIVERED, PaymentState.PAID)
    assert order.fulfilment_state == FulfilmentState.DELIVERED
    assert (order.lines.get().shipped_quantity, order.shipments.get().lines.get().quantity) == (1, 1)
    assert Review.objects.get().score == 5


def test_its_past_stands_on_the_timeline_at_its_own_times(tmp_path: Path) -> None:
    imported(brazilian_shop(), "olist", olist(tmp_path / "o"))
    events = Event.objects.filter(subject_kind="order", subject_id=Order.objects.get().pk).order_by("pk")
    assert [event.kind for event in events] == [
        "order.placed",
        "payment.captured",
        "order.departed",
        "order.delivered",
    ]
    assert events[0].at == datetime(2017, 3, 1, 13, 0, 1, tzinfo=UTC)
    assert {event.actor_kind for event in events} == {ActorKind.SOURCE}


def test_nothing_follows_from_the_past(tmp_path: Path) -> None:
    imported(brazilian_shop(), "olist", olist(tmp_path / "o"))
    assert Reaction.objects.count() == 0
    assert Message.objects.count() == 0
    assert Order.objects.filter(accept_by=None, pay_by=None, complete_after=None).count() == 1


def test_a_step_whose_time_is_unknown_says_so(tmp_path: Path) -> None:
    row = "o1,c1,unavailable,2017-03-01 10:00:01,2017-03-01 10:30:02,,,2017-03-20 00:00:00"
    imported(brazilian_shop(), "olist", olist(tmp_path / "o", orders=row))
    event = Event.objects.get(kind="order.cancelled")
    assert event.data["time_known"] is False
    assert Order.objects.get().payment_state == PaymentState.REFUND_DUE


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    shop, folder = brazilian_shop(), olist(tmp_path / "o")
    imported(shop, "olist", folder)
    before, events = state(), Event.objects.count()
    run = imported(shop, "olist", folder)
    assert (run.counts["unchanged"], run.counts.get("orders", 0)) == (1, 0)
    assert (state(), Event.objects.count(), Customer.objects.count()) == (before, events, 1)


def test_one_person_of_two_orders_is_one_customer(tmp_path: Path) -> None:
    orders = [DELIVERED, DELIVERED.replace("o1,c1", "o2,c2")]
    people = ["c1,person,01310,sao paulo,SP", "c2,person,01310,sao paulo,SP"]
    imported(brazilian_shop(), "olist", olist(tmp_path / "o", orders=orders, customers=people))
    assert Customer.objects.get().orders.count() == 2


def test_what_a_later_file_adds_moves_the_order_along_its_edges(tmp_path: Path) -> None:
    shop = brazilian_shop()
    imported(shop, "olist", olist(tmp_path / "a", orders=SHIPPED, order_reviews=""))
    run = imported(shop, "olist", olist(tmp_path / "b"))
    order = Order.objects.get()
    assert (run.counts["changed"], order.status, order.version) == (1, OrderStatus.DELIVERED, 2)
    kinds = Event.objects.filter(subject_id=order.pk, kind__startswith="order.").values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["order.delivered", "order.departed", "order.import_changed", "order.placed"]
    assert (order.shipments.get().status, Review.objects.count()) == ("delivered", 1)


def test_changed_lines_and_payments_are_rewritten_in_place(tmp_path: Path) -> None:
    shop = brazilian_shop()
    imported(shop, "olist", olist(tmp_path / "a"))
    first = Order.objects.get().lines.get().pk
    files = {
        "order_items": [ITEM, ITEM.replace("o1,1", "o1,2")],
        "order_payments": PAYMENT.replace("60.50", "121.00"),
    }
    imported(shop, "olist", olist(tmp_path / "b", **files))
    order = Order.objects.get()
    assert (order.total, order.captured_total) == (12_100, 12_100)
    assert order.lines.first().pk == first  # type: ignore[union-attr]
    assert (order.lines.count(), Payment.objects.count()) == (2, 1)


def test_an_order_on_which_staff_worked_is_left_alone(tmp_path: Path) -> None:
    shop = brazilian_shop()
    imported(shop, "olist", olist(tmp_path / "a", orders=SHIPPED))
    write_staff_note(Order.objects.get().pk, "called her", actor=STAFF)
    run = imported(shop, "olist", olist(tmp_path / "b"))
    assert [reject.code for reject in run.rejects.all()] == ["changed_here"]
    assert Order.objects.get().status == OrderStatus.IN_DELIVERY


def test_a_finished_order_is_not_moved_back(tmp_path: Path) -> None:
    shop = brazilian_shop()
    imported(shop, "olist", olist(tmp_path / "a"))
    run = imported(shop, "olist", olist(tmp_path / "b", orders=SHIPPED))
    assert [reject.code for reject in run.rejects.all()] == ["not_possible"]
    assert Order.objects.get().status == OrderStatus.DELIVERED


def test_a_number_that_another_channel_used_is_rejected(tmp_path: Path) -> None:
    shop = make_shop()
    make_order(shop, number="A-1")
    run = imported(shop, "csv", csv_file(tmp_path / "o.csv", csv_row(), csv_row(order_number="A-2")))
    assert [(reject.code, reject.line) for reject in run.rejects.all()] == [("number_taken", 2)]
    assert run.counts["orders"] == 1


def test_what_the_database_refuses_is_found_among_the_good(tmp_path: Path) -> None:
    make_order(make_shop(), number="x")
    sent = {"shipped_at": "2026-03-03", "carrier": "cj"}
    rows = [csv_row(order_number=f"A-{n}", tracking_number=str(min(n, 5)), **sent) for n in range(1, 7)]
    run = imported(make_shop(), "csv", csv_file(tmp_path / "o.csv", *rows))
    assert (run.counts["orders"], run.counts["rejected"]) == (5, 1)
    assert run.rejects.get().code == "refused"


def stop_after(batches: int) -> Callable[[ImportRun], None]:
    left = [batches]

    def watch(_run: ImportRun) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt

    return watch


def test_a_killed_import_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_DOCUMENTS", 2)
    shop, path = (
        make_shop(),
        csv_file(tmp_path / "o.csv", *[csv_row(order_number=f"A-{n}") for n in range(7)]),
    )
    with pytest.raises(KeyboardInterrupt):
        carry_on(open_run(shop, "csv", path), watch=stop_after(2))
    assert Order.objects.count() == 4
    run = open_run(shop, "csv", path)
    assert run.position == 4
    assert carry_on(run)
    assert (Order.objects.count(), run.counts["orders"], run.counts["unchanged"]) == (7, 7, 0)


def test_a_process_that_was_overtaken_writes_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_DOCUMENTS", 1)
    shop, path = make_shop(), csv_file(tmp_path / "o.csv", csv_row(), csv_row(order_number="A-2"))

    def overtake(run: ImportRun) -> None:
        ImportRun.objects.filter(pk=run.pk).update(owner="somebody else")

    with pytest.raises(TakenOver):
        carry_on(open_run(shop, "csv", path), watch=overtake)
    assert Order.objects.count() == 1


def test_a_slice_of_time_leaves_the_rest_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_DOCUMENTS", 1)
    run = open_run(make_shop(), "csv", csv_file(tmp_path / "o.csv", csv_row(), csv_row(order_number="A-2")))
    assert carry_on(run, seconds=1e-9) is False
    assert (run.state, Order.objects.count()) == (ImportState.WAITING, 1)
    assert carry_on(run)


def test_an_unreadable_file_fails_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("a,b\n1,2\n")
    run = open_run(make_shop(), "csv", path)
    with pytest.raises(Unreadable):
        carry_on(run)
    assert run.state == ImportState.FAILED
    assert "order_number" in run.error


def test_a_rehearsal_counts_everything_and_writes_nothing(tmp_path: Path) -> None:
    shop, folder = brazilian_shop(), olist(tmp_path / "o", order_items=[ITEM, ITEM.replace("o1", "o9")])
    counts = rehearse(shop, source_class("olist")(reading_of(shop)), folder, lambda _batch, _meter: None)
    assert (counts["orders"], counts["lines"], counts["reviews"], counts["rejected"]) == (1, 1, 1, 1)
    assert (Order.objects.count(), ImportedRecord.objects.count(), ImportReject.objects.count()) == (0, 0, 0)


def test_stock_corrections_become_adjustments_once(tmp_path: Path) -> None:
    shop = british_shop()
    path = retail(
        tmp_path / "r.csv", SOLD, "536400,22139,damaged,-30,2010-12-01 11:52:00,0.0,,United Kingdom"
    )
    imported(shop, "online_retail", path)
    imported(shop, "online_retail", path)
    assert [(a.number, a.quantity, a.kind) for a in Adjustment.objects.all()] == [
        ("536400", -30, "stock_out")
    ]


def test_a_currency_that_is_not_the_shops_is_rejected(tmp_path: Path) -> None:
    run = imported(make_shop(), "csv", csv_file(tmp_path / "o.csv", csv_row(currency="USD")))
    assert [(reject.code, reject.params["value"]) for reject in run.rejects.all()] == [
        ("bad_currency", "USD")
    ]


def test_customers_without_an_id_are_told_apart_by_mail_then_by_phone_and_name(tmp_path: Path) -> None:
    rows = (
        csv_row(order_number="1"),
        csv_row(order_number="2", customer_email="HONG@example.com"),
        csv_row(order_number="3", customer_email="", customer_phone="010-1111-2222"),
        csv_row(order_number="4", customer_email="", customer_phone="01011112222"),
        csv_row(order_number="5", customer_email="", customer_phone="01011112222", customer_name="김철수"),
    )
    imported(make_shop(), "csv", csv_file(tmp_path / "o.csv", *rows))
    assert sorted(Customer.objects.values_list("name", "phone_tail")) == [
        ("김철수", "2222"),
        ("홍길동", ""),
        ("홍길동", "2222"),
    ]


def test_a_discount_larger_than_the_goods_is_rejected(tmp_path: Path) -> None:
    run = imported(make_shop(), "csv", csv_file(tmp_path / "o.csv", csv_row(order_discount="30000")))
    assert run.rejects.get().code == "discount_too_big"


def test_an_unknown_source_is_no_source() -> None:
    with pytest.raises((KeyError, DomainError)):
        source_class("ebay")
