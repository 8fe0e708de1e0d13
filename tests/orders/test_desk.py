"""Notes, assignment, tags, problems, tasks."""

from __future__ import annotations

import pytest

from orderdesk.accounts.roles import Role
from orderdesk.errors import Conflict
from orderdesk.events.actor import Actor
from orderdesk.events.models import Event
from orders.models import Order
from orders.services.desk import add_note, assign_order, report_problem, tag_order
from orders.services.stop import cancel_order
from orders.services.tasks import close_task
from orders.terms import HoldReason, OrderStatus
from tests.builders import STAFF, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db


def test_a_note_mentions_colleagues_of_the_same_shop_only() -> None:
    order = make_order()
    mate, stranger = make_user(order.shop, Role.LEAD), make_user(make_shop(), Role.LEAD)
    note = add_note(
        order.pk, f"@{mate.username} @{stranger.username} 확인 부탁해요", actor=Actor.staff(mate.pk)
    )
    assert list(note.mentions.all()) == [mate]
    assert Event.objects.get(kind="note.added").data["mentions"] == [mate.pk]


def test_a_mention_calls_until_the_order_is_closed() -> None:
    order = make_order(status=OrderStatus.READY)
    mate, other = make_user(order.shop, Role.LEAD), make_user(order.shop, Role.LEAD)
    for _twice in range(2):
        add_note(order.pk, f"@{mate.username} 확인 부탁해요", actor=STAFF)
    assert list(Order.objects.calling_for(mate.pk)) == [order]
    assert not Order.objects.calling_for(other.pk)
    cancel_order(order.pk, actor=STAFF, reason="other")
    assert not Order.objects.calling_for(mate.pk)


def test_an_order_is_given_to_a_colleague_and_taken_back() -> None:
    order = make_order()
    mate = make_user(order.shop)
    assert assign_order(order.pk, mate.pk, actor=STAFF).assigned_to == mate
    assert assign_order(order.pk, None, actor=STAFF).assigned_to is None


def test_tags_are_words_of_the_shop() -> None:
    order = make_order()
    tag_order(order.pk, ["선물", "선물", " "], actor=STAFF)
    assert list(order.tags.values_list("name", "shop")) == [("선물", order.shop_id)]


def test_a_problem_in_the_kitchen_holds_the_order_and_tells_staff() -> None:
    order = make_order(status=OrderStatus.PREPARING)
    held = report_problem(order.pk, "소스가 쏟아졌어요", actor=STAFF)
    assert (held.status, held.holds.get().reason) == (OrderStatus.ON_HOLD, HoldReason.ACCIDENT)
    assert held.tasks.get().detail == "소스가 쏟아졌어요"


def test_a_problem_on_the_road_is_a_task_without_a_hold() -> None:
    order = make_order(status=OrderStatus.IN_DELIVERY)
    assert report_problem(order.pk, "사고", actor=STAFF).status == OrderStatus.IN_DELIVERY
    assert order.tasks.count() == 1


def test_a_task_is_settled_once() -> None:
    order = make_order(status=OrderStatus.IN_DELIVERY)
    report_problem(order.pk, "사고", actor=STAFF)
    task = close_task(order.tasks.get().pk, actor=STAFF, resolution="다시 보냈어요")
    with pytest.raises(Conflict):
        close_task(task.pk, actor=STAFF)
    assert task.done_at is not None
