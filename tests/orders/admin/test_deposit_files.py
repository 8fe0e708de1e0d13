"""Bank deposits by file: every row judged in words, the same reference only once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orderdesk.errors import DomainError
from orders.models import Deposit, Order
from orders.services.deposit_files import DepositAnswer, check_deposits, read_deposit_file, store_deposits
from orders.terms import OrderStatus
from tests.builders import STAFF, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with override("en"):
        yield


URL = "/admin/orders/deposit/upload/"
HEAD = "거래일시,입금액,입금자,거래번호"


def unpaid(shop: Shop) -> Order:
    return make_order(shop, status=OrderStatus.AWAITING_PAYMENT, paid=False)


def row(reference: str, *, payer: str = "홍길동", amount: str = "10000", at: str = "") -> str:
    return f"{at or f'{clock.now().astimezone():%Y-%m-%d}'},{amount},{payer},{reference}"


def judged(shop: Shop, *rows: str) -> list[DepositAnswer]:
    content = "\n".join([HEAD, *rows]).encode()
    return check_deposits(read_deposit_file("bank.csv", content), shop)


def upload(client: Client, shop: Shop, *rows: str) -> Any:
    file = SimpleUploadedFile("bank.csv", "\n".join([HEAD, *rows]).encode("cp949"))
    return client.post(URL, {"shop": shop.pk, "file": file})


def test_a_file_is_shown_before_it_is_stored(staff_client: Client, shop: Shop) -> None:
    order = unpaid(shop)
    preview = upload(staff_client, shop, row("B1"), row("B2", payer="아무개"))
    assert (preview.status_code, Deposit.objects.count(), order.number in preview.content.decode()) == (
        200,
        0,
        True,
    )
    done = staff_client.post(URL, {"rows": preview.context["signed"]})
    order.refresh_from_db()
    assert (done.context["good"], Deposit.objects.count(), order.status) == (2, 2, OrderStatus.PLACED)


def test_the_same_file_again_changes_nothing(staff_client: Client, shop: Shop) -> None:
    unpaid(shop)
    first = upload(staff_client, shop, row("B1"))
    staff_client.post(URL, {"rows": first.context["signed"]})
    preview = upload(staff_client, shop, row("B1"))
    staff_client.post(URL, {"rows": preview.context["signed"]})
    assert (preview.context["known"], preview.context["good"], Deposit.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (row("", payer="홍길동"), "reference is missing"),
        (row("B1", at="gestern"), "is no date"),
        (row("B1", at="2999-01-01"), "future"),
        (row("B1", amount="NaN"), "more than zero"),
        (row("B1", amount="10.5"), "is no amount"),
        (row("B1", amount="-3"), "more than zero"),
    ],
)
def test_a_bad_row_says_why(shop: Shop, text: str, said: str) -> None:
    assert said in str(judged(shop, text)[0].refusal)


def test_a_reference_with_another_amount_is_refused(shop: Shop) -> None:
    store_deposits(judged(shop, row("B1")), actor=STAFF)
    again = judged(shop, row("B1", amount="9000"))[0]
    assert "another amount" in str(again.refusal)


def test_amounts_and_dates_are_read_as_banks_write_them(shop: Shop) -> None:
    answer = judged(shop, '2026.01.05 09:10:11,"10,000원",홍길동,B1')[0]
    assert answer.deposit is not None
    assert (answer.deposit.amount, f"{answer.deposit.at:%Y-%m-%d %H:%M:%S}") == (
        10_000,
        "2026-01-05 09:10:11",
    )


def test_a_reference_twice_in_a_file_counts_once(shop: Shop) -> None:
    answers = judged(shop, row("B1"), row("B1"))
    assert [answer.refusal is None for answer in answers] == [True, False]


def test_headings_are_needed() -> None:
    with pytest.raises(DomainError) as refusal:
        read_deposit_file("a.csv", b"when,amount\n1,2")
    assert refusal.value.code == "no_headings"


def test_judging_asks_the_same_number_of_queries_for_more_rows(shop: Shop) -> None:
    for _ in range(3):
        unpaid(shop)
    counts = []
    for number in (1, 9):
        with CaptureQueriesContext(connection) as seen:
            judged(shop, *(row(f"B{n}") for n in range(number)))
        counts.append(len(seen))
    assert counts == [3, 3]


def test_a_preview_of_a_colleague_stores_nothing(staff_client: Client, client: Client, shop: Shop) -> None:
    preview = upload(staff_client, shop, row("B1"))
    client.force_login(make_user(shop, Role.OWNER))
    answer = client.post(URL, {"rows": preview.context["signed"]})
    assert (answer.status_code, Deposit.objects.count()) == (422, 0)


def test_a_foreign_shop_is_no_choice(staff_client: Client) -> None:
    assert upload(staff_client, make_shop(), row("B1")).status_code == 422
    assert Deposit.objects.count() == 0


def test_the_template_is_read_by_the_upload(staff_client: Client, shop: Shop) -> None:
    answer = staff_client.get(f"{URL}template/")
    assert read_deposit_file("deposits.csv", answer.content)[0].amount == "48,000"


@pytest.mark.parametrize("role", [Role.PACKER, Role.KITCHEN, Role.ANALYST])
def test_files_need_the_permission_for_money(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert [client.get(address).status_code for address in (URL, f"{URL}template/")] == [403, 403]
