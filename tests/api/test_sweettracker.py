"""The door for Sweet Tracker: forged, repeated, big, unknown and true calls."""

from __future__ import annotations

import json
import random
import threading
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client

from orderdesk import clock
from orderdesk.api.hooks.signatures import HEADER, sign
from orderdesk.events import inbox
from orderdesk.events.inbox import drain_inbound
from orderdesk.events.models import InboundCall, InboundState
from orders.models import Order, TrackingEvent
from orders.terms import OrderStatus
from tests.orders.shipping import CJ_NUMBER, kinds, parcel_order, soon, waybilled

URL = "/hooks/sweettracker/"
SECRET = "sweet-secret"
FORM = "application/x-www-form-urlencoded"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secret(settings: Any) -> None:
    settings.SWEETTRACKER_SECRET = SECRET


def callback(**changes: str) -> dict[str, str]:
    return {
        "secret_value": SECRET,
        "fid": "1",
        "invoice_no": CJ_NUMBER,
        "level": "3",
        "time_trans": f"{soon(9):%Y-%m-%d %H:%M:%S}",
        "time_sweet": f"{soon(9):%Y-%m-%d %H:%M:%S}",
        "where": "대전HUB",
        "details": "간선상차",
        "recv_addr": "서울특별시 중구 세종대로 110",
        "recv_name": "홍길동",
        "telno_man": "010-1234-5678",
        "comcode": "04",
    } | changes


def post(body: dict[str, str], **headers: str) -> Any:
    return Client(headers=headers).post(URL, urlencode(body), content_type=FORM)


def test_a_true_call_is_stored_answered_in_their_shape_and_done_by_the_drain() -> None:
    order = parcel_order()
    waybilled(order)
    answer = post(callback())
    assert (answer.status_code, answer.json()) == (200, {"code": True, "message": "success"})
    assert drain_inbound() == 1
    order.refresh_from_db()
    assert (order.status, TrackingEvent.objects.get().location) == (OrderStatus.IN_DELIVERY, "대전HUB")


def test_what_is_stored_names_no_person_and_no_secret() -> None:
    post(callback())
    stored = json.dumps(InboundCall.objects.get().body, ensure_ascii=False)
    assert not any(word in stored for word in ("홍길동", "세종대로", "1234-5678", SECRET))


def test_a_json_body_is_read_like_a_form() -> None:
    answer = Client().post(URL, json.dumps(callback()), content_type="application/json")
    assert answer.status_code == 200
    assert InboundCall.objects.count() == 1


def test_a_signed_body_needs_no_secret_inside() -> None:
    body = json.dumps(callback(secret_value=""))
    header = sign(SECRET, body.encode(), int(time.time()))
    answer = Client(headers={HEADER: header}).post(URL, body, content_type="application/json")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1,v1=00",
        "v1=abc",
        "t=x,v1=y",
        "t=²,v1=y",
        sign("other", b"{}", int(time.time())),
        sign(SECRET, b"{}", 1),
    ],
    # A signature of now in the name would differ from one test process to the next.
    ids=["none", "wrong", "no time", "no number", "odd number", "another's secret", "old"],
)
def test_a_forged_or_stale_signature_is_refused_and_stores_nothing(header: str) -> None:
    answer = Client(headers={HEADER: header}).post(URL, b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, False)
    assert not InboundCall.objects.exists()


def test_of_two_thousand_forged_calls_none_is_stored() -> None:
    dice, raw, now = random.Random(1), b'{"fid": "1"}', int(time.time())
    ways = (
        lambda: sign(dice.randbytes(16).hex(), raw, now),
        lambda: sign(SECRET, raw, now - dice.randrange(301, 10**6)),
        lambda: sign(SECRET, raw, now + dice.randrange(330, 10**6)),
        lambda: sign(SECRET, raw + b" ", now),
        lambda: f"t={now},v1={dice.randbytes(32).hex()}",
        lambda: dice.randbytes(20).hex(),
    )
    codes = set()
    for n in range(2000):
        client = Client(headers={HEADER: ways[n % len(ways)]()})
        codes.add(client.post(URL, raw, content_type="application/json").status_code)
    # 429: more of them in one minute than one address may send.
    assert codes - {429} == {403}
    assert not InboundCall.objects.exists()


