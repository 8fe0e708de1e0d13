"""Facts and the reactions that follow them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from orderdesk.events import registry
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Event, Reaction
from orderdesk.events.recording import Fact, record, record_many
from tests.builders import make_shop


@pytest.fixture
def subscribed() -> Iterator[list[int]]:
    """A kind with one reaction that notes the ids of the events it saw."""
    seen: list[int] = []

    @registry.on("test.happened")
    def note_it(event: Event) -> None:
        seen.append(event.pk)

    yield seen
    registry._by_kind.pop("test.happened")


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record(Fact("test.happened", make_shop().pk, ("order", 1), SYSTEM))


@pytest.mark.django_db
def test_each_subscriber_gets_one_row_in_the_same_transaction(subscribed: list[int]) -> None:
    event = record(Fact("test.happened", make_shop().pk, ("order", 1), SYSTEM))
    assert list(event.reactions.values_list("name", "state")) == [("test_recording.note_it", "pending")]


@pytest.mark.django_db
def test_history_makes_no_reactions(subscribed: list[int]) -> None:
    record_many([Fact("test.happened", make_shop().pk, ("order", 1), SYSTEM)], quiet=True)
    assert not Reaction.objects.exists()


@pytest.mark.django_db
def test_nothing_is_left_of_a_change_that_was_rolled_back(subscribed: list[int]) -> None:
    shop = make_shop()

    def change_and_fail() -> None:
        record(Fact("test.happened", shop.pk, ("order", 1), SYSTEM))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        change_and_fail()
    assert (Event.objects.count(), Reaction.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_hundred_facts_take_hardly_more_statements_than_one(subscribed: list[int]) -> None:
    shop = make_shop()
    facts = [Fact("test.happened", shop.pk, ("order", n), SYSTEM) for n in range(100)]
    with CaptureQueriesContext(connection) as queries:
        record_many(facts)
    # SQLite binds at most 999 values a statement.
    assert len(queries) == (2 if connection.vendor == "postgresql" else 3)
    assert Reaction.objects.count() == 100
