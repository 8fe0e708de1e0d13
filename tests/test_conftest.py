"""The suite's own ground: a transactional test must leave nothing behind, guards included."""

import pytest
from django.db import DatabaseError, connection, transaction

from orderdesk import triggers
from orderdesk.events.models import Event
from orderdesk.events.recording import Fact, record
from tests.builders import STAFF, make_shop


def make_event() -> Event:
    with transaction.atomic():
        return record(Fact("order.tested", make_shop().pk, ("order", 1), STAFF))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", [1, 2])
def test_a_committed_event_does_not_reach_the_next_test(_round: int) -> None:
    assert Event.objects.count() == 0
    make_event()
    assert Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_guards_stand_in_a_transactional_test() -> None:
    event = make_event()
    assert triggers.missing(connection) == []
    with pytest.raises(DatabaseError, match="append-only"):
        Event.objects.filter(pk=event.pk).delete()
