"""A shop's own wordings: every save is a new version, one version a kind, channel and language is in use."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact, record
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import MessageChannel, TemplateText
from orderdesk.notifications.wording import check_wording


@dataclass(frozen=True, slots=True)
class Place:
    """Which message a wording is for."""

    kind: str
    channel: str
    language: str


def save_wording(shop: Shop, place: Place, *, subject_line: str, body: str, actor: Actor) -> TemplateText:
    """Write the next version, not yet in use. ValidationError for strange placeholders, DomainError without a text."""
    if place.kind not in KINDS or not body.strip():
        raise DomainError("no_text", _("Write a text."))
    if place.channel == MessageChannel.EMAIL and not subject_line.strip():
        raise DomainError("no_subject", _("A mail needs a subject."))
    for text in (subject_line, body):
        check_wording(place.kind, text)
    with transaction.atomic():
        # The shop's row is the lock between two editors: versions are counted one after the other.
        Shop.objects.select_for_update(of=("self",)).get(pk=shop.pk)
        newest = _versions(shop.pk, place).order_by("-version").values_list("version", flat=True).first() or 0
        return TemplateText.objects.create(
            shop=shop,
            kind=place.kind,
            channel=place.channel,
            language=place.language,
            version=newest + 1,
            subject_line=subject_line.strip(),
            body=body.strip(),
            created_by_id=actor.user_id,
        )


def use_wording(wording_id: int, *, actor: Actor) -> TemplateText:
    """Send with this version from now on."""
    return _switch(wording_id, actor, on=True)


def drop_wording(wording_id: int, *, actor: Actor) -> TemplateText:
    """Go back to the standard wording."""
    return _switch(wording_id, actor, on=False)


def _switch(wording_id: int, actor: Actor, *, on: bool) -> TemplateText:
    with transaction.atomic():
        row = TemplateText.objects.get(pk=wording_id)
        Shop.objects.select_for_update(of=("self",)).get(pk=row.shop_id)
        place = Place(row.kind, row.channel, row.language)
        _versions(row.shop_id, place).filter(is_published=True).update(is_published=False)
        row.is_published = on
        row.save(update_fields=["is_published"])
        kind = "wording.used" if on else "wording.dropped"
        data = {"wording": row.pk, "version": row.version, "message_kind": row.kind}
        record(Fact(kind, row.shop_id, ("shop", row.shop_id), actor, data))
    return row


def _versions(shop_id: int, place: Place) -> QuerySet[TemplateText]:
    rows = TemplateText.objects.filter(shop_id=shop_id, kind=place.kind)
    return rows.filter(channel=place.channel, language=place.language)
