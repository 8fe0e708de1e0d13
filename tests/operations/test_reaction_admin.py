"""Follow-up work as staff see it: in words, with its order, to be tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from orderdesk import clock
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Reaction, ReactionState
from orderdesk.events.recording import Fact, record
from orderdesk.events.registry import reaction_choices
from orderdesk.operations.admin.failures import plain_words
from orders.models import Order
from tests.builders import make_order, make_user

pytestmark = pytest.mark.django_db
LIST = "admin:events_reaction_changelist"
RAW = "ConnectionRefusedError: [Errno 111] Connection refused"


def failed(order: Order, state: str = ReactionState.GIVEN_UP) -> Reaction:
    with transaction.atomic():
        event = record(Fact("order.confirmed", order.shop_id, ("order", order.pk), SYSTEM))
    row = Reaction.objects.get(event=event)
    row.state, row.attempts, row.last_error, row.due_at = state, 8, RAW, clock.now()
    row.save()
    return row


def lead(client: Client, order: Order) -> Client:
    client.force_login(make_user(order.shop, Role.LEAD))
    client.cookies["django_language"] = "en"
    return client


def test_every_reaction_has_a_name_that_people_read() -> None:
    assert reaction_choices()
    assert [name for name, label in reaction_choices() if name == label and not name.startswith("test")] == []


def test_the_list_says_what_failed_for_which_order_and_why(client: Client) -> None:
    order = make_order()
    failed(order)
    page = lead(client, order).get(reverse(LIST)).content.decode()
    assert "Tell the customer what changed" in page
    assert reverse("admin:orders_order_change", args=[order.pk]) in page
    assert "could not be reached" in page
    assert "orders.tell_change" not in page.partition("<tbody")[2]


def test_the_list_costs_the_same_for_any_length(
    client: Client, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    order = make_order()
    failed(order)
    lead(client, order).get(reverse(LIST))
    with django_assert_max_num_queries(30) as first:
        client.get(reverse(LIST))
    for _ in range(5):
        failed(make_order(order.shop))
    with django_assert_num_queries(len(first)):
        page = client.get(reverse(LIST)).content.decode()
    assert page.count("Tell the customer what changed") >= 6


def test_an_order_number_finds_its_work_only(client: Client) -> None:
    order = make_order()
    failed(order)
    other = make_order(order.shop)
    failed(other)
    body = lead(client, order).get(reverse(LIST), {"q": order.number}).content.decode().partition("<tbody")[2]
    assert order.number in body
    assert other.number not in body


def test_the_page_tells_the_error_in_words_and_tries_again(client: Client) -> None:
    order = make_order()
    row = failed(order)
    page = lead(client, order).get(reverse("admin:events_reaction_change", args=[row.pk])).content.decode()
    assert "could not be reached" in page
    assert RAW in page
    again = reverse("admin:events_reaction_action", args=[row.pk, "retry"])
    assert again in page
    client.post(again, {"seen": client.get(again).context["seen"]})
    row.refresh_from_db()
    assert (row.state, row.attempts) == (ReactionState.PENDING, 0)


def test_what_is_done_is_not_tried_again(client: Client) -> None:
    order = make_order()
    row = failed(order, ReactionState.DONE)
    again = reverse("admin:events_reaction_action", args=[row.pk, "retry"])
    answer = lead(client, order).post(again, {"seen": client.get(again).context["seen"]})
    assert answer.status_code == 422
    assert "nothing to try again" in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("django.db.utils.OperationalError: database is locked", "database was not available"),
        ("orders.models.order.Order.DoesNotExist: no", "no longer there"),
        ("LookupError: no reaction is called x", "does not know this work"),
        ("TimeoutError: timed out", "did not answer in time"),
        ("ValueError: x", "Something unexpected"),
        ("", ""),
    ],
)
def test_errors_are_said_in_words(error: str, words: str) -> None:
    with override("en"):
        assert words in plain_words(error)
