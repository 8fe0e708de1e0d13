"""Every page and message about food speaks of food, about a parcel of a parcel, at the counter of neither way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import Message, MessageChannel, MessageState
from orderdesk.notifications.rendering import own_wording, render_with
from orders.models import CourierPing, Order, TrackingEvent
from orders.services.tell import content_for
from orders.terms import CancelReason, DeliveryMethod, HoldReason, OrderStatus, ShipmentStatus, TaskKind
from tests.builders import make_order, make_shipment, make_shop
from tests.portal.visits import order_path, rider_of, run_path, visitor_of

pytestmark = pytest.mark.django_db
M, S, SS = DeliveryMethod, OrderStatus, ShipmentStatus

# What must not be read by whom, in both languages. The dish and the shirt of the test are called neutrally.
OF_GOODS = (
    r"상품|구매|반품|택배|운송장|배송|\bpurchase\b|legal rights to return|\bparcel\b|\bproduct\b|shopping"
)
OF_FOOD = r"음식|조리|주방|메뉴|맛있게|\bfood\b|\bdish(es)?\b|\bcook|\bkitchen\b|\bmeal\b"
OF_CARRIERS = r"택배|운송장|\bcarrier\b|\btracking number\b|\bparcel\b|delivery van"
OF_COURIERS = r"배달|\bcourier\b"
OF_ANY_WAY = rf"{OF_CARRIERS}|{OF_COURIERS}|배송|도착|출발|\barrives? (?:to|yes)|(?<!payment )has arrived|\bleaves\b|on its way"

WAYS = [
    (OrderKind.PARCEL, M.PARCEL, f"{OF_FOOD}|{OF_COURIERS}"),
    (OrderKind.PARCEL, M.COURIER, f"{OF_FOOD}|{OF_CARRIERS}|배송"),
    (OrderKind.PARCEL, M.PICKUP, f"{OF_FOOD}|{OF_ANY_WAY}"),
    (OrderKind.FOOD, M.COURIER, f"{OF_GOODS}|{OF_CARRIERS}"),
    (OrderKind.FOOD, M.PICKUP, f"{OF_GOODS}|{OF_ANY_WAY}"),
    # Frozen food by parcel: the carrier's words are right, those of a purchase are not.
    (OrderKind.FOOD, M.PARCEL, rf"상품|구매|반품|\bpurchase\b|\bproduct\b|{OF_COURIERS}"),
]
KINDS_AND_WAYS = pytest.mark.parametrize(
    ("kind", "method", "forbidden"), WAYS, ids=[f"{kind} by {method}" for kind, method, _words in WAYS]
)
SHIPMENTS = {
    M.PARCEL: (
        SS.PLANNED,
        SS.PACKED,
        SS.HANDED_OVER,
        SS.IN_TRANSIT,
        SS.OUT_FOR_DELIVERY,
        SS.DELIVERED,
        SS.ATTEMPT_FAILED,
        SS.RETURNING,
        SS.RETURNED,
        SS.LOST,
        SS.EXCEPTION,
    ),
    M.COURIER: (
        SS.PLANNED,
        SS.COURIER_ASSIGNED,
        SS.PICKED_UP,
        SS.ARRIVING,
        SS.DELIVERED,
        SS.ATTEMPT_FAILED,
        SS.RETURNING,
        SS.RETURNED,
        SS.LOST,
        SS.EXCEPTION,
    ),
}


def stray(text: str, forbidden: str) -> list[str]:
    """Words of another kind or way in a page or message, each with what stands around it."""
    shown = re.sub(r"(?s)<(style|script)[^>]*>.*?</\1>|<[^>]+>", " ", text)
    return [
        shown[max(match.start() - 30, 0) : match.end() + 30].strip()
        for match in re.finditer(forbidden, shown, re.IGNORECASE)
    ]


def an_order(kind: str, method: str, **values: Any) -> Order:
    """An order with everything that a page may say: fees, texts, a policy of completing by itself, all its times."""
    now = clock.now()
    shop = make_shop(
        kind=kind, name="하루", company_address="서울 중구 1", sender_phone="0212345678", uses_ready=True
    )
    defaults: dict[str, Any] = {
        "delivery_method": method,
        "shipping_total": 0 if method == M.PICKUP else 3_000,
        "latitude": 37.5665,
        "longitude": 126.978,
        "complete_after": now + timedelta(days=3),
        "pay_by": now + timedelta(hours=3),
    }
    order = make_order(shop, **defaults | values)
    order.lines.update(name="하루 한 그릇")
    for serial, written in enumerate(KINDS):
        Message.objects.create(
            shop=shop,
            subject_kind="order",
            subject_id=order.pk,
            kind=written,
            channel=MessageChannel.SMS,
            recipient="01012345678",
            language="ko",
            body_text="x",
            due_at=now,
            header_id=f"{order.pk}-{serial}",
            state=MessageState.ACCEPTED,
        )
        if method == M.PICKUP and written == "order.departed":
            Message.objects.filter(kind=written).delete()
    return order


def pages_of(order: Order) -> Iterator[str]:
    """The customer's page in Korean and in English."""
    client = visitor_of(order)
    for language in ("ko", "en"):
        yield client.get(f"{order_path(order)}?lang={language}").content.decode()


def assert_reads_right(order: Order, forbidden: str) -> None:
    found = [words for page in pages_of(order) for words in stray(page, forbidden)]
    assert found == []


def test_the_check_finds_a_stray_word_and_forgives_a_tag() -> None:
    assert stray('<p class="courier">상품이 <b>조리</b> 중</p>', OF_FOOD) == ["상품이  조리  중"]
    assert stray('<p class="courier">상품</p>', OF_COURIERS) == []


