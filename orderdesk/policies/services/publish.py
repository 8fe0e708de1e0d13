"""Making a draft the version in force."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record
from orderdesk.policies.kinds import kind_of
from orderdesk.policies.models import Policy, PolicyStatus


@transaction.atomic
def publish(policy_id: int, *, actor: Actor, effective_from: datetime | None = None) -> Policy:
    """Publish a draft from `effective_from` (now if None) and supersede the version before it.

    DomainError `not_a_draft` for anything else, `in_the_past` when it would change what orders already met,
    `below_the_law` with the article when a statute forbids what it says.
    """
    policy = Policy.objects.select_related("shop").get(pk=policy_id)
    Shop.objects.select_for_update().get(pk=policy.shop_id)
    policy.refresh_from_db(fields=["status"])
    if policy.status != PolicyStatus.DRAFT:
        raise DomainError("not_a_draft", _("Only a draft can be published."))
    start = effective_from or clock.now()
    if effective_from is not None and effective_from < clock.now():
        raise DomainError("in_the_past", _("A version cannot come into force in the past."))
    kind_of(policy.kind).check(policy)
    live = Policy.objects.filter(shop=policy.shop, kind=policy.kind, status=PolicyStatus.PUBLISHED)
    live.update(status=PolicyStatus.SUPERSEDED)
    policy.status = PolicyStatus.PUBLISHED
    policy.effective_from, policy.published_at, policy.published_by_id = start, clock.now(), actor.user_id
    policy.save(update_fields=["status", "effective_from", "published_at", "published_by"])
    data = {"kind": policy.kind, "version": policy.version}
    record(Fact("policy.published", policy.shop_id, ("policy", policy.pk), actor, data))
    return policy


@transaction.atomic
def new_draft(shop_id: int, kind: str) -> Policy:
    """A draft with the next version number, its terms copied from the newest version."""
    Shop.objects.select_for_update().get(pk=shop_id)
    newest = Policy.objects.filter(shop_id=shop_id, kind=kind).order_by("-version").first()
    draft = Policy.objects.create(shop_id=shop_id, kind=kind, version=newest.version + 1 if newest else 1)
    kind_of(kind).copy(newest, draft)
    return draft
