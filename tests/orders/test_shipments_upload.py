"""Waybills by file: every row judged in words, nothing done before the click."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.errors import DomainError
from orders.models import Order, Shipment
from orders.services.stop import hold_order
from orders.services.waybill_files import read_waybill_file
from orders.services.waybill_rows import check_rows, perform_rows
from orders.terms import DeliveryMethod, HoldReason, OrderStatus
from tests.builders import STAFF, make_shop, make_user
from tests.orders.shipping import CJ_NUMBER, parcel_order, waybilled

pytestmark = pytest.mark.django_db
HEAD = ["주문번호", "택배사", "송장번호"]
UPLOAD = "shipping:upload"


def xlsx(*rows: list[Any]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(target)
    return target.getvalue()


def refusals(*rows: list[str]) -> list[str | None]:
    content = "\n".join(",".join(row) for row in [HEAD, *rows]).encode()
    answers = check_rows(read_waybill_file("f.csv", content), Order.objects.all())
    return [str(answer.refusal) if answer.refusal else None for answer in answers]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_it_was_saved(encoding: str, delimiter: str) -> None:
    lines = [delimiter.join(HEAD), "", delimiter.join(["N-1", "CJ대한통운", "6500-1234-5678"])]
    row = read_waybill_file("a.csv", "\r\n".join(lines).encode(encoding))[0]
    assert (row.line, row.order, row.carrier, row.number) == (3, "N-1", "CJ대한통운", "6500-1234-5678")


def test_columns_are_found_by_their_headings_and_others_ignored() -> None:
    content = xlsx(["메모", "운송장 번호", "주문 번호", "택배사"], ["급함", 650012345678, "N-1", "cj"])
    row = read_waybill_file("a.xlsx", content)[0]
    assert (row.order, row.number) == ("N-1", CJ_NUMBER)


def test_a_number_that_became_a_decimal_is_read_as_its_digits() -> None:
    row = read_waybill_file("a.xlsx", xlsx(HEAD, ["N-1", "cj", 650012345678.0]))[0]
    assert row.number == CJ_NUMBER


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"not a zip", "unreadable"),
        ("a.csv", b"\xff\xfe\x00\x01\x81", "unreadable"),
        ("a.csv", "이름,전화\n1,2".encode(), "no_headings"),
        ("a.csv", ",".join(HEAD).encode(), "no_rows"),
        ("a.csv", b"", "no_rows"),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "too_large"),
        ("a.csv", (",".join(HEAD) + "\n" + "N,cj,1\n" * 2001).encode(), "too_many_rows"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, content: bytes, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        read_waybill_file(name, content)
    assert refusal.value.code == code


def test_a_good_row_is_done_and_only_once() -> None:
    order = parcel_order()
    content = ",".join(HEAD) + f"\n{order.number.lower()},04,{CJ_NUMBER}"
    answers = check_rows(read_waybill_file("a.csv", content.encode()), Order.objects.all())
    assert [a.refusal for a in perform_rows(answers, actor=STAFF)] == [None]
    order.refresh_from_db()
    assert order.status == OrderStatus.IN_DELIVERY
    assert perform_rows(answers, actor=STAFF)[0].refusal


def test_every_wrong_row_says_what_is_wrong() -> None:
    good, held, taken = parcel_order(), parcel_order(), parcel_order()
    hold_order(held.pk, actor=STAFF, reason=HoldReason.STOCK)
    waybilled(taken, "650000000001")
    pickup = parcel_order(delivery_method=DeliveryMethod.PICKUP)
    answers = refusals(
        [good.number, "cj", CJ_NUMBER],
        ["N-none", "cj", CJ_NUMBER],
        ["", "cj", CJ_NUMBER],
        [good.number, "비둘기", CJ_NUMBER],
        [good.number, "cj", "12"],
        [held.number, "cj", "650000000009"],
        [good.number, "cj", "650000000001"],
        [pickup.number, "cj", "650000000008"],
        [good.number, "cj", CJ_NUMBER],
    )
    assert answers[0] is None
    assert all(answers[1:])
    assert len(set(answers[1:])) == 8


def test_an_order_that_has_left_wholly_is_refused() -> None:
    order = parcel_order()
    Order.objects.get(pk=order.pk).lines.update(shipped_quantity=1)
    assert refusals([order.number, "cj", CJ_NUMBER])[0]


def test_judging_rows_takes_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    rows = [[parcel_order().number, "cj", f"65000000{n:04d}"] for n in range(12)]
    with django_assert_num_queries(4):
        assert refusals(*rows) == [None] * 12


# ── in the browser ──
@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def packer(client: Client, shop: Shop) -> Client:
    client.force_login(make_user(shop, Role.PACKER))
    return client


def test_a_file_is_previewed_and_then_done(packer: Client, shop: Shop) -> None:
    good = parcel_order(shop=shop)
    foreign = parcel_order()
    content = xlsx(HEAD, [good.number, "CJ대한통운", CJ_NUMBER], [foreign.number, "cj", "650012345679"])
    preview: Any = packer.post(reverse(UPLOAD), {"file": SimpleUploadedFile("a.xlsx", content)})
    assert (preview.context["good"], preview.context["bad"], Shipment.objects.count()) == (1, 1, 0)
    result: Any = packer.post(reverse(UPLOAD), {"rows": preview.context["signed"], "leaves": "1"})
    good.refresh_from_db()
    assert (result.context["good"], good.status) == (1, OrderStatus.IN_DELIVERY)


def test_a_row_with_a_doubtful_digit_can_be_done_and_says_so(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    content = xlsx(HEAD, [order.number, "cj", CJ_NUMBER], [order.number, "cj", "650012345675"])
    preview: Any = packer.post(reverse(UPLOAD), {"file": SimpleUploadedFile("a.xlsx", content)})
    doubts = {answer.number: answer.doubt for answer in preview.context["answers"]}
    assert (preview.context["good"], doubts["650012345675"]) == (2, "")
    assert doubts[CJ_NUMBER]
    assert doubts[CJ_NUMBER] in preview.content.decode()


def test_rows_that_were_not_previewed_are_refused(packer: Client) -> None:
    assert packer.post(reverse(UPLOAD), {"rows": "forged"}).status_code == 422


def test_rows_of_a_colleague_are_refused(packer: Client, shop: Shop) -> None:
    order = parcel_order(shop=shop)
    file = SimpleUploadedFile("a.csv", f"{','.join(HEAD)}\n{order.number},cj,{CJ_NUMBER}".encode())
    preview: Any = packer.post(reverse(UPLOAD), {"file": file})
    packer.force_login(make_user(shop, Role.PACKER))
    assert packer.post(reverse(UPLOAD), {"rows": preview.context["signed"]}).status_code == 422


def test_no_file_is_said_in_words(packer: Client) -> None:
    assert packer.post(reverse(UPLOAD), {}).status_code == 422


def test_the_template_can_be_filled_in_and_uploaded(packer: Client, tmp_path: Any) -> None:
    answer: Any = packer.get(reverse("shipping:upload_template"))
    content = b"".join(answer.streaming_content)
    assert read_waybill_file("t.xlsx", content)[0].carrier == "CJ대한통운"
    assert load_workbook(io.BytesIO(content)).worksheets[0].max_row == 2
