from pathlib import Path

import pytest

from orders.models import AdjustmentKind, DocumentKind
from orders.sources.meter import Meter
from orders.sources.terms import Document, SourceAdjustment, SourceCredit
from orders.terms import OrderStatus
from tests.orders.sources.samples import SOLD, codes, only, read, reader, retail


def line(number: str = "536365", sku: str = "85123A", **cells: str) -> str:
    """A row; name quantity, price, customer, at or country to change it."""
    said = {"quantity": "6", "price": "2.55", "customer": "17850", "at": "2010-12-01 08:26:00"}
    said |= {"country": "United Kingdom"} | cells
    return (
        f"{number},{sku},A THING,{said['quantity']},{said['at']},{said['price']},"
        f"{said['customer']},{said['country']}"
    )


def documents(path: Path) -> list[Document]:
    return [found for found in reader("online_retail").read(path, Meter()) if isinstance(found, Document)]


def test_an_invoice_is_a_completed_order_that_says_nothing_of_payment(tmp_path: Path) -> None:
    order = only("online_retail", retail(tmp_path / "r.csv"))
    assert (order.status, order.total, order.pays_later) == (OrderStatus.COMPLETED, 1530, True)
    assert (order.payments, order.shipments) == ((), ())
    assert codes(order) == {"invoice_only"}
    assert order.address.country == "GB"


def test_postage_is_shipping_and_discount_no_line(tmp_path: Path) -> None:
    rows = (SOLD, line(sku="POST", quantity="1", price="18"), line(sku="D", quantity="1", price="5"))
    order = only("online_retail", retail(tmp_path / "r.csv", *rows))
    assert (order.shipping, order.order_discount, order.total) == (1800, 500, 1530 + 1800 - 500)
    assert len(order.lines) == 1


@pytest.mark.parametrize("sku", ["M", "m", "BANK CHARGES", "AMAZONFEE", "S"])
def test_charges_stay_lines_and_are_flagged(tmp_path: Path, sku: str) -> None:
    order = only("online_retail", retail(tmp_path / "r.csv", SOLD, line(sku=sku)))
    assert "charges_as_lines" in codes(order)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (line(customer=""), "no_customer"),
        (line(country="Unspecified"), "no_country"),
        (SOLD, "repeated_line"),
        (line(sku="X", at="2010-12-01 08:27:00"), "spread_times"),
        (line(sku="X", price="0.0"), "zero_price"),
        (line(sku="X", price="0.001"), "rounded_price"),
    ],
)
def test_oddities_of_an_invoice_are_flagged(tmp_path: Path, row: str, code: str) -> None:
    first = SOLD if code in ("repeated_line", "spread_times", "zero_price", "rounded_price") else None
    order = only("online_retail", retail(tmp_path / "r.csv", *([first] if first else []), row))
    assert code in codes(order)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (line("C536379", quantity="-1"), DocumentKind.CREDIT),
        (line("A563185", sku="B", price="11062.06", customer=""), DocumentKind.ADJUSTMENT),
        (line(quantity="-30", price="0.0", customer=""), DocumentKind.ADJUSTMENT),
        (line(quantity="30", price="0.0", customer=""), DocumentKind.ADJUSTMENT),
        (line(quantity="30", price="0.0"), DocumentKind.ORDER),
        (line(quantity="30", customer=""), DocumentKind.ORDER),
    ],
)
def test_every_invoice_is_an_order_a_credit_or_an_adjustment(tmp_path: Path, row: str, kind: str) -> None:
    assert [found.kind for found in documents(retail(tmp_path / "r.csv", row))] == [kind]


def test_a_credit_gives_positive_amounts_back_and_knows_fees_from_goods(tmp_path: Path) -> None:
    rows = (line("C1", quantity="-2"), line("C1", sku="POST", quantity="-1", price="3.00"))
    path = retail(tmp_path / "r.csv", *rows)
    credit = reader("online_retail").parse(documents(path)[0])
    assert isinstance(credit, SourceCredit)
    assert [(said.quantity, said.amount, said.goods) for said in credit.lines] == [
        (2, 510, True),
        (1, 300, False),
    ]


def test_a_debt_given_up_is_a_negative_amount(tmp_path: Path) -> None:
    path = retail(tmp_path / "r.csv", line("A1", sku="B", quantity="1", price="-11062.06", customer=""))
    adjustment = reader("online_retail").parse(documents(path)[0])
    assert isinstance(adjustment, SourceAdjustment)
    assert (adjustment.lines[0].kind, adjustment.lines[0].amount) == (AdjustmentKind.BAD_DEBT, -1106206)


def test_rows_of_one_invoice_that_another_interrupts_come_together(tmp_path: Path) -> None:
    path = retail(tmp_path / "r.csv", line("1"), line("2"), line("1", sku="B2"))
    orders, rejects = read("online_retail", path)
    assert [(order.number, len(order.lines)) for order in orders] == [("1", 2), ("2", 1)]
    assert rejects == []


def test_small_letters_in_a_code_name_the_same_product(tmp_path: Path) -> None:
    assert only("online_retail", retail(tmp_path / "r.csv", line(sku="85123a"))).lines[0].sku == "85123A"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (line(quantity="six"), "Quantity", "bad_number"),
        (line(price="cheap"), "UnitPrice", "bad_amount"),
        (line(quantity="-6"), "Quantity", "bad_quantity"),
        (line(at="01/12/2010 8:26"), "InvoiceDate", "bad_time"),
    ],
)
def test_a_bad_cell_is_rejected_with_its_line(tmp_path: Path, row: str, column: str, code: str) -> None:
    _orders, rejects = read("online_retail", retail(tmp_path / "r.csv", SOLD.replace("536365", "1"), row))
    assert [(reject.line, reject.column, reject.code) for reject in rejects] == [(3, column, code)]


def test_a_short_row_is_rejected_and_the_rest_goes_on(tmp_path: Path) -> None:
    orders, rejects = read("online_retail", retail(tmp_path / "r.csv", "536364,oops", SOLD))
    assert (len(orders), rejects[0].code, rejects[0].line) == (1, "columns", 2)