@pytest.mark.parametrize("secret", ["", "wrong", "비밀"])
def test_a_wrong_secret_is_refused(secret: str) -> None:
    assert post(callback(secret_value=secret)).status_code == 403


def test_without_a_configured_secret_the_door_is_shut(settings: Any) -> None:
    settings.SWEETTRACKER_SECRET = ""
    assert post(callback(secret_value="")).status_code == 403


def test_a_body_too_large_is_refused_unread() -> None:
    assert post(callback(details="가" * 200_000)).status_code == 413


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 50 + "1" + "}" * 50, "[]", "nonsense", "\xff", '"text"', "null"]
)
def test_an_unreadable_or_deep_body_is_refused(body: str) -> None:
    answer = Client().post(URL, body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400


def test_a_form_with_bytes_that_are_no_text_is_no_crash() -> None:
    answer = Client().post(URL, b"secret_value=%ff%00", content_type=FORM)
    assert answer.status_code == 403


def test_only_post_is_answered() -> None:
    assert Client().get(URL).status_code == 405


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"comcode": "99"}, "unknown carrier"),
        ({"level": "-99", "details": ""}, "unknown level"),
        ({"time_trans": "soon", "time_sweet": ""}, "unreadable time"),
    ],
)
def test_what_we_do_not_know_is_accepted_stored_and_ignored(change: dict[str, str], note: str) -> None:
    assert post(callback(**change)).status_code == 200
    drain_inbound()
    call = InboundCall.objects.get()
    assert (call.state, call.outcome) == (InboundState.IGNORED, note)


def test_a_scan_that_came_before_its_waybill_counts_once_the_waybill_is_typed_in() -> None:
    order = parcel_order()
    post(callback())
    drain_inbound()
    assert InboundCall.objects.get().state == InboundState.PENDING
    waybilled(order)
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        drain_inbound()
    assert (InboundCall.objects.get().state, kinds(order).count("order.departed")) == (InboundState.DONE, 1)


def test_a_number_that_nobody_ever_types_in_is_ignored_after_a_week() -> None:
    post(callback(invoice_no="650099999999"))
    with time_machine.travel(clock.now() + timedelta(days=8)):
        drain_inbound()
    call = InboundCall.objects.get()
    assert (call.state, call.outcome) == (InboundState.IGNORED, "no shipment has this number")


def test_a_hundred_repeated_calls_have_one_effect() -> None:
    order = parcel_order()
    waybilled(order)
    body = callback()
    for _ in range(100):
        assert post(body).status_code == 200
    drain_inbound()
    assert (InboundCall.objects.count(), kinds(order).count("order.departed")) == (1, 1)


def test_the_level_decides_unless_the_words_say_more() -> None:
    order = parcel_order()
    waybilled(order)
    post(callback(level="5", details="미배달"))
    drain_inbound()
    assert order.shipments.get().status == "attempt_failed"


def test_a_failing_call_is_tried_again_and_given_up_in_the_end(settings: Any) -> None:
    settings.INBOUND_HANDLERS = {"sweettracker": "tests.api.test_sweettracker.broken"}
    post(callback())
    for _ in range(inbox.MAX_ATTEMPTS + 1):
        InboundCall.objects.update(due_at=soon(-1))
        drain_inbound()
    call = InboundCall.objects.get()
    assert (call.state, call.attempts) == (InboundState.GIVEN_UP, inbox.MAX_ATTEMPTS)


def broken(body: dict[str, str]) -> None:
    raise ValueError("no")


@pytest.mark.django_db(transaction=True)
def test_a_hundred_calls_at_once_have_one_effect() -> None:
    order = parcel_order()
    waybilled(order)
    body, answers = callback(), list[int]()

    def call() -> None:
        for _ in range(10):
            answers.append(post(body).status_code)
        drain_inbound()
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers, InboundCall.objects.count()) == ([200] * 100, 1)
    assert (TrackingEvent.objects.count(), kinds(order).count("order.departed")) == (1, 1)
    assert Order.objects.get(pk=order.pk).status == OrderStatus.IN_DELIVERY
