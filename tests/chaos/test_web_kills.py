"""kill -9 of web workers in the middle of a transition: all of the change is there, or none of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from orderdesk.accounts.roles import Role
from orderdesk.events.dispatch import drain_reactions
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.registry import subscribers
from orderdesk.events.sealing import audit, seal
from orders.models import Order
from tests.builders import make_order, make_shop, make_user
from tests.chaos.web import Visitor, kill_while_posting, web_server
from tests.journeys.browsers import session_of

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]


def confirmed_under_fire(orders: int, kills: int) -> list[int]:
    shop = make_shop()
    session = session_of(make_user(shop, Role.AGENT))
    pks = [make_order(shop).pk for _n in range(orders)]
    paths = [reverse("admin:orders_order_action", args=[pk, "confirm"]) for pk in pks]
    with web_server() as (master, port):
        return kill_while_posting(master, Visitor(port, session), paths, kills)


def half_done() -> list[str]:
    """Orders whose state and events disagree, and events whose follow-up work is missing or done twice."""
    said = set(Event.objects.filter(kind="order.confirmed").values_list("subject_id", flat=True))
    done = set(Order.objects.filter(status="confirmed").values_list("pk", flat=True))
    faults = [f"order {pk}" for pk in said ^ done]
    for event in Event.objects.all():
        names = sorted(event.reactions.values_list("name", flat=True))
        if names != sorted(each.name for each in subscribers(event.kind)):
            faults.append(f"event {event.pk}: {names}")
    return faults


def test_a_killed_web_worker_leaves_no_half_of_a_transition() -> None:
    statuses = confirmed_under_fire(orders=150, kills=25)
    assert half_done() == []
    # Whoever was told that it is done can rely on it.
    assert statuses.count(204) <= Order.objects.filter(status="confirmed").count()
    assert set(statuses) <= {0, 204}
    drain_reactions(limit=5000)
    assert not Reaction.objects.exclude(state=ReactionState.DONE).exists()
    seal()
    assert list(audit()) == []


@pytest.mark.soak
def test_hundreds_of_killed_web_workers_leave_no_half_of_a_transition() -> None:
    confirmed_under_fire(orders=2000, kills=300)
    assert half_done() == []
