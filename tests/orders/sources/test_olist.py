from datetime import UTC, datetime
from pathlib import Path

import pytest

from orders.sources.meter import Meter
from orders.sources.terms import Unreadable
from orders.terms import CancelReason, OrderStatus, PaymentMethod, ShipmentStatus
from tests.orders.sources.samples import DELIVERED, ITEM, REVIEW, codes, olist, only, read, reader

PURCHASE, APPROVED = "2017-03-01 10:00:01", "2017-03-01 10:30:02"
CARRIER, ARRIVED, ESTIMATE = "2017-03-02 09:00:03", "2017-03-06 15:00:04", "2017-03-20 00:00:00"


def order_row(status: str, approved: str = APPROVED, carrier: str = "", arrived: str = "") -> str:
    return f"o1,c1,{status},{PURCHASE},{approved},{carrier},{arrived},{ESTIMATE}"


def test_a_delivered_order_is_read_with_its_times_in_utc(tmp_path: Path) -> None:
    times = only("olist", olist(tmp_path / "o")).times
    assert times.placed == datetime(2017, 3, 1, 13, 0, 1, tzinfo=UTC)
    assert times.departed == datetime(2017, 3, 2, 12, 0, 3, tzinfo=UTC)
    assert times.delivered == datetime(2017, 3, 6, 18, 0, 4, tzinfo=UTC)


def test_money_lines_and_customer_are_read(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o"))
    assert (order.goods, order.shipping, order.total) == (5000, 1050, 6050)
    assert (order.lines[0].name, order.lines[0].sku) == ("health beauty", "p1")
    assert (order.payments[0].method, order.payments[0].detail) == (PaymentMethod.CARD, "credit_card × 3")
    assert (order.customer.ref, order.address.postcode) == ("person-one-of-many", "01310")
    assert order.flags == ()


def test_the_estimate_is_kept_through_the_whole_of_its_day(tmp_path: Path) -> None:
    until = only("olist", olist(tmp_path / "o")).times.promised_until
    assert until == datetime(2017, 3, 21, 2, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("approved", OrderStatus.PLACED),
        ("invoiced", OrderStatus.CONFIRMED),
        ("processing", OrderStatus.PREPARING),
        ("canceled", OrderStatus.CANCELLED),
        ("unavailable", OrderStatus.CANCELLED),
    ],
)
def test_each_status_of_the_set_is_one_of_ours(tmp_path: Path, word: str, status: str) -> None:
    order = only("olist", olist(tmp_path / "o", orders=order_row(word)))
    assert order.status == status
    assert order.shipments == ()


def test_an_order_that_is_only_created_has_authorised_but_no_captured_money(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o", orders=order_row("created", approved="")))
    assert order.status == OrderStatus.AWAITING_PAYMENT
    assert [payment.captured for payment in order.payments] == [False]


def test_unavailable_means_out_of_stock(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o", orders=order_row("unavailable")))
    assert order.cancel_reason == CancelReason.OUT_OF_STOCK


def test_a_cancelled_order_that_had_arrived_keeps_its_parcel(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o", orders=order_row("canceled", APPROVED, CARRIER, ARRIVED)))
    assert order.shipments[0].status == ShipmentStatus.DELIVERED
    assert {"cancelled_but_delivered", "refund_not_stated", "cancelled_without_date"} <= codes(order)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (order_row("delivered", "2017-03-03 10:00:00", CARRIER, ARRIVED), "handed_over_before_approval"),
        (order_row("delivered", "", CARRIER, ARRIVED), "paid_without_date"),
        (order_row("delivered", APPROVED, "2017-02-01 09:00:03", ARRIVED), "handed_over_before_purchase"),
        (order_row("delivered", APPROVED, ARRIVED, CARRIER), "delivered_before_handover"),
        (order_row("delivered", APPROVED, CARRIER), "delivered_without_date"),
        (order_row("delivered", APPROVED), "delivered_without_handover"),
        (order_row("shipped", APPROVED), "shipped_without_date"),
        (order_row("canceled", APPROVED, CARRIER), "cancelled_after_handover"),
        (
            DELIVERED.replace(":01", ":00").replace(":02", ":00").replace(":03", ":00").replace(":04", ":00"),
            "minute_times",
        ),
    ],
)
def test_times_that_cannot_be_right_are_flagged(tmp_path: Path, row: str, code: str) -> None:
    assert code in codes(only("olist", olist(tmp_path / "o", orders=row)))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"order_payments": ["o1,1,voucher,1,20.00", "o1,2,boleto,1,40.50"]}, "several_payments"),
        ({"order_payments": ["o1,1,credit_card,1,60.50", "o1,2,voucher,1,0.00"]}, "zero_payment"),
        ({"order_payments": "o1,1,credit_card,1,61.00"}, "payment_differs"),
        ({"order_items": ""}, "no_items"),
        ({"order_items": [ITEM, ITEM.replace("s1", "s2")]}, "several_sellers"),
        ({"order_reviews": [REVIEW, REVIEW.replace("r1", "r2")]}, "several_reviews"),
    ],
)
def test_oddities_of_money_items_and_reviews_are_flagged(
    tmp_path: Path, files: dict[str, str | list[str]], code: str
) -> None:
    assert code in codes(only("olist", olist(tmp_path / "o", **files)))


