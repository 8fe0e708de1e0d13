"""A payment company's file in the console: compared on upload, each difference settled by one press."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from orderdesk.accounts.models import Shop, User
from orders.models import Discrepancy, Refund, Settlement
from orders.terms import RefundStatus
from tests.orders.money.test_reconcile import order_with_money, row, sent_refund, unknown

pytestmark = pytest.mark.django_db
ADD = "/admin/orders/settlement/add/"


def file_of(*rows: dict[str, Any]) -> SimpleUploadedFile:
    names = list(rows[0])
    lines = [",".join(names), *(",".join(str(each[name]) for name in names) for each in rows)]
    return SimpleUploadedFile("toss.csv", "\n".join(lines).encode())


def upload(client: Client, shop: Shop, *rows: dict[str, Any]) -> Settlement:
    answer = client.post(ADD, {"shop": shop.pk, "gateway": "toss", "file": file_of(*rows)})
    assert answer.status_code == 302
    return Settlement.objects.get()


def test_a_difference_is_listed_and_settled_by_one_press(
    staff_client: Client, shop: Shop, lead: User
) -> None:
    order = order_with_money(shop, "P-1")
    refund = unknown(sent_refund(order, 4_000))
    settlement = upload(
        staff_client, shop, row("payment", "P-1", "P-1", 10_000), row("refund", "P-1", "R-1", 4_000)
    )
    page = staff_client.get(f"/admin/orders/settlement/{settlement.pk}/change/").content.decode()
    found = Discrepancy.objects.get()
    assert "Result unknown here, paid in the file" in page
    answer = staff_client.post(f"/admin/orders/discrepancy/{found.pk}/action/take_over/")
    assert answer.status_code == 302
    assert Refund.objects.get(pk=refund.pk).status == RefundStatus.SUCCEEDED
    assert Discrepancy.objects.get().resolved_by == lead


def test_a_file_that_cannot_be_read_names_its_line_and_keeps_nothing(
    staff_client: Client, shop: Shop
) -> None:
    bad = file_of(row("payment", "P-1", "P-1", 10_000), row("gift", "P-1", "x", 1))
    answer = staff_client.post(ADD, {"shop": shop.pk, "gateway": "toss", "file": bad})
    assert answer.status_code == 422
    assert "Line 3" in answer.content.decode()
    assert not Settlement.objects.exists()


def test_what_belongs_to_no_order_is_explained(staff_client: Client, shop: Shop) -> None:
    upload(staff_client, shop, row("payment", "P-9", "P-9", 10_000))
    url = f"/admin/orders/discrepancy/{Discrepancy.objects.get().pk}/action"
    assert staff_client.post(f"{url}/task/").status_code == 422
    assert staff_client.post(f"{url}/explain/", {"note": ""}).status_code == 422
    assert staff_client.post(f"{url}/explain/", {"note": "다른 가맹점"}).status_code == 302
    assert "explained: 다른 가맹점" in staff_client.get(f"{url[:-7]}/change/").content.decode()
