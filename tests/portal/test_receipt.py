"""받았어요 and 못 받았어요."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk import clock
from orderdesk.events.models import Event
from orders.errors import TransitionRefused
from orders.models import Order
from orders.services.receive import receive_order, report_not_received
from orders.terms import FulfilmentState, OrderStatus, ShipmentStatus, TaskKind
from tests.builders import make_order, make_shipment
from tests.portal.visits import answer, order_path, visitor_of

pytestmark = pytest.mark.django_db
S = OrderStatus


def sent_order(*, late: bool = False) -> Order:
    """An order whose only parcel is with the carrier."""
    order = make_order(status=S.IN_DELIVERY, departed_at=clock.now())
    make_shipment(order, status=ShipmentStatus.IN_TRANSIT, departed_at=clock.now())
    order.lines.update(shipped_quantity=1)
    if late:
        Order.objects.update(promised_until=clock.now() - timedelta(hours=1))
    return order


def test_a_delivered_order_is_completed_by_its_customer() -> None:
    order = make_order(status=S.DELIVERED)
    response = answer(visitor_of(order), order, "receive")
    order.refresh_from_db()
    assert response["Location"].endswith("?said=completed")
    assert (order.status, Event.objects.get(kind="order.completed").actor_kind) == (S.COMPLETED, "customer")


def test_the_customers_word_ends_a_parcel_under_way() -> None:
    order = sent_order()
    answer(visitor_of(order), order, "receive")
    order.refresh_from_db()
    assert (order.status, order.fulfilment_state) == (S.DELIVERED, FulfilmentState.DELIVERED)
    assert Event.objects.get(kind="shipment.delivered").data["word"] == "customer"


def test_a_parcel_still_in_the_house_stays_open() -> None:
    order = sent_order()
    waiting = make_shipment(order, number=2)
    received = receive_order(order.pk)
    waiting.refresh_from_db()
    assert (received.status, waiting.status) == (S.IN_DELIVERY, ShipmentStatus.PLANNED)


def test_after_a_report_the_customer_may_still_say_that_it_came() -> None:
    order = make_order(status=S.DELIVERED)
    report_not_received(order.pk, "문 앞에 없어요")
    assert receive_order(order.pk).status == S.COMPLETED
    assert order.tasks.get().done_at is not None


def test_a_missing_parcel_opens_a_task_with_the_customers_words() -> None:
    order = make_order(status=S.DELIVERED)
    client = visitor_of(order)
    response = answer(client, order, "report", detail="  문 앞에 없어요 ")
    task = order.tasks.get()
    assert (task.kind, task.detail) == (TaskKind.NOT_RECEIVED, "문 앞에 없어요")
    assert "The shop is asking the carrier" in client.get(response["Location"] + "&lang=en").content.decode()


def test_reporting_twice_opens_one_task() -> None:
    order = make_order(status=S.DELIVERED)
    client = visitor_of(order)
    answer(client, order, "report")
    assert answer(client, order, "report")["Location"].endswith("?said=refused")
    assert order.tasks.count() == 1


def test_within_the_promised_time_nothing_is_missing_yet() -> None:
    with pytest.raises(TransitionRefused) as refusal:
        report_not_received(sent_order().pk, "")
    assert refusal.value.code == "not_due"


def test_a_late_parcel_may_be_reported_while_it_is_under_way() -> None:
    order = sent_order(late=True)
    assert report_not_received(order.pk, "").tasks.get().kind == TaskKind.NOT_RECEIVED


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (S.PLACED, "nothing_sent"),
        (S.COMPLETED, "received"),
        (S.CANCELLED, "closed"),
        (S.ON_HOLD, "nothing_sent"),
    ],
)
def test_what_cannot_have_arrived_cannot_be_confirmed(status: str, code: str) -> None:
    order = make_order(status=status, held_from=S.PLACED)
    with pytest.raises(TransitionRefused) as refusal:
        receive_order(order.pk)
    assert refusal.value.code == code


def test_another_open_complaint_keeps_the_order_open() -> None:
    order = make_order(status=S.DELIVERED)
    order.tasks.create(kind=TaskKind.PROBLEM)
    with pytest.raises(TransitionRefused):
        receive_order(order.pk)
    order.refresh_from_db()
    assert order.status == S.DELIVERED


def test_a_form_without_the_pages_token_does_nothing() -> None:
    order = make_order(status=S.DELIVERED)
    client = visitor_of(order)
    response = client.post(reverse("portal:receive", args=[order.public_id]), {"form_token": "0" * 64})
    order.refresh_from_db()
    assert (response["Location"].split("?")[1], order.status) == ("said=stale", S.DELIVERED)


@pytest.mark.parametrize("name", ["receive", "report"])
def test_without_the_link_no_form_is_taken(name: str) -> None:
    order = make_order(status=S.DELIVERED)
    response = Client().post(reverse(f"portal:{name}", args=[order.public_id]), {"form_token": "x"})
    assert response.status_code == 404
    assert not order.tasks.exists()


@pytest.mark.parametrize("name", ["receive", "report"])
def test_reading_the_forms_address_is_no_answer(name: str) -> None:
    order = make_order(status=S.DELIVERED)
    client = visitor_of(order)
    assert client.get(reverse(f"portal:{name}", args=[order.public_id])).status_code == 405


def test_what_is_not_possible_is_grey_and_says_why() -> None:
    order = sent_order()
    page = visitor_of(order).get(order_path(order) + "?lang=en").content.decode()
    assert "within the promised time" in page
    assert reverse("portal:report", args=[order.public_id]) not in page
    assert reverse("portal:receive", args=[order.public_id]) in page


def test_before_anything_has_left_nobody_is_asked() -> None:
    order = make_order()
    assert visitor_of(order).get(order_path(order)).context["answers"] is None