def test_a_review_that_stands_on_two_orders_is_flagged_on_both(tmp_path: Path) -> None:
    second = DELIVERED.replace("o1", "o2")
    folder = olist(
        tmp_path / "o", orders=[DELIVERED, second], order_reviews=[REVIEW, REVIEW.replace("o1", "o2")]
    )
    orders, _rejects = read("olist", folder)
    assert [("repeated_review" in codes(order)) for order in orders] == [True, True]


def test_without_items_the_total_is_what_was_paid(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o", order_items=""))
    assert (order.total, order.lines) == (6050, ())


@pytest.mark.parametrize(
    ("files", "column", "code"),
    [
        (
            {"orders": order_row("shipped").replace(PURCHASE, "yesterday")},
            "order_purchase_timestamp",
            "bad_time",
        ),
        ({"orders": order_row("posted")}, "order_status", "bad_choice"),
        ({"order_items": ITEM.replace("50.00", "fifty")}, "olist_order_items_dataset.price", "bad_amount"),
        (
            {"order_items": ITEM.replace("50.00", "50.005")},
            "olist_order_items_dataset.price",
            "too_many_decimals",
        ),
        ({"order_payments": "o1,1,voucher,1,-3"}, "olist_order_payments_dataset.payment_value", "negative"),
        (
            {"order_reviews": REVIEW.replace("o1,5", "o1,6")},
            "olist_order_reviews_dataset.review_score",
            "bad_score",
        ),
    ],
)
def test_a_bad_cell_is_named_by_file_line_and_column(
    tmp_path: Path, files: dict[str, str], column: str, code: str
) -> None:
    orders, rejects = read("olist", olist(tmp_path / "o", **files))
    assert orders == []
    assert (rejects[0].line, rejects[0].column, rejects[0].code) == (2, column, code)


def test_the_order_of_a_bad_item_is_left_out_whole(tmp_path: Path) -> None:
    _orders, rejects = read("olist", olist(tmp_path / "o", order_items=ITEM.replace("50.00", "x")))
    assert [reject.code for reject in rejects] == ["bad_amount", "left_out"]


def test_rows_of_no_order_and_second_orders_of_one_number_are_rejected(tmp_path: Path) -> None:
    folder = olist(
        tmp_path / "o", orders=[DELIVERED, DELIVERED], order_items=[ITEM, ITEM.replace("o1", "o9")]
    )
    orders, rejects = read("olist", folder)
    assert len(orders) == 1
    assert [(reject.line, reject.code) for reject in rejects] == [(3, "twice"), (3, "no_order")]


def test_a_folder_without_the_files_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="olist_orders_dataset"):
        list(reader("olist").read(tmp_path, Meter()))


def test_a_file_without_a_column_is_unreadable(tmp_path: Path) -> None:
    folder = olist(tmp_path / "o")
    (folder / "olist_order_items_dataset.csv").write_text("order_id,price\n")
    with pytest.raises(Unreadable, match="freight_value"):
        list(reader("olist").read(folder, Meter()))


def test_the_difference_of_payments_is_told_in_money(tmp_path: Path) -> None:
    order = only("olist", olist(tmp_path / "o", order_payments="o1,1,credit_card,1,61.00"))
    assert [flag.detail for flag in order.flags if flag.code == "payment_differs"] == ["+0.50"]
