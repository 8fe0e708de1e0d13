"""The courier's page: from the kitchen to the door."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.models import OrderKind
from orderdesk.events.actor import SYSTEM
from orders.models import CourierPing, Shipment
from orders.services.links import courier_link, revoke_links
from orders.terms import OrderStatus, ShipmentStatus
from tests.builders import make_order, make_shipment, make_shop
from tests.portal.visits import form_token, path_of, rider_of, run_path

pytestmark = pytest.mark.django_db
S = ShipmentStatus


def make_run(status: str = S.COURIER_ASSIGNED, **values: Any) -> Shipment:
    shop = make_shop(kind=OrderKind.FOOD, sender_phone="0212345678")
    under_way = status not in (S.COURIER_ASSIGNED, S.PLANNED)
    order = make_order(
        shop,
        status=OrderStatus.IN_DELIVERY if under_way else OrderStatus.READY,
        customer_note="벨 누르지 마세요",
        **values,
    )
    return make_shipment(order, status=status, courier_name="김기사")


def press(client: Client, run: Shipment, verb: str, **fields: Any) -> Any:
    token = form_token(client, run_path(run))
    address = reverse("portal:step", args=[run.order.public_id, run.number, verb])
    return client.post(address, {"form_token": token, **fields})


def test_the_run_shows_what_a_courier_needs() -> None:
    run = make_run()
    page = rider_of(run).get(run_path(run) + "?lang=en").content.decode()
    for needed in (
        "세종대로 110",
        "홍길동",
        "tel:01012345678",
        "벨 누르지 마세요",
        "면 셔츠 1",
        "tel:0212345678",
    ):
        assert needed in page


def test_a_run_goes_from_the_kitchen_to_the_door() -> None:
    run = make_run()
    client = rider_of(run)
    seen = []
    for verb, fields in (("depart", {}), ("arrive", {}), ("deliver", {"proof_name": "경비실"})):
        assert press(client, run, verb, **fields).status_code == 302
        run.refresh_from_db()
        seen.append(run.status)
    run.order.refresh_from_db()
    assert seen == [S.PICKED_UP, S.ARRIVING, S.DELIVERED]
    assert (run.proof_name, run.order.status) == ("경비실", OrderStatus.DELIVERED)


def test_a_delivery_needs_a_photo_or_a_name() -> None:
    run = make_run(S.PICKED_UP)
    response = press(rider_of(run), run, "deliver")
    run.refresh_from_db()
    assert (response.status_code, run.status) == (409, S.PICKED_UP)
    assert response.context["error"]


def test_a_failed_attempt_needs_its_reason() -> None:
    run = make_run(S.PICKED_UP)
    client = rider_of(run)
    assert press(client, run, "fail").status_code == 409
    assert press(client, run, "fail", reason="nobody").status_code == 302
    run.refresh_from_db()
    assert run.status == S.ATTEMPT_FAILED


def test_a_step_out_of_order_is_refused_in_words() -> None:
    run = make_run()
    response = press(rider_of(run), run, "arrive")
    assert response.status_code == 409
    assert str(response.context["error"]) in response.content.decode()


@pytest.mark.parametrize("verb", ["steal", "ping"])
def test_an_unknown_step_does_not_exist(verb: str) -> None:
    run = make_run()
    assert press(rider_of(run), run, verb).status_code in (400, 404)


def test_a_revoked_run_is_closed_at_once() -> None:
    run = make_run()
    client = rider_of(run)
    revoke_links(run.order_id, actor=SYSTEM)
    assert client.get(run_path(run)).status_code == 404
    assert client.post(reverse("portal:step", args=[run.order.public_id, 1, "depart"])).status_code == 404


def test_a_step_without_the_pages_token_is_refused() -> None:
    run = make_run()
    client = rider_of(run)
    response = client.post(
        reverse("portal:step", args=[run.order.public_id, 1, "depart"]), {"form_token": ""}
    )
    run.refresh_from_db()
    assert (response.status_code, run.status) == (403, S.COURIER_ASSIGNED)


def test_one_run_does_not_open_another() -> None:
    mine, other = make_run(), make_run()
    assert rider_of(mine).get(run_path(other)).status_code == 404


def test_a_finished_run_keeps_no_phone_number() -> None:
    run = make_run(S.DELIVERED)
    assert "tel:01012345678" not in rider_of(run).get(run_path(run)).content.decode()


def test_a_look_at_the_couriers_link_changes_nothing(client: Client) -> None:
    run = make_run()
    response = client.get(path_of(courier_link(run)))
    assert (response.status_code, response["Location"]) == (302, run_path(run))
    run.refresh_from_db()
    assert run.status == S.COURIER_ASSIGNED


def send(client: Client, run: Shipment, body: Any, token: str | None = None) -> Any:
    token = form_token(client, run_path(run)) if token is None else token
    address = reverse("portal:ping", args=[run.order.public_id, run.number])
    return client.post(address, json.dumps(body), "application/json", headers={"X-Form-Token": token})


def test_a_position_reaches_the_customers_page() -> None:
    run = make_run(S.PICKED_UP)
    before = run.order.revision
    answer = send(rider_of(run), run, {"latitude": 37.56, "longitude": 126.98, "accuracy": 12.4})
    run.order.refresh_from_db()
    assert (answer.json(), CourierPing.objects.get().accuracy_m) == ({"kept": True}, 12)
    assert run.order.revision > before


@pytest.mark.parametrize(
    "body", [{}, [], "x", None, {"latitude": "a", "longitude": 1}, {"latitude": [], "longitude": 1}]
)
def test_a_broken_position_is_refused(body: Any) -> None:
    run = make_run(S.PICKED_UP)
    assert send(rider_of(run), run, body).status_code == 400


def test_positions_are_taken_one_in_three_seconds() -> None:
    run = make_run(S.PICKED_UP)
    client = rider_of(run)
    statuses = [send(client, run, {"latitude": 37.5, "longitude": 127.0}).status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_a_position_without_the_pages_token_is_refused() -> None:
    run = make_run(S.PICKED_UP)
    assert send(rider_of(run), run, {"latitude": 37.5, "longitude": 127.0}, token="x").status_code == 403
    assert not CourierPing.objects.exists()


def test_after_the_run_the_phone_is_told_to_stop() -> None:
    run = make_run(S.DELIVERED)
    assert send(rider_of(run), run, {"latitude": 37.5, "longitude": 127.0}).status_code == 409
