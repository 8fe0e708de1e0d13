import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from orderdesk.accounts.models import Shop
from orders.models import Shipment
from orders.services.exporting import export_objects, export_rows
from orders.terms import OrderStatus, ShipmentStatus
from tests.builders import make_customer, make_order, make_shipment, make_shop
from tests.orders.sources.samples import brazilian_shop, csv_file, csv_row, imported, olist, only

pytestmark = pytest.mark.django_db


def text_of(shop: Shop) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(export_rows(shop))
    return file.getvalue()


def again(shop: Shop, path: Path, **values: Any) -> str:
    """What the shop's export becomes when another shop imports and exports it."""
    path.write_text(text_of(shop))
    Shipment.objects.update(tracking_number="")
    other = make_shop(currency=shop.currency, time_zone=shop.time_zone, country=shop.country, **values)
    run = imported(other, "csv", path)
    assert run.counts["rejected"] == 0
    return text_of(other)


def test_orders_of_another_source_survive_the_round_trip(tmp_path: Path) -> None:
    shop = brazilian_shop()
    imported(shop, "olist", olist(tmp_path / "o"))
    imported(
        shop,
        "olist",
        olist(tmp_path / "p", orders="o2,c1,unavailable,2017-03-01 10:00:01,,,,", order_items=""),
    )
    assert again(shop, tmp_path / "out.csv") == text_of(shop)


def test_parcels_payments_and_discounts_survive_the_round_trip(tmp_path: Path) -> None:
    rows = (
        csv_row(
            quantity="3",
            order_discount="1000",
            parcel="1:2 | 2:1",
            shipped_at="2026-03-03T10:00:00+09:00 | 2026-03-04T10:00:00+09:00",
            tracking_number="111 | 222",
            carrier="cj | cj",
            payment_method="card | points",
            payment_amount="71000 | 3000",
            paid_at="2026-03-02 14:06 | 2026-03-02 14:06",
        ),
        {"order_number": "A-1", "product": "양말", "quantity": "1", "unit_price": "3000", "parcel": "0"},
    )
    shop = make_shop()
    imported(shop, "csv", csv_file(tmp_path / "in.csv", *rows))
    before = text_of(shop)
    assert "1:2 | 2:1" in before
    assert again(shop, tmp_path / "out.csv") == before


@pytest.mark.parametrize("status", [s for s in OrderStatus if s != OrderStatus.ON_HOLD])
def test_orders_made_here_in_any_state_survive_the_round_trip(tmp_path: Path, status: str) -> None:
    unpaid, reason = (
        status == OrderStatus.AWAITING_PAYMENT,
        "other" if status == OrderStatus.CANCELLED else "",
    )
    order = make_order(status=status, quantities=(2, 1), paid=not unpaid, cancel_reason=reason)
    if status in (OrderStatus.DELIVERED, OrderStatus.COMPLETED):
        make_shipment(order, status=ShipmentStatus.DELIVERED, delivered_at=order.placed_at)
    before = text_of(order.shop)
    assert again(order.shop, tmp_path / "out.csv") == before


def test_cells_that_a_spreadsheet_would_run_are_guarded_and_read_back(tmp_path: Path) -> None:
    order = make_order(customer=make_customer(make_shop(), name="=1+1"), recipient_name="@x")
    path = tmp_path / "out.csv"
    path.write_text(text_of(order.shop))
    assert ",'@x," in path.read_text()
    assert only("csv", path).address.name == "@x"


def test_an_object_a_line_holds_the_same_values() -> None:
    order = make_order(quantities=(2,), unit_price=12_000)
    said = json.loads(next(export_objects(order.shop)))
    assert (said["order_number"], said["lines"][0]["quantity"], said["payment_amount"]) == (
        order.number,
        "2",
        "24000",
    )


def test_queries_do_not_grow_with_orders(django_assert_num_queries: Any) -> None:
    shop = make_shop()
    for _ in range(3):
        make_shipment(make_order(shop, quantities=(1, 2)))
    with django_assert_num_queries(6):
        assert len(list(export_rows(shop))) == 7
