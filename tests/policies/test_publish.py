"""Versions: drafts become immutable, orders keep what they met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderdesk import clock
from orderdesk.errors import DomainError
from orderdesk.policies.models import Policy, PolicyKind, PolicyStatus
from orderdesk.policies.services.publish import new_draft, publish
from orderdesk.policies.timings import timings_at, timings_of
from tests.builders import STAFF, make_shop

pytestmark = pytest.mark.django_db


def published(shop_id: int, **timings: object) -> Policy:
    draft = new_draft(shop_id, PolicyKind.TIMING)
    for name, value in timings.items():
        setattr(draft.timing, name, value)
    draft.timing.save()
    return publish(draft.pk, actor=STAFF)


def test_a_shop_without_a_policy_follows_the_defaults() -> None:
    timings = timings_at(make_shop().pk, clock.now())
    assert (timings.policy_id, timings.completion) == (None, timedelta(days=7))


def test_a_new_version_supersedes_the_one_before_and_copies_its_terms() -> None:
    shop = make_shop()
    first = published(shop.pk, completion_days=3)
    second = published(shop.pk)
    first.refresh_from_db()
    assert (first.status, second.version, second.timing.completion_days) == (PolicyStatus.SUPERSEDED, 2, 3)


def test_an_old_version_still_answers_for_the_orders_that_met_it() -> None:
    shop = make_shop()
    first = published(shop.pk, completion_days=3)
    published(shop.pk, completion_days=9)
    assert timings_of(first.pk).completion == timedelta(days=3)
    assert timings_at(shop.pk, clock.now()).completion == timedelta(days=9)


def test_a_version_is_published_once() -> None:
    first = published(make_shop().pk)
    with pytest.raises(DomainError) as refusal:
        publish(first.pk, actor=STAFF)
    assert refusal.value.code == "not_a_draft"


def test_a_version_cannot_come_into_force_in_the_past() -> None:
    draft = new_draft(make_shop().pk, PolicyKind.TIMING)
    with pytest.raises(DomainError) as refusal:
        publish(draft.pk, actor=STAFF, effective_from=clock.now() - timedelta(days=1))
    assert refusal.value.code == "in_the_past"


def test_a_version_for_later_leaves_today_as_it_is() -> None:
    shop = make_shop()
    published(shop.pk, completion_days=3)
    later = new_draft(shop.pk, PolicyKind.TIMING)
    publish(later.pk, actor=STAFF, effective_from=clock.now() + timedelta(days=30))
    assert timings_at(shop.pk, clock.now()).completion == timedelta(days=3)
