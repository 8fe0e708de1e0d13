"""What the customer sees of an order, and how cheaply."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk import clock
from orderdesk.accounts.models import OrderKind
from orderdesk.notifications.models import Message
from orders.models import CourierPing, Hold, Note, Order, OrderLine, TrackingEvent
from orders.services.locking import touch
from orders.terms import DeliveryMethod, OrderStatus, ShipmentStatus
from tests.builders import make_order, make_shipment, make_shop
from tests.portal.visits import order_path, visitor_of

pytestmark = pytest.mark.django_db
S = OrderStatus


def text_of(order: Order, **headers: str) -> str:
    """The page in English, tags taken out."""
    client = visitor_of(order)
    page = client.get(order_path(order) + "?lang=en", headers=headers).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def grow(order: Order, n: int) -> None:
    """Give the order `n` more of everything that the page lists."""
    parcel = make_shipment(order, status=ShipmentStatus.IN_TRANSIT, number=order.shipments.count() + 1)
    now = clock.now()
    for i in range(n):
        at = now - timedelta(hours=i)
        TrackingEvent.objects.create(shipment=parcel, at=at, code="in_transit", location=f"허브 {i}")
        Note.objects.create(order=order, body=f"메모 {i}", visible_to_customer=True)
        OrderLine.objects.create(
            order=order, position=50 + i, name=f"양말 {i}", quantity=1, unit_price=1, paid=1
        )
        Message.objects.create(
            shop=order.shop,
            subject_kind="order",
            subject_id=order.pk,
            kind="order.confirmed",
            channel="email",
            recipient="a@b.c",
            language="ko",
            body_text="x",
            due_at=now,
            header_id=f"{order.pk}-{i}",
        )


@pytest.mark.parametrize("n", [0, 1, 40])
def test_the_page_costs_one_query_however_much_there_is(
    n: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(status=S.IN_DELIVERY)
    grow(order, n)
    client = visitor_of(order)
    client.get(order_path(order))
    with django_assert_num_queries(1):
        response = client.get(order_path(order))
    assert response.status_code == 200


def test_a_poll_without_news_is_answered_in_one_small_query(
    django_assert_num_queries: DjangoAssertNumQueries, frozen: Any
) -> None:
    order = make_order()
    client = visitor_of(order)
    etag = client.get(order_path(order))["ETag"]
    with django_assert_num_queries(1):
        again = client.get(order_path(order), headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)


def test_behind_a_pooler_the_statement_is_sent_whole(settings: Any) -> None:
    settings.DATABASE_PREPARES = False
    assert "We have received your order" in text_of(make_order())


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_meanwhile_is_replaced_unseen() -> None:
    order = make_order()
    client = visitor_of(order)
    client.get(order_path(order))
    with psycopg.connect(
        connection.connection.info.dsn, password=connection.connection.info.password or None
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert client.get(order_path(order)).status_code == 200


def test_news_answer_a_poll_with_the_fragment_alone(frozen: Any) -> None:
    order = make_order()
    client = visitor_of(order)
    etag = client.get(order_path(order))["ETag"]
    touch(order.pk)
    news = client.get(order_path(order), headers={"If-None-Match": etag, "X-Fragment": "1"})
    assert news.status_code == 200
    assert news["ETag"] != etag
    assert "<html" not in news.content.decode()


def test_the_minute_is_part_of_the_etag(frozen: Any) -> None:
    order = make_order()
    client = visitor_of(order)
    etag = client.get(order_path(order))["ETag"]
    frozen.shift(timedelta(minutes=1))
    assert client.get(order_path(order), headers={"If-None-Match": etag}).status_code == 200


def test_a_revoked_link_gets_no_answer_to_a_poll(frozen: Any) -> None:
    order = make_order()
    client = visitor_of(order)
    etag = client.get(order_path(order))["ETag"]
    order.links.update(revoked_at=clock.now())
    assert client.get(order_path(order), headers={"If-None-Match": etag}).status_code == 404


HEADLINES = {
    S.AWAITING_PAYMENT: "We are waiting for your payment",
    S.PLACED: "We have received your order",
    S.CONFIRMED: "The shop has confirmed your order",
    S.PREPARING: "We are preparing your order",
    S.READY: "Your order is packed",
    S.IN_DELIVERY: "Your order is on its way",
    S.DELIVERED: "Your order has arrived",
    S.COMPLETED: "Your order is complete",
    S.ON_HOLD: "Your order is paused",
    S.CANCELLED: "Your order was cancelled",
    S.EXPIRED: "Your order has expired",
}


@pytest.mark.parametrize("status", list(S))
def test_every_state_has_its_sentence(status: OrderStatus) -> None:
    order = make_order(status=status, held_from=S.PLACED if status == S.ON_HOLD else "")
    assert HEADLINES[status] in text_of(order)


def test_the_promise_is_shown_as_a_window() -> None:
    start = clock.now() + timedelta(days=1)
    order = make_order(promised_from=start, promised_until=start + timedelta(minutes=20))
    assert "Arrives tomorrow" in text_of(order) or "Arrives today" in text_of(order)


def test_a_parcel_on_the_van_a_day_early_is_not_promised_for_tomorrow_too() -> None:
    tomorrow = clock.now() + timedelta(days=1)
    order = make_order(
        status=S.IN_DELIVERY, promised_from=tomorrow, promised_until=tomorrow + timedelta(hours=1)
    )
    make_shipment(order, status=ShipmentStatus.OUT_FOR_DELIVERY)
    page = text_of(order)
    assert "Your order arrives today" in page
    assert "Arrives tomorrow" not in page


def test_a_van_that_left_on_an_earlier_day_is_not_said_to_arrive_today() -> None:
    order = make_order(status=S.IN_DELIVERY)
    parcel = make_shipment(order, status=ShipmentStatus.OUT_FOR_DELIVERY)
    left = clock.now() - timedelta(days=2)
    TrackingEvent.objects.create(shipment=parcel, at=left, code="out_for_delivery")
    page = text_of(order)
    assert "Your order arrives today" not in page
    assert "It is on the delivery van" in page


def test_a_parcel_on_its_way_back_is_told_as_a_problem() -> None:
    order = make_order(status=S.IN_DELIVERY)
    make_shipment(order, status=ShipmentStatus.RETURNING)
    assert "There is a problem with the delivery" in text_of(order)


@pytest.mark.parametrize("status", [ShipmentStatus.LOST, ShipmentStatus.RETURNING, ShipmentStatus.EXCEPTION])
def test_what_went_astray_is_promised_for_no_day_and_not_asked_about(status: str) -> None:
    order = make_order(status=S.IN_DELIVERY)
    make_shipment(order, status=status)
    page = text_of(order)
    assert "Arrives" not in page
    assert "Did it arrive?" not in page


def test_a_delivery_that_was_reported_missing_is_looked_for() -> None:
    order = make_order(status=S.DELIVERED, complete_after=clock.now() + timedelta(days=3))
    order.tasks.create(kind="not_received")
    page = text_of(order)
    assert "We are looking for your order" in page
    assert "completes by itself" not in page


def test_whoever_picks_it_up_is_told_where_and_not_their_own_address() -> None:
    shop = make_shop(company_address="서울 마포구 양화로 12")
    page = text_of(make_order(shop, status=S.READY, delivery_method=DeliveryMethod.PICKUP))
    assert "Where to pick it up" in page
    assert "양화로 12" in page
    assert "세종대로 110" not in page


def test_a_broken_promise_is_said_openly() -> None:
    past = clock.now() - timedelta(hours=2)
    order = make_order(promised_from=past - timedelta(hours=1), promised_until=past)
    assert "later than we promised" in text_of(order)


def test_a_suspicion_is_never_shown_to_the_customer() -> None:
    order = make_order(status=S.ON_HOLD, held_from=S.PLACED)
    Hold.objects.create(order=order, reason="fraud", note="카드 도용 의심", held_at=clock.now())
    page = text_of(order)
    assert "The shop is checking something" in page
    assert "fraud" not in page.lower()
    assert "도용" not in page


def test_a_cancelled_order_says_what_happens_to_the_money() -> None:
    order = make_order(status=S.CANCELLED, cancel_reason="out_of_stock", unit_price=48_000)
    page = text_of(order)
    assert "An item is out of stock. The shop gives back the ₩48,000 you paid." in page


def test_an_attested_hand_over_waits_for_the_first_scan() -> None:
    order = make_order(status=S.IN_DELIVERY)
    make_shipment(order, status=ShipmentStatus.HANDED_OVER, handed_over_at=clock.now(), carrier="cj")
    assert "We have handed your order to the carrier" in text_of(order)


def test_scans_come_newest_first_and_older_ones_are_folded_away() -> None:
    order = make_order(status=S.IN_DELIVERY)
    grow(order, 6)
    page = text_of(order)
    assert page.index("허브 0") < page.index("허브 3") < page.index("Earlier") < page.index("허브 4")


def test_two_parcels_are_told_apart() -> None:
    order = make_order(status=S.IN_DELIVERY)
    make_shipment(order, status=ShipmentStatus.DELIVERED, number=1)
    make_shipment(order, status=ShipmentStatus.IN_TRANSIT, number=2)
    page = text_of(order)
    assert "Parcel 1 of 2 Arrived" in page
    assert "Parcel 2 of 2 On its way" in page


def test_a_private_note_stays_private() -> None:
    order = make_order(staff_note="단골, 까다로움")
    Note.objects.create(order=order, body="내부용", visible_to_customer=False)
    Note.objects.create(order=order, body="문 앞에 두었어요", visible_to_customer=True)
    page = text_of(order)
    assert "문 앞에 두었어요" in page
    assert "내부용" not in page
    assert "까다로움" not in page


def test_name_and_phone_are_masked() -> None:
    page = text_of(make_order(recipient_name="홍길동", recipient_phone="01012345678"))
    assert "홍*동 · 010-****-5678" in page
    assert "홍길동" not in page


def food_under_way(**ping: float) -> Order:
    """A food order whose courier has sent a position."""
    order = make_order(
        make_shop(kind=OrderKind.FOOD), status=S.IN_DELIVERY, latitude=37.5665, longitude=126.9780
    )
    run = make_shipment(
        order, status=ShipmentStatus.PICKED_UP, courier_name="김기사", departed_at=clock.now()
    )
    CourierPing.objects.create(shipment=run, at=clock.now() - timedelta(minutes=2), **ping)
    return order


def test_a_courier_is_shown_by_distance_direction_and_age() -> None:
    page = text_of(food_under_way(latitude=37.5755, longitude=126.9780))
    assert "1 km away, coming from the north" in page
    assert "Position from 2 minutes ago" in page


def test_without_map_tiles_there_is_a_drawing_and_no_empty_grid() -> None:
    order = food_under_way(latitude=37.57, longitude=126.99)
    page = visitor_of(order).get(order_path(order)).content.decode()
    assert '<svg class="radar"' in page
    assert "data-map" not in page


def test_a_moving_courier_is_asked_for_more_often() -> None:
    order = food_under_way(latitude=37.57, longitude=126.99)
    assert visitor_of(order).get(order_path(order)).context["seconds"] == 5


def test_a_pick_up_order_has_no_delivery_step() -> None:
    page = text_of(make_order(status=S.READY, delivery_method=DeliveryMethod.PICKUP))
    assert "Preparing (done) Ready" in page
    assert "On its way" not in page


def test_a_choice_of_language_is_remembered() -> None:
    order = make_order(language="ko")
    client = visitor_of(order)
    assert 'lang="ko"' in client.get(order_path(order)).content.decode()
    assert 'lang="en"' in client.get(order_path(order) + "?lang=en").content.decode()
    assert client.get(order_path(order))["Content-Language"] == "en"


def test_an_order_in_english_is_shown_in_english() -> None:
    order = make_order(language="en")
    assert visitor_of(order).get(order_path(order))["Content-Language"] == "en"


def test_panels_of_later_rooms_find_their_place(settings: Any) -> None:
    settings.PORTAL_PANELS = ["tests.portal.test_tracking_page.panel"]
    assert "a panel for" in text_of(make_order())


def panel(request: Any, facts: Any) -> str:
    return f"a panel for {facts.number}"


def test_the_page_holds_no_inline_script_and_sets_no_cookie() -> None:
    order = make_order()
    response = visitor_of(order).get(order_path(order))
    assert re.findall(rb"<script(?![^>]*src=)", response.content) == []
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_the_front_door_leads_to_the_look_up(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/track/"' in page
    assert 'href="/admin/"' in page


@pytest.mark.parametrize("path", ["/nothing-here/", "/orders/", "/photos/1/"])
def test_a_wrong_address_gets_a_friendly_page(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert 'href="/track/"' in response.content.decode()


@pytest.mark.parametrize(
    ("method", "detail", "said"),
    [
        ("card", "", "Please pay ₩"),
        ("virtual_account", "", "The shop tells you the account"),
        ("bank_transfer", "나무은행 123", "나무은행 123"),
    ],
)
def test_an_unpaid_order_says_how_to_pay_by_its_method(method: str, detail: str, said: str) -> None:
    order = make_order(status=S.AWAITING_PAYMENT, pay_by=clock.now() + timedelta(days=1), paid=False)
    order.payments.create(method=method, detail=detail, currency=order.currency)
    page = text_of(order)
    assert said in page
    assert ("We are waiting for your payment" in page) is (method == "card")