@KINDS_AND_WAYS
@pytest.mark.parametrize("status", list(S))
def test_the_customers_page_speaks_of_its_kind_and_way(
    kind: str, method: str, forbidden: str, status: OrderStatus
) -> None:
    # Nothing of the counter is ever under way.
    stands = S.READY if method == M.PICKUP and status == S.IN_DELIVERY else status
    order = an_order(kind, method, status=stands, held_from=S.PLACED if stands == S.ON_HOLD else "")
    assert_reads_right(order, forbidden)


@KINDS_AND_WAYS
def test_each_state_of_a_shipment_speaks_of_its_way(kind: str, method: str, forbidden: str) -> None:
    for shipped in SHIPMENTS.get(M(method), ()):
        order = an_order(kind, method, status=S.IN_DELIVERY)
        send(order, shipped, 1)
        send(order, shipped, 2)
        assert_reads_right(order, forbidden)


def send(order: Order, shipped: ShipmentStatus, number: int) -> None:
    """A parcel with a scan, or a courier's run with a position."""
    now = clock.now()
    run = make_shipment(
        order, status=shipped, number=number, courier_name="김하루", departed_at=now, handed_over_at=now
    )
    if order.delivery_method == M.COURIER:
        CourierPing.objects.create(shipment=run, at=now, latitude=37.57, longitude=126.99)
    else:
        TrackingEvent.objects.create(shipment=run, at=now, code="out_for_delivery")


@KINDS_AND_WAYS
def test_what_went_wrong_speaks_of_its_kind_and_way(kind: str, method: str, forbidden: str) -> None:
    for reason in HoldReason.values:
        if not (method == M.PICKUP and reason == HoldReason.ADDRESS):
            order = an_order(kind, method, status=S.ON_HOLD, held_from=S.CONFIRMED)
            order.holds.create(reason=reason, held_at=clock.now())
            assert_reads_right(order, forbidden)
    for reason in CancelReason.values:
        if not (method == M.PICKUP and reason == CancelReason.NO_DELIVERY):
            assert_reads_right(an_order(kind, method, status=S.CANCELLED, cancel_reason=reason), forbidden)
    missing = an_order(kind, method, status=S.DELIVERED, delivered_at=clock.now())
    missing.tasks.create(kind=TaskKind.NOT_RECEIVED)
    missing.tasks.create(kind=TaskKind.PROBLEM)
    assert_reads_right(missing, forbidden)
    past = clock.now() - timedelta(hours=2)
    assert_reads_right(an_order(kind, method, promised_from=past, promised_until=past), forbidden)


EVENTS: list[dict[str, Any]] = [
    {},
    {"proof": "attested"},
    *({"reason": reason} for reason in {*HoldReason.values, *CancelReason.values}),
]


@pytest.mark.parametrize("language", ["ko", "en"])
@KINDS_AND_WAYS
def test_every_mail_and_text_speaks_of_its_kind_and_way(
    kind: str, method: str, forbidden: str, language: str
) -> None:
    order = an_order(kind, method, language=language, preparation_minutes=20)
    make_shipment(order, departed_at=clock.now(), courier_name="김하루")
    found = []
    for name, data in ((name, data) for name in KINDS for data in EVENTS):
        if impossible(method, name, data):
            continue
        content = content_for(order, name, data | {"at_counter": method == M.PICKUP})
        for channel in (MessageChannel.EMAIL, MessageChannel.SMS):
            copy = render_with(
                own_wording(order.shop_id, name, channel, language), name, language, order.shop, content
            )
            found += [
                (name, words) for words in stray(f"{copy.subject}\n{copy.text}\n{copy.html}", forbidden)
            ]
    assert found == []


def impossible(method: str, name: str, data: dict[str, Any]) -> bool:
    """Nothing departs from the counter or is refused for its address; only a parcel is attested."""
    of_an_address = data.get("reason") in (CancelReason.NO_DELIVERY, HoldReason.ADDRESS)
    if method == M.PICKUP and (name == "order.departed" or of_an_address):
        return True
    return bool(data.get("proof")) and method != M.PARCEL


@pytest.mark.parametrize("kind", list(OrderKind))
@pytest.mark.parametrize("shipped", SHIPMENTS[M.COURIER])
def test_the_couriers_page_speaks_of_a_run(kind: str, shipped: ShipmentStatus) -> None:
    run = make_shipment(
        an_order(kind, M.COURIER, status=S.IN_DELIVERY), status=shipped, courier_name="김하루"
    )
    client = rider_of(run)
    other = OF_GOODS if kind == OrderKind.FOOD else rf"{OF_FOOD}|배송|{OF_CARRIERS}"
    for language in ("ko", "en"):
        page = client.get(f"{run_path(run)}?lang={language}").content.decode()
        assert stray(page, rf"{other}|[니니]다\b") == []


@pytest.mark.parametrize("status", list(S))
def test_a_customers_page_never_speaks_like_an_office(status: OrderStatus) -> None:
    order = an_order(
        OrderKind.PARCEL, M.PARCEL, status=status, held_from=S.PLACED if status == S.ON_HOLD else ""
    )
    page = visitor_of(order).get(order_path(order) + "?lang=ko").content.decode()
    assert stray(page, r"[가-힣]니다\b|하시기 바랍|[을를이가은는]\([가-힣]\)") == []


@pytest.mark.parametrize(("language", "words"), [("ko", "메뉴 1개"), ("en", "1 dish")])
def test_two_runs_of_food_count_dishes(language: str, words: str) -> None:
    order = an_order(OrderKind.FOOD, M.COURIER, status=S.IN_DELIVERY)
    for number in (1, 2):
        make_shipment(order, number=number, status=SS.PICKED_UP)
    page = visitor_of(order).get(f"{order_path(order)}?lang={language}").content.decode()
    assert words in page
