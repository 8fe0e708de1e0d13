"""Cancelling from the order page, and answering what customers ask for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk.accounts.models import Shop, User
from orderdesk.policies.models import Policy
from orders.models import Cancellation, CancelRule, Order, OrderLine, Refund
from orders.quotes import Quote
from orders.services.cancelling.staff import StaffCancel, cancel_units
from orders.terms import CancellationStatus, CancelOutcome, OrderStatus
from tests.builders import STAFF
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db
S = CancellationStatus


def url(order: Order, name: str = "cancel") -> str:
    return f"/admin/orders/order/{order.pk}/action/{name}/"


def three(shop: Shop) -> tuple[Order, list[OrderLine]]:
    order = card_order(shop=shop, quantities=(3, 1), unit_price=9_999)
    return order, list(order.lines.order_by("position"))


def form(lines: list[OrderLine], *quantities: int, **more: Any) -> dict[str, Any]:
    units = {f"line_{line.pk}": quantity for line, quantity in zip(lines, quantities, strict=True)}
    return {"reason": "late", "restock": "on", **units, **more}


def test_every_unit_stands_in_the_form_and_the_preview_is_what_is_booked(
    staff_client: Client, shop: Shop
) -> None:
    order, lines = three(shop)
    shown = staff_client.get(url(order)).context["form"]
    assert [field.value() for _line, field in shown.line_rows] == [3, 1]
    data = form(lines, 2, 0, customer_note="늦어서 죄송해요")
    preview = staff_client.post(url(order), data).context["preview"]
    assert preview.total == 19_998
    assert not Cancellation.objects.exists()
    assert staff_client.post(url(order), {**data, "previewed": preview.token}).status_code == 302
    done, refund = Cancellation.objects.get(), Refund.objects.get()
    assert Quote.from_json(done.quote).digest() == Quote.from_json(refund.quote).digest() == preview.token
    assert [row.amount for row in refund.lines.all()] == [row.amount for row in preview.rows]
    assert (done.fault_seller, done.notify, done.customer_note) == (100, False, "늦어서 죄송해요")
    assert Order.objects.get().status == OrderStatus.PLACED


def test_typed_shares_of_fault_replace_the_reasons(staff_client: Client, shop: Shop) -> None:
    order, lines = three(shop)
    data = form(lines, 1, 0, fault_seller=60, fault_carrier=40)
    token = staff_client.post(url(order), data).context["preview"].token
    staff_client.post(url(order), {**data, "previewed": token})
    done = Cancellation.objects.get()
    assert (done.fault_buyer, done.fault_seller, done.fault_carrier) == (0, 60, 40)


@pytest.mark.parametrize(
    ("quantities", "more"),
    [
        ((0, 0), {}),
        ((4, 0), {}),
        ((-1, 0), {}),
        ((1, 0), {"reason": ""}),
        ((1, 0), {"reason": "terms"}),
        ((1, 0), {"fault_seller": 50}),
        ((1, 0), {"fault_seller": 101}),
    ],
)
def test_a_wrong_form_is_refused_with_what_was_typed(
    staff_client: Client, shop: Shop, quantities: tuple[int, int], more: dict[str, Any]
) -> None:
    order, lines = three(shop)
    answer = staff_client.post(url(order), form(lines, *quantities, staff_note="메모", **more))
    assert answer.status_code == 422
    assert "메모" in answer.content.decode()
    assert not Cancellation.objects.exists()


def test_an_outcome_that_changed_is_shown_again_before_anything_happens(
    staff_client: Client, shop: Shop
) -> None:
    order, lines = three(shop)
    # A third of 10,000: the second unit is a won dearer than the first.
    OrderLine.objects.filter(pk=lines[0].pk).update(paid=10_000)
    data = form(lines, 1, 0)
    token = staff_client.post(url(order), data).context["preview"].token
    cancel_units(order.pk, StaffCancel("late", units={lines[0].pk: 1}), actor=STAFF)
    answer = staff_client.post(url(order), {**data, "previewed": token})
    assert answer.context["preview"].total == 3_334
    assert "The outcome has changed in the meantime." in answer.content.decode()
    assert Cancellation.objects.count() == 1


def test_change_brings_the_form_back_with_its_input(staff_client: Client, shop: Shop) -> None:
    order, lines = three(shop)
    data = form(lines, 2, 1, staff_note="메모")
    token = staff_client.post(url(order), data).context["preview"].token
    answer = staff_client.post(url(order), {**data, "previewed": token, "edit": "1"})
    assert answer.context["preview"] is None
    assert [field.value() for _line, field in answer.context["form"].line_rows] == ["2", "1"]
    assert not Cancellation.objects.exists()


def test_rejecting_takes_the_same_road(staff_client: Client, shop: Shop) -> None:
    order, _lines = three(shop)
    data = {"reason": "closed", "notify": "on", "restock": "on"}
    preview = staff_client.post(url(order, "reject"), data).context["preview"]
    assert preview.total == 4 * 9_999
    staff_client.post(url(order, "reject"), {**data, "previewed": preview.token})
    assert (Order.objects.get().status, Refund.objects.get().amount) == (OrderStatus.CANCELLED, 39_996)


# ── requests ──
@pytest.fixture
def wish(shop: Shop) -> Cancellation:
    policy = Policy.objects.create(shop=shop, kind="cancellation", version=1, status="draft")
    CancelRule.objects.create(policy=policy, name="ask", outcome=CancelOutcome.REQUEST)
    return confirmed(opened(card_order(shop=shop, cancel_policy=policy, unit_price=20_000)))


def answer(client: Client, wish: Cancellation, verb: str, **data: Any) -> int:
    address = f"/admin/orders/cancellation/{wish.pk}/action/{verb}/"
    return client.post(address, data).status_code


@pytest.mark.parametrize(
    ("verb", "data", "status"),
    [
        ("approve", {}, S.COMPLETED),
        ("refuse", {"code": "made_to_order", "text": "주문 제작이라 어려워요."}, S.REJECTED),
        ("counter_offer", {"amount": "5000"}, S.COUNTER_OFFERED),
        ("withdraw", {}, S.WITHDRAWN),
    ],
)
def test_a_request_is_answered(
    staff_client: Client, wish: Cancellation, lead: User, verb: str, data: dict[str, Any], status: str
) -> None:
    assert answer(staff_client, wish, verb, **data) == 302
    row = Cancellation.objects.get()
    assert row.status == status
    assert verb == "withdraw" or row.decided_by == lead
    assert answer(staff_client, wish, "refuse", code="other", text="아니요") == 422


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("refuse", {"code": "", "text": "안 돼요"}),
        ("refuse", {"code": "other", "text": "  "}),
        ("counter_offer", {"amount": "20001"}),
        ("counter_offer", {"amount": "-5"}),
        ("counter_offer", {"amount": "0.5"}),
    ],
)
def test_a_bad_answer_leaves_the_request_waiting(
    staff_client: Client, wish: Cancellation, verb: str, data: dict[str, Any]
) -> None:
    assert answer(staff_client, wish, verb, **data) == 422
    assert Cancellation.objects.get().status == S.UNDER_REVIEW


def test_the_queue_is_by_deadline_and_opens_in_a_fixed_number_of_queries(
    staff_client: Client,
    shop: Shop,
    wish: Cancellation,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        confirmed(opened(card_order(shop=shop, cancel_policy=wish.policy)))
    query = "status=under_review&sort=answer"
    with django_assert_max_num_queries(9):
        rows = staff_client.get(f"/admin/orders/cancellation/?{query}")
    assert rows.content.decode().count("T-") >= 4
    filters = f"_changelist_filters={query.replace('=', '%3D').replace('&', '%26')}"
    with django_assert_max_num_queries(14):
        page = staff_client.get(f"/admin/orders/cancellation/{wish.pk}/change/?{filters}")
    assert page.status_code == 200
    answer(staff_client, wish, "approve")
    assert staff_client.get(f"/admin/orders/cancellation/{wish.pk}/change/?{filters}").status_code == 200


def test_cancellations_and_refunds_are_exported_by_those_who_may(
    staff_client: Client, wish: Cancellation
) -> None:
    answer(staff_client, wish, "approve")
    for name in ("cancellation", "refund"):
        response: Any = staff_client.get(f"/admin/orders/{name}/export/csv/")
        text = b"".join(response.streaming_content).decode()
        assert wish.order.number in text
        assert "20000" in text
