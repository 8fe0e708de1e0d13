"""What happens by itself when its time has come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.policies.models import PolicyKind
from orderdesk.policies.services.publish import new_draft, publish
from orders.models import Order
from orders.services.bulk import perform_bulk
from orders.services.deadlines import run_deadlines
from orders.services.locking import locked_order
from orders.services.steps import confirm_order
from orders.services.tasks import open_task
from orders.terms import OrderStatus, TaskKind
from tests.builders import STAFF, make_order, make_shop

pytestmark = pytest.mark.django_db
PAST = timedelta(minutes=-1)


def shop_that_answers(default: str) -> Shop:
    shop = make_shop()
    draft = new_draft(shop.pk, PolicyKind.TIMING)
    draft.timing.acceptance_default = default
    draft.timing.save()
    publish(draft.pk, actor=STAFF)
    return shop


def status_after(order: Order) -> str:
    run_deadlines()
    order.refresh_from_db()
    return str(order.status)


def test_an_unpaid_order_expires() -> None:
    order = make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False, pay_by=clock.now() + PAST)
    assert status_after(order) == OrderStatus.EXPIRED


@pytest.mark.parametrize(
    ("default", "status"), [("confirm", "confirmed"), ("reject", "cancelled"), ("nothing", "placed")]
)
def test_the_shops_default_answers_when_nobody_does(default: str, status: str) -> None:
    shop = shop_that_answers(default)
    policy = shop.policies.get()
    order = make_order(shop, accept_by=clock.now() + PAST, timing_policy=policy)
    assert status_after(order) == status


def test_silence_opens_a_task_where_the_shop_wants_to_be_told() -> None:
    order = make_order(accept_by=clock.now() + PAST)
    assert [run_deadlines(), run_deadlines()] == [1, 0]
    assert order.tasks.get().kind == TaskKind.NOT_ACCEPTED


@pytest.mark.parametrize("bulk", [False, True])
def test_a_late_answer_closes_the_task_that_asked_for_it(bulk: bool) -> None:
    order = make_order(accept_by=clock.now() + PAST)
    run_deadlines()
    if bulk:
        perform_bulk([order.pk], "confirm", actor=STAFF)
    else:
        confirm_order(order.pk, actor=STAFF)
    assert order.tasks.get().done_at is not None


def test_a_delivered_order_completes_by_itself() -> None:
    order = make_order(status=OrderStatus.DELIVERED, complete_after=clock.now() + PAST)
    assert status_after(order) == OrderStatus.COMPLETED


def test_an_open_complaint_keeps_an_order_from_completing() -> None:
    order = make_order(status=OrderStatus.DELIVERED, complete_after=clock.now() + PAST)
    with locked_order(order.pk) as locked:
        open_task(locked, TaskKind.NOT_RECEIVED)
    assert status_after(order) == OrderStatus.DELIVERED


def test_what_is_not_due_is_left_alone() -> None:
    make_order(status=OrderStatus.AWAITING_PAYMENT, paid=False, pay_by=clock.now() - PAST)
    assert run_deadlines() == 0
