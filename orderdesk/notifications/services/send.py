"""The drain of the outbox: claim, hand over, send, write the outcome. Any number of drains may work at once."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.utils.module_loading import import_string

from orderdesk import clock
from orderdesk.events.dispatch import worker_name
from orderdesk.notifications.channels import (
    Channel,
    Deferred,
    Lost,
    Overtaken,
    Parcel,
    Refused,
    open_channel,
)
from orderdesk.notifications.models import MessageState, Suppression
from orderdesk.notifications.rendering import LINK_MARKER
from orderdesk.notifications.services.claims import (
    Claim,
    accept,
    claim_batch,
    finish,
    hand_over,
    lost_after_hand_over,
    put_back,
    recover,
    release,
)

log = logging.getLogger(__name__)

BATCH = 50
CHANNEL_REST = timedelta(seconds=30)
Links = Mapping[str, str]


def drain_messages(limit: int = 1000, seconds: float = 20.0) -> int:
    """Send up to `limit` due messages within about `seconds`; returns how many were handled, recoveries included."""
    run = Drain(worker_name(), end=time.monotonic() + seconds)
    try:
        return recover() + run.work(limit)
    finally:
        run.close()


class Drain:
    """One run: its connections, and the channels that turned out to be down."""

    def __init__(self, name: str, end: float) -> None:
        self.name = name
        self.end = end
        self.open: dict[str, Channel] = {}
        self.down: set[str] = set()

    def work(self, limit: int) -> int:
        """Batch after batch until nothing is due."""
        done = 0
        while done < limit and time.monotonic() < self.end:
            channels = sorted(set(settings.CHANNELS) - self.down)
            claims = claim_batch(self._token(), min(BATCH, limit - done), channels)
            if not claims:
                break
            self._send_all(claims)
            done += len(claims)
        return done

    def _token(self) -> str:
        return f"{self.name[:48]}:{uuid.uuid4().hex[:10]}"

    def _send_all(self, claims: Sequence[Claim]) -> None:
        barred = _barred(claims)
        going = [claim for claim in claims if not _stop(claim, barred)]
        links = links_for({claim.message.link_for for claim in going} - {""})
        for claim in going:
            if claim.message.channel in self.down:
                release([claim], CHANNEL_REST)
            else:
                self._send(claim, links)
        _tell_subjects(claims)

    def _send(self, claim: Claim, links: Links) -> None:
        try:
            answer = self._channel(claim.message.channel).deliver(
                parcel_of(claim, links), partial(hand_over, claim)
            )
        except Overtaken:
            log.warning("message %s was taken over by another worker", claim.message.pk)
        except Deferred as error:
            self._deferred(claim, error)
        except Refused as error:
            finish(claim, MessageState.REJECTED, str(error))
        except Lost as error:
            lost_after_hand_over(claim, str(error))
        except DatabaseError:
            raise
        except Exception as error:
            self._stumbled(claim, error)
        else:
            accept(claim, answer)

    def _stumbled(self, claim: Claim, error: Exception) -> None:
        """A fault of ours with one message: it is told truthfully and keeps nobody else waiting."""
        log.error("message %s", claim.message.pk, exc_info=error)
        words = f"error: {type(error).__name__}"
        if claim.mine(MessageState.HANDED_OVER).exists():
            lost_after_hand_over(claim, words)
        else:
            finish(claim, MessageState.REJECTED, words)

    def _deferred(self, claim: Claim, error: Deferred) -> None:
        if error.whole_channel:
            log.warning("channel %s rests: %s", claim.message.channel, error)
            self.down.add(claim.message.channel)
        put_back(claim, str(error), certain=True)

    def _channel(self, name: str) -> Channel:
        if name not in self.open:
            try:
                self.open[name] = open_channel(name)
            except Exception as error:
                # A wrong setting is no message's fault.
                raise Deferred(f"{type(error).__name__}: {error}", whole_channel=True) from error
        return self.open[name]

    def close(self) -> None:
        """Give every connection back."""
        for channel in self.open.values():
            channel.close()
        self.open.clear()


def parcel_of(claim: Claim, links: Links) -> Parcel:
    """The message with its private link in place of the marker; Refused when there is none to put there."""
    message = claim.message
    # A test to a colleague belongs to no order: its button leads to the front page.
    link = links.get(message.link_for, "") if message.link_for else settings.SITE_URL
    if not link and LINK_MARKER in message.body_text + message.body_html:
        raise Refused("render: no private link could be made")
    return Parcel(
        message, message.body_text.replace(LINK_MARKER, link), message.body_html.replace(LINK_MARKER, link)
    )


def links_for(names: Collection[str]) -> Links:
    """Addresses of private links by name, made where the rooms above know how (settings.MESSAGE_LINKS)."""
    if not names or not settings.MESSAGE_LINKS:
        return {}
    found: Links = import_string(settings.MESSAGE_LINKS)(names)
    return found


def _tell_subjects(claims: Sequence[Claim]) -> None:
    # The customer's page shows what was sent: its rooms may want to know.
    if settings.MESSAGES_CHANGED:
        subjects = {(claim.message.subject_kind, claim.message.subject_id) for claim in claims}
        import_string(settings.MESSAGES_CHANGED)(subjects)


def _barred(claims: Sequence[Claim]) -> dict[tuple[int, str, str], str]:
    """Addresses that bounced or complained after their message was written."""
    shops = {claim.message.shop_id for claim in claims}
    addresses = {claim.message.recipient for claim in claims}
    rows = Suppression.objects.filter(Q(shop_id__in=shops), address__in=addresses)
    return {(row.shop_id, row.channel, row.address): row.reason for row in rows}


def _stop(claim: Claim, barred: Mapping[tuple[int, str, str], str]) -> bool:
    message = claim.message
    reason = barred.get((message.shop_id, message.channel, message.recipient), "")
    if message.expires_at and message.expires_at <= clock.now():
        reason = "expired"
    if reason:
        # A copy may have arrived already: then "not sent" would be a lie.
        state = MessageState.UNKNOWN if message.possible_duplicates else MessageState.SUPPRESSED
        finish(claim, state, reason)
    return bool(reason)
