from datetime import UTC, datetime
from pathlib import Path

import pytest

from orders.sources.csv_columns import guess
from orders.sources.meter import Meter
from orders.sources.terms import Document, Unreadable
from orders.terms import OrderStatus, ShipmentStatus
from tests.orders.sources.samples import codes, csv_file, csv_row, only, read, reader


def test_times_without_zone_are_the_shops_own(tmp_path: Path) -> None:
    order = only("csv", csv_file(tmp_path / "o.csv"))
    assert order.times.placed == datetime(2026, 3, 2, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-03-02T14:05:00+09:00", "2026.03.02 14:05", "2026/3/2 14:05:00", "2026. 3. 2. 14:05"]
)
def test_times_are_read_as_shops_write_them(tmp_path: Path, text: str) -> None:
    order = only("csv", csv_file(tmp_path / "o.csv", csv_row(placed_at=text)))
    assert order.times.placed == datetime(2026, 3, 2, 5, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["24000", "24,000", "₩24,000", "24,000원"])
def test_amounts_are_read_as_shops_write_them(tmp_path: Path, text: str) -> None:
    assert only("csv", csv_file(tmp_path / "o.csv", csv_row(unit_price=text))).total == 24_000


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"status": "preparing"}, OrderStatus.PREPARING),
        (
            {"status": "Delivered", "shipped_at": "2026-03-03", "delivered_at": "2026-03-04"},
            OrderStatus.DELIVERED,
        ),
        ({"delivered_at": "2026-03-04 11:00", "shipped_at": "2026-03-03 11:00"}, OrderStatus.DELIVERED),
        ({"shipped_at": "2026-03-03 11:00"}, OrderStatus.IN_DELIVERY),
        ({"cancelled_at": "2026-03-03 11:00"}, OrderStatus.CANCELLED),
        ({"paid_at": ""}, OrderStatus.AWAITING_PAYMENT),
        ({}, OrderStatus.PLACED),
    ],
)
def test_the_status_is_the_one_given_or_told_by_the_times(
    tmp_path: Path, cells: dict[str, str], status: str
) -> None:
    assert only("csv", csv_file(tmp_path / "o.csv", csv_row(**cells))).status == status


def test_rows_of_one_number_are_lines_of_one_order(tmp_path: Path) -> None:
    second = {"order_number": "A-1", "product": "양말", "quantity": "3", "unit_price": "2000"}
    order = only("csv", csv_file(tmp_path / "o.csv", csv_row(), second))
    assert [(line.name, line.quantity) for line in order.lines] == [("면 셔츠", 1), ("양말", 3)]
    assert order.total == 30_000


def test_parcels_and_payments_share_a_cell(tmp_path: Path) -> None:
    cells = {
        "quantity": "3",
        "parcel": "1:2 | 2:1",
        "shipped_at": "2026-03-03 10:00 | 2026-03-04 10:00",
        "tracking_number": "111 | 222",
        "payment_method": "card | points",
        "payment_amount": "70000 | 2000",
        "paid_at": "2026-03-02 14:06 | 2026-03-02 14:06",
    }
    order = only("csv", csv_file(tmp_path / "o.csv", csv_row(**cells)))
    assert [(p.tracking_number, p.units, p.status) for p in order.shipments] == [
        ("111", ((1, 2),), ShipmentStatus.HANDED_OVER),
        ("222", ((1, 1),), ShipmentStatus.HANDED_OVER),
    ]
    assert [payment.amount for payment in order.payments] == [70_000, 2_000]


