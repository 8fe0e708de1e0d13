"""Every button of the order page does its verb, for the right roles only, and never over a newer state."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from orderdesk.accounts.models import AccessRecord, Customer, OrderKind, Shop, User
from orderdesk.accounts.roles import Role
from orderdesk.events.models import Event, Reaction, ReactionState
from orders.models import Order, Task
from orders.services.links import customer_link
from orders.services.shipments import plan_shipment
from orders.services.steps import confirm_order
from orders.terms import DeliveryMethod, OrderStatus, ShipmentStatus, TaskKind
from tests.builders import STAFF, make_order, make_shipment, make_shop, make_user
from tests.orders.admin.conftest import Post

pytestmark = pytest.mark.django_db
S = OrderStatus


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize(
    ("name", "before", "data", "after"),
    [
        ("confirm", S.PLACED, {}, S.CONFIRMED),
        ("reject", S.PLACED, {"reason": "closed"}, S.CANCELLED),
        ("start_preparing", S.CONFIRMED, {}, S.PREPARING),
        ("mark_ready", S.PREPARING, {}, S.READY),
        ("hold", S.CONFIRMED, {"reason": "address"}, S.ON_HOLD),
        ("release", S.ON_HOLD, {}, S.CONFIRMED),
        ("cancel", S.PREPARING, {"reason": "customer_asked", "notify": "on"}, S.CANCELLED),
        ("complete", S.DELIVERED, {}, S.COMPLETED),
        ("reopen", S.COMPLETED, {"reason": "실수"}, S.DELIVERED),
    ],
)
def test_a_verb_moves_the_order(
    post: Post, shop: Shop, name: str, before: str, data: dict[str, Any], after: str
) -> None:
    order = make_order(shop, status=before, held_from=S.CONFIRMED if before == S.ON_HOLD else "")
    assert post(order, name, data).status_code == 302
    assert fresh(order).status == after


def test_the_actor_of_the_event_is_the_user(post: Post, shop: Shop, lead: User) -> None:
    order = make_order(shop)
    post(order, "confirm")
    assert Event.objects.get(kind="order.confirmed").actor_id == lead.pk


def test_confirming_food_asks_for_the_minutes(client: Client) -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    client.force_login(make_user(shop, Role.KITCHEN))
    order = make_order(shop)
    url = f"/admin/orders/order/{order.pk}/action/confirm/"
    assert client.post(url).status_code == 422
    assert client.post(url, {"minutes": "30"}).status_code == 302
    assert fresh(order).preparation_minutes == 30


def test_an_order_to_be_picked_up_is_handed_over_at_the_counter(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.READY, delivery_method=DeliveryMethod.PICKUP)
    post(order, "hand_over_at_counter")
    assert fresh(order).status == S.DELIVERED


def test_cancelling_unsaid_tells_nobody(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    post(order, "cancel", {"reason": "other"})
    assert Event.objects.get(kind="order.cancelled").data["notify"] is False


def test_a_refused_verb_says_why_and_changes_nothing(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.PLACED)
    answer = post(order, "mark_ready")
    assert (answer.status_code, fresh(order).status) == (422, S.PLACED)
    assert "Confirm the order first." in answer.content.decode()


def test_a_stale_form_is_kept_beside_what_changed(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop)
    url = f"/admin/orders/order/{order.pk}/action/hold/"
    seen = staff_client.get(url).context["seen"]
    confirm_order(order.pk, actor=STAFF)
    answer = staff_client.post(url, {"seen": seen, "reason": "address", "note": "동 번호 없음"})
    text = answer.content.decode()
    assert (answer.status_code, fresh(order).status) == (409, S.CONFIRMED)
    assert all(part in text for part in ("동 번호 없음", "Placed", "Confirmed"))


def test_a_form_shows_what_will_follow(staff_client: Client, shop: Shop) -> None:
    order = make_order(shop, unit_price=30_000)
    line = order.lines.get()
    data = {"reason": "customer_asked", "notify": "on", f"line_{line.pk}": "1"}
    text = staff_client.post(f"/admin/orders/order/{order.pk}/action/cancel/", data).content.decode()
    assert "₩30,000" in text
    assert fresh(order).status == S.PLACED
    assert "A mail goes to b***@example.com." in text


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        (Role.AGENT, "confirm", 302),
        (Role.KITCHEN, "confirm", 302),
        (Role.PACKER, "confirm", 403),
        (Role.ANALYST, "confirm", 403),
        (Role.POLICY_EDITOR, "confirm", 403),
        (Role.KITCHEN, "record_payment", 403),
        (Role.PACKER, "cancel", 403),
        (Role.AGENT, "reopen", 403),
        (Role.KITCHEN, "revoke_links", 403),
    ],
)
def test_a_verb_needs_its_permission(client: Client, shop: Shop, role: str, name: str, status: int) -> None:
    client.force_login(make_user(shop, role))
    order = make_order(shop)
    assert client.post(f"/admin/orders/order/{order.pk}/action/{name}/").status_code == status


def test_an_order_of_another_shop_cannot_be_acted_on(post: Post) -> None:
    order = make_order(make_shop())
    assert (post(order, "confirm").status_code, fresh(order).status) == (404, S.PLACED)


def test_a_payment_places_the_order(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.AWAITING_PAYMENT, paid=False)
    post(order, "record_payment", {"amount": "10000", "method": "bank_transfer"})
    assert (fresh(order).status, fresh(order).captured_total) == (S.PLACED, 10_000)


def test_an_amount_finer_than_the_currency_is_refused(post: Post, shop: Shop) -> None:
    order = make_order(shop, paid=False, status=S.AWAITING_PAYMENT)
    assert post(order, "record_payment", {"amount": "99.5", "method": "card"}).status_code == 422


def test_delivery_details_change_and_the_look_at_them_is_recorded(
    staff_client: Client, post: Post, shop: Shop
) -> None:
    order = make_order(shop)
    staff_client.get(f"/admin/orders/order/{order.pk}/action/edit_address/")
    post(order, "edit_address", {"address1": "부산광역시 해운대구 1", "recipient_phone": "010-7777-8888"})
    changed = fresh(order)
    assert (changed.address1, changed.recipient_phone) == ("부산광역시 해운대구 1", "01077778888")
    assert AccessRecord.objects.get().what == "view"


def test_a_line_gets_fewer_units(post: Post, shop: Shop) -> None:
    order = make_order(shop, quantities=(3,))
    line = order.lines.get()
    post(order, "change_line", {"options": "파랑", "quantity": "2"}, row=f"line={line.pk}")
    line.refresh_from_db()
    assert (line.quantity, line.options, fresh(order).total) == (2, "파랑", 20_000)


def test_a_line_of_another_order_is_refused(post: Post, shop: Shop) -> None:
    other = make_order(shop).lines.get()
    answer = post(make_order(shop), "change_line", {"options": "", "quantity": "1"}, row=f"line={other.pk}")
    assert answer.status_code == 422


def test_a_mistyped_mail_is_corrected(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    post(order, "correct_contact", {"email": "Right@Example.com", "phone": ""})
    customer = Customer.objects.get(pk=order.customer_id)
    assert (customer.email, customer.phone) == ("right@example.com", order.customer.phone)


def test_a_note_tells_the_colleague_it_names(post: Post, shop: Shop) -> None:
    colleague = make_user(shop, username="mina")
    order = make_order(shop)
    post(order, "note", {"body": "@mina 확인 부탁해요"})
    assert list(order.notes.get().mentions.all()) == [colleague]


def test_an_order_is_assigned_to_a_colleague_of_its_shop_only(post: Post, shop: Shop) -> None:
    order, colleague, stranger = make_order(shop), make_user(shop), make_user(make_shop())
    assert post(order, "assign", {"person": stranger.pk}).status_code == 422
    assert post(order, "assign", {"person": colleague.pk}).status_code == 302
    assert fresh(order).assigned_to == colleague


def test_tags_are_set_by_their_words(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    post(order, "tags", {"tags": "선물, 급함"})
    assert sorted(order.tags.values_list("name", flat=True)) == ["급함", "선물"]


def test_the_staff_note_is_replaced(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    post(order, "staff_note", {"text": "VIP"})
    assert fresh(order).staff_note == "VIP"


def test_a_problem_holds_the_order(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.PREPARING)
    post(order, "report_problem", {"detail": "오븐 고장"})
    assert (fresh(order).status, Task.objects.get().kind) == (S.ON_HOLD, TaskKind.PROBLEM)


def test_a_task_is_settled_with_what_was_done(post: Post, shop: Shop, lead: User) -> None:
    order = make_order(shop)
    task = Task.objects.create(order=order, kind=TaskKind.OTHER)
    post(order, "close_task", {"resolution": "전화함"}, row=f"task={task.pk}")
    task.refresh_from_db()
    assert (task.done_by, task.resolution) == (lead, "전화함")


def test_a_task_of_another_order_does_not_exist(post: Post, shop: Shop) -> None:
    task = Task.objects.create(order=make_order(shop), kind=TaskKind.OTHER)
    assert post(make_order(shop), "close_task", {"resolution": "x"}, row=f"task={task.pk}").status_code == 404


def test_links_are_revoked_and_sent_again(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    customer_link(order)
    post(order, "revoke_links")
    post(order, "resend_link")
    assert order.links.filter(revoked_at=None).count() == 0
    assert Event.objects.filter(kind="link.requested").exists()


def test_a_reaction_that_gave_up_is_tried_again(post: Post, shop: Shop) -> None:
    order = make_order(shop)
    confirm_order(order.pk, actor=STAFF)
    event = Event.objects.get()
    reaction = Reaction.objects.create(event=event, name="x", due_at=event.at, state=ReactionState.GIVEN_UP)
    post(order, "retry_reaction", row=f"reaction={reaction.pk}")
    reaction.refresh_from_db()
    assert reaction.state == ReactionState.PENDING


def test_a_parcel_is_planned_labelled_and_leaves(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.READY)
    line = order.lines.get()
    post(order, "plan_shipment", {f"line_{line.pk}": "1"})
    shipment = order.shipments.get()
    post(
        order,
        "waybill",
        {"carrier": "cj", "number": "688900112233", "leaves": "on"},
        row=f"shipment={shipment.pk}",
    )
    shipment.refresh_from_db()
    assert (shipment.status, fresh(order).status) == (ShipmentStatus.HANDED_OVER, S.IN_DELIVERY)


def test_a_wrong_waybill_is_refused_in_words(post: Post, shop: Shop) -> None:
    order = make_order(shop, status=S.READY)
    shipment = make_shipment(order)
    answer = post(order, "waybill", {"carrier": "cj", "number": "12"}, row=f"shipment={shipment.pk}")
    assert (answer.status_code, "12" in answer.content.decode()) == (422, True)


def test_assigning_a_courier_answers_with_the_link_to_copy(client: Client) -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    client.force_login(make_user(shop, Role.AGENT))
    order = make_order(shop, status=S.READY)
    url = f"/admin/orders/order/{order.pk}/action/assign_courier/"
    answer = client.post(url, {"name": "김라이더"}, follow=True)
    assert "/c/" in answer.content.decode()
    assert order.shipments.get().status == ShipmentStatus.COURIER_ASSIGNED


def test_a_courier_leaves_and_delivers(client: Client) -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    client.force_login(make_user(shop, Role.AGENT))
    order = make_order(shop, status=S.READY)
    shipment = make_shipment(order, status=ShipmentStatus.COURIER_ASSIGNED, courier_name="김라이더")
    for step in ("courier_departs", "delivered"):
        client.post(f"/admin/orders/order/{order.pk}/action/{step}/?shipment={shipment.pk}")
    assert fresh(order).status == S.DELIVERED


def test_a_failed_check_is_a_button_with_a_reason(post: Post, shop: Shop, staff_client: Client) -> None:
    order = make_order(shop, status=S.CONFIRMED)
    parcel = plan_shipment(order.pk, actor=STAFF)
    post(order, "pick", row=f"shipment={parcel.pk}")
    page = staff_client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert all(
        f"/action/{name}/?shipment={parcel.pk}" in page for name in ("pass_check", "fail_check", "pack")
    )
    assert post(order, "fail_check", {"then": "again"}, row=f"shipment={parcel.pk}").status_code == 422
    post(order, "fail_check", {"finding": "damaged", "then": "hold"}, row=f"shipment={parcel.pk}")
    parcel.refresh_from_db()
    assert (parcel.status, fresh(order).status) == (ShipmentStatus.PICKING, S.ON_HOLD)
