"""Orders as a file: with a reason, masked, guarded."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Review
from orderdesk import clock
from orderdesk.accounts.models import AccessRecord, Shop
from orderdesk.accounts.roles import Role
from orders.services.desk import add_note
from orders.services.stop import hold_order
from orders.terms import HoldReason
from tests.builders import STAFF, make_customer, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/order/export/csv/"
REASON = {"reason": "월간 보고서"}


def body(answer: Any) -> str:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode()


def test_without_a_reason_there_is_no_file(staff_client: Client, shop: Shop) -> None:
    make_order(shop)
    assert staff_client.post(URL, {"reason": ""}).status_code == 422
    assert not AccessRecord.objects.exists()


def test_the_reason_is_recorded_and_people_are_masked(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    text = body(staff_client.post(URL, REASON))
    record = AccessRecord.objects.get()
    assert (record.what, record.reason, record.field) == ("export", "월간 보고서", "")
    assert order.number in text
    assert "홍길동" not in text
    assert order.customer.email not in text


def test_whole_personal_data_needs_to_be_asked_for_and_is_recorded(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    text = body(staff_client.post(URL, {**REASON, "unmasked": "on"}))
    assert order.customer.email in text
    assert AccessRecord.objects.get().field == "name, phone, mail, address"


def test_who_may_not_unmask_gets_masked_rows_whatever_is_sent(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, Role.ANALYST))
    order = make_order(shop)
    assert order.customer.email not in body(client.post(URL, {**REASON, "unmasked": "on"}))


def test_the_filters_of_the_list_hold(staff_client: Client, shop: Shop) -> None:
    kept, other = make_order(shop, status="on_hold"), make_order(shop)
    text = body(staff_client.post(f"{URL}?status=on_hold", REASON))
    assert (kept.number in text, other.number in text) == (True, False)


def test_other_shops_stay_out(staff_client: Client, shop: Shop) -> None:
    foreign = make_order(make_shop())
    assert foreign.number not in body(staff_client.post(URL, REASON))


def test_a_name_that_is_a_formula_is_made_harmless(staff_client: Client, shop: Shop) -> None:
    make_order(shop, customer=make_customer(shop, name="=HYPERLINK(1)"))
    assert "'=HYPERLINK(1)" in body(staff_client.post(URL, {**REASON, "unmasked": "on"}))


@pytest.mark.parametrize("role", [Role.AGENT, Role.PACKER])
def test_export_needs_its_permission(client: Client, shop: Shop, role: str) -> None:
    client.force_login(make_user(shop, role))
    assert client.get(URL).status_code == 403


def test_a_get_only_asks_why(staff_client: Client, shop: Shop) -> None:
    make_order(shop)
    assert "What do you need the file for?" in staff_client.get(URL).content.decode()
    assert not AccessRecord.objects.exists()


def rows_by_heading(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_holds_notes_and_reviews_stand_beside_the_order(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop, status="confirmed", source="web")
    for words in ("=1+1", "선물 포장"):
        add_note(order.pk, words, actor=STAFF)
    hold_order(order.pk, actor=STAFF, reason=HoldReason.STOCK)
    Review.objects.create(order=order, score=4, text="좋아요", answered_at=clock.now())
    masked = rows_by_heading(body(staff_client.post(URL, REASON)))[0]
    told = [masked[name] for name in ("Held because of", "Number of notes", "Review score", "Sales channel")]
    assert told == ["Out of stock", "2", "4", "Web shop"]
    assert "Notes in words" not in masked
    whole = rows_by_heading(body(staff_client.post(URL, {**REASON, "unmasked": "on"})))[0]
    assert (whole["Notes in words"], whole["Review in words"]) == ("'=1+1 / 선물 포장", "좋아요")


def test_an_order_without_any_has_empty_cells(staff_client: Client, shop: Shop) -> None:
    make_order(shop)
    row = rows_by_heading(body(staff_client.post(URL, REASON)))[0]
    told = [row[name] for name in ("Held because of", "Held since", "Number of notes", "Review score")]
    assert told == ["", "", "0", ""]


def test_the_export_asks_the_same_number_of_queries_for_more_rows(staff_client: Client, shop: Shop) -> None:
    counts = []
    for _ in range(2):
        make_order(shop)
        with CaptureQueriesContext(connection) as seen:
            body(staff_client.post(URL, REASON))
        counts.append(len(seen))
    assert counts[0] == counts[1]