def test_an_order_of_which_only_the_sum_is_known_has_no_lines(tmp_path: Path) -> None:
    order = only("csv", csv_file(tmp_path / "o.csv", csv_row(product="", quantity="", unit_price="")))
    assert (order.lines, order.total) == ((), 24_000)
    assert "no_items" in codes(order)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"product": ""}, "product", "empty"),
        ({"quantity": "two"}, "quantity", "bad_number"),
        ({"unit_price": "24000.50"}, "unit_price", "too_many_decimals"),
        ({"unit_price": "-1"}, "unit_price", "negative"),
        ({"placed_at": "soon"}, "placed_at", "bad_time"),
        ({"placed_at": ""}, "placed_at", "empty"),
        ({"status": "lost"}, "status", "bad_choice"),
        ({"customer_email": "hong"}, "customer_email", "bad_mail"),
        ({"parcel": "one", "shipped_at": "2026-03-03"}, "parcel", "bad_parcel"),
        ({"parcel": "1:2", "shipped_at": "2026-03-03"}, "parcel", "bad_parcel"),
        ({"parcel": "2", "shipped_at": "2026-03-03"}, "parcel", "no_parcel"),
        ({"shipped_at": "2026-03-03 | 2026-03-04", "carrier": "cj"}, "carrier", "lists_differ"),
        ({"order_number": ""}, "order_number", "empty"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(
    tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    _orders, rejects = read("csv", csv_file(tmp_path / "o.csv", csv_row(**cells)))
    assert [(reject.line, reject.column, reject.code) for reject in rejects] == [(2, column, code)]


def test_the_good_rows_of_a_bad_order_are_rejected_with_it(tmp_path: Path) -> None:
    rows = (csv_row(), {"order_number": "A-1", "product": "양말", "quantity": "x", "unit_price": "1"})
    _orders, rejects = read("csv", csv_file(tmp_path / "o.csv", *rows))
    assert [(reject.line, reject.code) for reject in rejects] == [(3, "bad_number"), (2, "left_out")]


def test_later_rows_may_not_contradict_the_first(tmp_path: Path) -> None:
    rows = (csv_row(), csv_row(customer_name="김철수"))
    _orders, rejects = read("csv", csv_file(tmp_path / "o.csv", *rows))
    assert (rejects[0].line, rejects[0].column, rejects[0].code) == (3, "customer_name", "differs")


def test_a_number_that_comes_again_further_down_is_rejected(tmp_path: Path) -> None:
    rows = (csv_row(), csv_row(order_number="A-2"), csv_row())
    orders, rejects = read("csv", csv_file(tmp_path / "o.csv", *rows))
    assert (len(orders), rejects[0].code, rejects[0].params) == (2, "twice", {"line": 2})


def test_files_of_korean_spreadsheets_are_read_in_their_encoding(tmp_path: Path) -> None:
    order = only("csv", csv_file(tmp_path / "o.csv", encoding="cp949"))
    assert order.customer.name == "홍길동"


def test_headings_in_korean_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "naver.csv"
    path.write_text(
        "주문번호;주문일시;상품명;수량;판매가;결제금액;결제일\nN1;2026-03-02;셔츠;2;5,000;10,000;2026-03-02\n"
    )
    order = only("csv", path)
    assert (order.number, order.lines[0].quantity, order.total) == ("N1", 2, 10_000)


def test_a_heading_is_guessed_once_only() -> None:
    assert guess(["주문 번호", "order_number", "이상한 열"]) == {"order_number": "주문 번호"}


def test_columns_may_be_mapped_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("nr,when,what,many,each\n7,2026-03-02,Shirt,1,10\n")
    mapping = {
        "order_number": "nr",
        "placed_at": "when",
        "product": "what",
        "quantity": "many",
        "unit_price": "each",
    }
    found = next(reader("csv", mapping=mapping).read(path, Meter()))
    assert isinstance(found, Document)
    assert found.ref == "7"


def test_a_file_without_the_needed_columns_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("order_number,placed_at\n1,2026-03-02\n")
    with pytest.raises(Unreadable, match="product, quantity, unit_price"):
        list(reader("csv").read(path, Meter()))


def test_steps_in_the_wrong_order_are_flagged(tmp_path: Path) -> None:
    cells = {"shipped_at": "2026-03-05", "delivered_at": "2026-03-04"}
    order = only("csv", csv_file(tmp_path / "o.csv", csv_row(**cells)))
    assert {"times_out_of_order", "delivered_before_handover"} <= codes(order)
