from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from orderdesk.accounts.models import Shop
from orderdesk.console.export import FORMULA_STARTS, csv_lines, guarded, workbook
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.urls("tests.console.urls")


@given(st.text())
def test_no_exported_text_begins_like_a_formula(text: str) -> None:
    assert not str(guarded(text)).startswith(FORMULA_STARTS)


@given(st.sampled_from(FORMULA_STARTS), st.text())
def test_a_guarded_formula_keeps_its_text_after_the_apostrophe(start: str, rest: str) -> None:
    assert guarded(start + rest) == "'" + start + rest


@given(st.integers() | st.booleans() | st.floats(allow_nan=False))
def test_numbers_stay_numbers(value: Any) -> None:
    assert guarded(value) is value


@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=20))
def test_csv_reads_back_as_it_was_written(rows: list[list[str]]) -> None:
    text = b"".join(csv_lines([[guarded(cell) for cell in row] for row in rows])).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        [guarded(cell) for cell in row] for row in rows
    ]


@given(st.lists(st.lists(st.text(min_size=1, max_size=30), min_size=2, max_size=2), min_size=1, max_size=5))
def test_a_workbook_holds_text_and_no_formula(rows: list[list[str]]) -> None:
    sheet = load_workbook(workbook([[guarded(cell) for cell in row] for row in rows])).active
    assert sheet is not None
    kinds = {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None}
    assert kinds <= {"s"}


def test_the_list_downloads_as_filtered(desk: Client, shop: Shop) -> None:
    make_order(shop, number="=1+1", status="placed")
    make_order(shop, number="B", status="ready")
    answer = desk.get("/admin/orders/order/export/csv/?status=placed")
    text = b"".join(answer).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "\nB," not in text
    assert answer["Content-Disposition"].startswith("attachment")


def test_xlsx_downloads_too(desk: Client, shop: Shop) -> None:
    make_order(shop, number="N-1")
    answer = desk.get("/admin/orders/order/export/xlsx/")
    sheet = load_workbook(io.BytesIO(b"".join(answer))).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["Number", "N-1"]


def test_export_leaves_out_shops_without_the_permission(client: Client, shop: Shop) -> None:
    other = make_shop()
    user = make_user(shop, "lead")
    other.memberships.create(user=user, role="agent")
    make_order(shop, number="MINE")
    make_order(other, number="SEEN-ONLY")
    client.force_login(user)
    text = b"".join(client.get("/admin/orders/order/export/csv/")).decode()
    assert "MINE" in text
    assert "SEEN-ONLY" not in text


def test_export_needs_its_permission(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, "packer"))
    assert client.get("/admin/orders/order/export/csv/").status_code == 403


def test_an_unknown_kind_of_file_does_not_exist(desk: Client) -> None:
    assert desk.get("/admin/orders/order/export/pdf/").status_code == 404
