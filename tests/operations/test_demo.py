"""The demo shops: every state is there, the past hangs together, and nothing in it waits or lies ahead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Max, Q

from orderdesk import clock
from orderdesk.accounts.models import Customer, Membership, User
from orderdesk.accounts.roles import Role
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.sealing import audit
from orderdesk.notifications.models import Message
from orderdesk.operations.demo import demo_links, demo_logins, demo_password, fill, is_empty
from orderdesk.operations.demo.casting import Director
from orderdesk.operations.demo.filling import SEED
from orderdesk.operations.demo.fresh import FRESH
from orderdesk.operations.demo.people import Crowd
from orderdesk.operations.demo.shops import open_shops
from orderdesk.policies.models import Policy, PolicyKind, PolicyStatus
from orders.axes import fulfilment_state, payment_state
from orders.cancel_policy import check_floor
from orders.ledger_audit import audit as ledger_audit
from orders.models import (
    Cancellation,
    CourierPing,
    Deposit,
    Discrepancy,
    Hold,
    Note,
    Order,
    Refund,
    Shipment,
    ShipmentLine,
    StockItem,
    Task,
    TrackingEvent,
)
from orders.services.deadlines import run_deadlines
from orders.terms import CancellationStatus, OrderStatus, RefundStatus, ShipmentStatus
from tests.builders import make_shop


@pytest.fixture(scope="module")
def moment(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """The demo, filled once for this file; its moment."""
    now = clock.now()
    with django_db_blocker.unblock(), transaction.atomic():
        fill("a-demo-password", now)
        yield now
        transaction.set_rollback(True)


def history() -> Any:
    """Orders that were written as past, not placed just now through the services."""
    return Order.objects.order_by("id")[: 400 - FRESH]


def told() -> list[str]:
    now, rng = datetime.fromisoformat("2026-11-24T05:00:00+00:00"), Random(SEED)
    with transaction.atomic():
        namu, haru, _facts = open_shops(now, "a-demo-password")
        cast = ((namu, Crowd(rng, namu.shop, 30, 1000)), (haru, Crowd(rng, haru.shop, 30, 3000)))
        stories = [s for house, crowd in cast for s in Director(house, crowd, now, rng).stories()]
        transaction.set_rollback(True)
    return [f"{s.order.number} {s.order.total} {[(step.kind, step.at) for step in s.steps]}" for s in stories]


@pytest.mark.django_db
def test_the_same_moment_tells_the_same_stories() -> None:
    assert told() == told()


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [0, 31, 57])
def test_the_demo_can_be_filled_at_any_hour_of_a_weekend(hours: int) -> None:
    saturday = datetime.fromisoformat("2026-11-21T01:00:00+00:00")
    with transaction.atomic():
        assert fill("a-demo-password", saturday + timedelta(hours=hours)).orders == 400
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_database_in_use_is_left_as_it_is() -> None:
    make_shop(slug="mine")
    out, err = StringIO(), StringIO()
    call_command("demo", stdout=out, stderr=err)
    assert "nothing was added" in err.getvalue()
    assert Order.objects.count() == 0


def test_four_hundred_orders_stand_in_every_state(moment: datetime) -> None:
    assert Order.objects.count() == 400
    assert set(Order.objects.values_list("status", flat=True)) == set(OrderStatus.values)


def test_shipments_stand_in_every_state_but_cancelled(moment: datetime) -> None:
    there = set(Shipment.objects.values_list("status", flat=True))
    assert there == set(ShipmentStatus.values) - {ShipmentStatus.CANCELLED}


def test_staff_of_every_role_can_log_in(moment: datetime) -> None:
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    assert User.objects.get(username="owner").check_password("a-demo-password")
    assert {"agent", "lead", "owner"} <= set(demo_logins())


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("order.confirmed", "confirmed_at"),
        ("order.preparing", "preparing_at"),
        ("order.ready", "ready_at"),
        ("order.departed", "departed_at"),
        ("order.delivered", "delivered_at"),
        ("order.completed", "completed_at"),
        ("order.cancelled", "cancelled_at"),
        ("order.expired", "expired_at"),
    ],
)
def test_each_event_tells_the_time_that_stands_on_its_order(moment: datetime, kind: str, column: str) -> None:
    said = dict(Event.objects.filter(kind=kind).values_list("subject_id").annotate(at=Max("at")))
    stamped = {order.pk: getattr(order, column) for order in history() if getattr(order, column)}
    assert stamped == {pk: said.get(pk) for pk in stamped}
    assert stamped


def test_time_runs_forward_on_every_timeline_and_stops_now(moment: datetime) -> None:
    first = dict(Event.objects.filter(subject_kind="order").values_list("subject_id").annotate(at=Max("at")))
    assert max(first.values()) <= clock.now()
    backwards = Q(confirmed_at__lt=F("placed_at")) | Q(departed_at__lt=F("ready_at"))
    assert not Order.objects.filter(backwards | Q(delivered_at__lte=F("departed_at"))).exists()


def test_nothing_of_the_past_still_waits_for_the_drain(moment: datetime) -> None:
    past = [order.pk for order in history()]
    waiting = Reaction.objects.filter(event__subject_kind="order", event__subject_id__in=past)
    assert not waiting.filter(state=ReactionState.PENDING).exists()
    assert not Message.objects.filter(subject_id__in=past, state="queued").exists()


def test_no_deadline_of_the_past_is_overdue(moment: datetime) -> None:
    assert run_deadlines() == 0


def test_one_reaction_was_given_up(moment: datetime) -> None:
    assert Reaction.objects.filter(state=ReactionState.GIVEN_UP).count() == 1


def test_the_axes_follow_from_the_rows(moment: datetime) -> None:
    for order in history().prefetch_related("lines"):
        units = ShipmentLine.objects.filter(shipment__order=order, shipment__status="delivered")
        delivered = sum(units.values_list("quantity", flat=True))
        assert order.payment_state == payment_state(order)
        assert order.fulfilment_state == fulfilment_state(order, order.lines.all(), delivered)


def test_lines_and_fees_add_up_to_the_total(moment: datetime) -> None:
    for order in history().prefetch_related("lines", "payments"):
        assert order.total == sum(line.paid for line in order.lines.all()) + order.shipping_total
        assert order.captured_total == sum(payment.captured for payment in order.payments.all())


def test_the_chain_of_events_is_whole(moment: datetime) -> None:
    assert list(audit()) == []


def test_every_corner_of_the_console_has_something_to_show(moment: datetime) -> None:
    assert Hold.objects.filter(released_at=None).count() >= 5
    assert Note.objects.filter(visible_to_customer=True).exists()
    assert Note.mentions.through.objects.exists()
    assert Deposit.objects.filter(payment=None).count() == 3
    assert TrackingEvent.objects.count() > 500
    assert CourierPing.objects.exists()
    assert Task.objects.filter(done_at=None).count() >= 5
    assert set(Message.objects.values_list("state", flat=True)) >= {
        *("accepted", "delivered", "bounced", "unknown", "suppressed", "rejected")
    }


def test_nobody_real_is_written_to_or_rung(moment: datetime) -> None:
    people = Customer.objects.all()
    assert all(mail.endswith("@example.com") for mail in people.values_list("email", flat=True))
    assert all(phone.startswith("0100000") for phone in people.values_list("phone", flat=True))


def test_the_links_lead_to_what_their_labels_say(moment: datetime) -> None:
    links = demo_links()
    assert [address.split("/")[3] for _, address in links] == ["o", "o", "o", "o", "c"]
    assert not is_empty()


def test_the_password_is_made_up_once_and_kept(settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    first = demo_password()
    assert demo_password() == first
    assert len(first) >= 10
    assert (tmp_path / "demo-password").stat().st_mode & 0o077 == 0


def test_wishes_to_cancel_stand_in_every_state_that_lasts(moment: datetime) -> None:
    there = set(Cancellation.objects.values_list("status", flat=True))
    # `approved` ends in the same moment; `offer_shown` needs an offer that a shop has switched on.
    assert there == set(CancellationStatus.values) - {"approved", "offer_shown"}
    assert Cancellation.objects.waiting().count() >= 4
    assert not Cancellation.objects.filter(answer_by__lte=clock.now()).exists()


def test_refunds_stand_in_every_state(moment: datetime) -> None:
    assert set(Refund.objects.values_list("status", flat=True)) == set(RefundStatus.values)
    assert Refund.objects.filter(source="goodwill", approved_by__isnull=False).exists()
    asked = Refund.objects.filter(status=RefundStatus.PENDING_APPROVAL).values_list("created_at", flat=True)
    assert min(asked) > moment - timedelta(days=1)


def test_transfers_wait_for_a_person_one_is_late_and_one_was_paid_with_interest(moment: datetime) -> None:
    by_hand = Refund.objects.filter(payment__gateway="bank")
    waiting = by_hand.filter(status=RefundStatus.RESERVED)
    assert waiting.filter(due_at__gt=moment).exists()
    assert waiting.filter(due_at__lt=moment, escalation=2).exists()
    assert by_hand.filter(status=RefundStatus.SUCCEEDED, interest__gt=0).exists()


def test_a_cancelled_order_gives_back_all_that_was_paid_but_its_fee(moment: datetime) -> None:
    for order in Order.objects.filter(status=OrderStatus.CANCELLED, captured_total__gt=0):
        asked = sum(refund.amount for refund in order.refunds.all())
        assert asked == order.captured_total - order.kept_fee
    assert Order.objects.filter(kept_fee__gt=0).exists()


def test_the_settlement_file_differs_in_every_way(moment: datetime) -> None:
    kinds = set(Discrepancy.objects.filter(resolved_at=None).values_list("kind", flat=True))
    assert kinds == set(Discrepancy.Kind.values)


def test_the_shelves_know_what_open_orders_have_taken(moment: datetime) -> None:
    assert StockItem.objects.count() >= 10
    for item in StockItem.objects.prefetch_related("moves"):
        assert item.on_hand == sum(move.on_hand for move in item.moves.all())
        assert item.reserved == sum(move.reserved for move in item.moves.all())
    assert StockItem.objects.filter(reserved__gt=0).exists()


def test_both_shops_have_rules_of_cancelling_that_the_law_allows(moment: datetime) -> None:
    policies = Policy.objects.filter(kind=PolicyKind.CANCELLATION, status=PolicyStatus.PUBLISHED)
    assert policies.count() == 2
    for policy in policies:
        check_floor(policy)
        assert policy.cancel_rules.count() >= 3


def test_the_books_of_the_demo_balance(moment: datetime) -> None:
    report = ledger_audit()
    assert report.ok, report.findings
