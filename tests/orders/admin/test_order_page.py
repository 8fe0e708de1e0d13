"""The order page: panels, buttons with reasons, timeline, masking, queries."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from orderdesk.accounts.models import AccessRecord, Shop
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Reaction, ReactionState
from orders.models import Order, OrderFlag
from orders.services.desk import add_note
from orders.services.locking import note_change
from orders.services.tasks import open_task
from orders.terms import OrderStatus, TaskKind
from tests.builders import STAFF, make_order, make_shipment, make_shop, make_user

pytestmark = pytest.mark.django_db


def url(order: Order) -> str:
    return f"/admin/orders/order/{order.pk}/change/"


def page(client: Client, order: Order, query: str = "") -> str:
    answer = client.get(f"{url(order)}?{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def history(order: Order, length: int) -> None:
    with transaction.atomic():
        for number in range(length):
            event = note_change(order, "order.delayed", SYSTEM, reason=str(number))
            Reaction.objects.create(
                event=event, name="x.y", due_at=event.at, state=ReactionState.GIVEN_UP, attempts=8
            )


def test_the_head_says_number_state_money_and_promise(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop, unit_price=48_000)
    text = page(staff_client, order)
    assert all(part in text for part in (order.number, "Placed", "₩48,000", "Paid"))


def test_what_cannot_be_done_yet_is_grey_with_its_reason(staff_client: Client, shop: Shop) -> None:
    text = page(staff_client, make_order(shop))
    assert 'aria-disabled="true"' in text
    assert "Confirm the order first." in text


def test_what_can_be_done_is_a_link_to_a_form(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    assert f'/admin/orders/order/{order.pk}/action/confirm/"' in page(staff_client, order)


def test_a_get_changes_nothing(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    staff_client.get(f"/admin/orders/order/{order.pk}/action/confirm/")
    assert Order.objects.get(pk=order.pk).status == OrderStatus.PLACED


def test_an_order_of_another_shop_does_not_exist(staff_client: Client) -> None:
    assert staff_client.get(url(make_order(make_shop()))).status_code == 404


def test_an_analyst_sees_the_page_without_verbs(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, Role.ANALYST))
    order = make_order(shop)
    text = page(client, order)
    assert "/action/" not in text
    assert "/unmask/" not in text


def test_personal_data_is_masked(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    text = page(staff_client, order)
    assert order.customer.email not in text
    assert "홍길동" not in text
    assert "세종대로" not in text or "110" not in text.split("세종대로")[1][:20]


def test_showing_one_field_is_recorded_and_shows_only_that(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    answer = staff_client.post(f"/admin/orders/order/{order.pk}/unmask/", {"field": "email"})
    text = answer.content.decode()
    assert order.customer.email in text
    assert "홍길동" not in text
    record = AccessRecord.objects.get()
    assert (record.what, record.field, record.subject) == ("unmask", "email", f"order:{order.pk}")


def test_a_script_gets_the_value_alone(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    answer = staff_client.post(
        f"/admin/orders/order/{order.pk}/unmask/", {"field": "name"}, headers={"X-Fragment": "value"}
    )
    assert answer.content.decode() == "홍길동"


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 200), (Role.PACKER, 403), (Role.ANALYST, 403)])
def test_only_roles_with_the_permission_unmask(client: Client, shop: Shop, role: str, status: int) -> None:
    client.force_login(make_user(shop, role))
    order = make_order(shop)
    answer = client.post(f"/admin/orders/order/{order.pk}/unmask/", {"field": "phone"})
    assert (answer.status_code, AccessRecord.objects.exists()) == (status, status == 200)


def test_an_unknown_field_cannot_be_shown(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    assert (
        staff_client.post(f"/admin/orders/order/{order.pk}/unmask/", {"field": "version"}).status_code == 404
    )


def test_tasks_and_oddities_stand_on_top(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    OrderFlag.objects.create(order=order, code="no_items")
    with transaction.atomic():
        open_task(order, TaskKind.LOST, detail="1234")
    text = page(staff_client, order)
    assert "Parcel lost: reship or refund" in text
    assert "The source lists no products" in text


def test_a_note_stands_on_the_timeline_once(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    add_note(order.pk, "문 앞에 놓아 주세요", actor=STAFF)
    assert page(staff_client, order).count("문 앞에 놓아 주세요") == 1


@pytest.mark.parametrize(
    ("show", "shown"), [("notes", True), ("status", False), ("money", False), ("auto", False), ("", True)]
)
def test_the_timeline_is_filtered_by_topic(staff_client: Client, shop: Shop, show: str, shown: bool) -> None:
    order = make_order(shop)
    add_note(order.pk, "확인했어요", actor=STAFF)
    assert ("확인했어요" in page(staff_client, order, f"show={show}")) is shown


def test_a_failed_reaction_shows_its_error_and_can_be_retried(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    history(order, 1)
    failed = Reaction.objects.get(name="x.y")
    Reaction.objects.filter(pk=failed.pk).update(last_error="SMTPError: no")
    text = page(staff_client, order)
    assert "SMTPError: no" in text
    assert f"retry_reaction/?reaction={failed.pk}" in text


def test_a_long_timeline_comes_in_pages(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    history(order, 130)
    first = staff_client.get(url(order)).context["timeline"]
    second = staff_client.get(url(order), {"before": first.more}).context["timeline"]
    assert (len(first.entries), len(second.entries), second.more) == (100, 30, None)


def test_the_page_costs_the_same_for_any_history(
    staff_client: Client, shop: Shop, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    order = make_order(shop, status=OrderStatus.PREPARING, quantities=(1,) * 12)
    for number in range(1, 5):
        make_shipment(order, number=number)
    history(order, 150)
    for _ in range(5):
        make_order(shop, customer=order.customer)
        add_note(order.pk, "메모", actor=STAFF)
    with django_assert_max_num_queries(24):
        text = page(staff_client, order, "_changelist_filters=status%3Dpreparing")
    assert "Shipment 4/4" in text


def test_previous_and_next_follow_the_list_one_came_from(staff_client: Client, shop: Shop) -> None:
    older, middle, newer = (make_order(shop) for _ in range(3))
    context = staff_client.get(f"{url(middle)}?_changelist_filters=").context
    assert f"/{newer.pk}/" in context["previous_url"]
    assert f"/{older.pk}/" in context["next_url"]
