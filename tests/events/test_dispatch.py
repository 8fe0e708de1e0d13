"""Running reactions: once, again after a failure, and never by two at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from orderdesk import clock
from orderdesk.events import dispatch, registry
from orderdesk.events.actor import SYSTEM
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.events.recording import Fact, record
from tests.builders import make_shop

pytestmark = pytest.mark.django_db


class Broken(Exception):
    """What a failing reaction raises."""


@pytest.fixture
def runs() -> Iterator[list[int]]:
    seen: list[int] = []

    @registry.on("test.happened")
    def note_it(event: Event) -> None:
        seen.append(event.pk)
        if event.data.get("broken"):
            raise Broken("no luck")

    yield seen
    registry._by_kind.pop("test.happened")


def happen(**data: object) -> Event:
    with transaction.atomic():
        return record(Fact("test.happened", make_shop().pk, ("order", 1), SYSTEM, dict(data)))


def test_a_reaction_runs_once(runs: list[int]) -> None:
    event = happen()
    assert [dispatch.drain_reactions(), dispatch.drain_reactions()] == [1, 0]
    assert runs == [event.pk]


def test_a_failure_waits_longer_each_time_and_keeps_its_error(runs: list[int]) -> None:
    event = happen(broken=True)
    dispatch.drain_reactions()
    reaction = event.reactions.get()
    assert (reaction.state, reaction.attempts, reaction.last_error) == ("pending", 1, "Broken: no luck")
    assert reaction.due_at > clock.now()


def test_after_the_last_attempt_a_reaction_is_given_up_until_somebody_retries(runs: list[int]) -> None:
    event = happen(broken=True)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _attempt in range(dispatch.MAX_ATTEMPTS):
            dispatch.drain_reactions()
            traveller.shift(timedelta(hours=2))
    reaction = event.reactions.get()
    assert (reaction.state, len(runs)) == (ReactionState.GIVEN_UP, dispatch.MAX_ATTEMPTS)
    assert dispatch.retry(reaction.pk)
    assert dispatch.drain_reactions() == 1


def test_a_failing_reaction_does_not_keep_others_waiting(runs: list[int]) -> None:
    happen(broken=True)
    good = happen()
    dispatch.drain_reactions()
    assert good.reactions.get().state == ReactionState.DONE


def test_what_a_dead_worker_left_is_taken_over_after_its_lease(runs: list[int]) -> None:
    event = happen()
    due = Reaction.objects.get(event=event)
    assert dispatch._claim(due.pk, 0, "dead worker")
    assert dispatch.drain_reactions() == 0
    with time_machine.travel(clock.now() + dispatch.LEASE + timedelta(seconds=1)):
        assert dispatch.drain_reactions() == 1


def test_a_stale_worker_cannot_write_over_the_claim_that_followed(runs: list[int]) -> None:
    reaction = happen().reactions.get()
    dispatch._claim(reaction.pk, 0, "first")
    with time_machine.travel(clock.now() + dispatch.LEASE + timedelta(seconds=1)):
        dispatch._claim(reaction.pk, 1, "second")
    dispatch._finish(reaction.pk, 1, "first", state=ReactionState.DONE)
    reaction.refresh_from_db()
    assert (reaction.state, reaction.owner) == (ReactionState.RUNNING, "second")


def test_only_one_of_two_claims_wins(runs: list[int]) -> None:
    reaction = happen().reactions.get()
    claims: list[Callable[[], bool]] = [lambda: dispatch._claim(reaction.pk, 0, "a")] * 2
    assert [claim() for claim in claims] == [True, False]


def test_a_reaction_whose_code_is_gone_fails_with_its_name() -> None:
    event = happen()
    lost = Reaction.objects.create(event=event, name="gone.reaction", due_at=clock.now())
    dispatch.drain_reactions()
    lost.refresh_from_db()
    assert "gone.reaction" in lost.last_error
