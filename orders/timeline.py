"""One timeline of an order: events with their notes, messages and reactions. A page of it costs the same for any history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk.accounts.models import User
from orderdesk.events.actor import ActorKind
from orderdesk.events.models import Event, Reaction, ReactionState
from orderdesk.notifications.models import Message
from orders.models import Note, Order
from orders.sentences import Names, sentence
from orders.services.locking import SUBJECT

Row = TypeVar("Row", Reaction, Message)

PAGE = 100
_LOOSE = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on the timeline: when, by whom, what, and what hangs from it."""

    at: datetime
    kind: str
    who: str
    text: str
    topic: str
    note: Note | None = None
    message: Message | None = None
    messages: list[Message] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of entries, newest first; `more` is the event id before which the next page begins."""

    entries: list[Entry]
    more: int | None
    show: str


FILTERS: Mapping[str, str | Promise] = {
    "": _("All"),
    "status": _("Status"),
    "money": _("Money"),
    "messages": _("Messages"),
    "notes": _("Notes"),
    "auto": _("Automatic"),
}
MONEY = ("payment.", "refund.")
NOTES = (
    "note.added",
    "order.staff_note_changed",
    "order.assigned",
    "order.tagged",
    "task.opened",
    "task.closed",
)


def timeline_of(
    order: Order, *, show: str = "", before: int | None = None, names: Names | None = None
) -> Timeline:
    """At most PAGE events before event id `before`, narrowed by `show` (a key of FILTERS), in at most six queries."""
    show = show if show in FILTERS else ""
    if show == "messages":
        return _messages(order, before)
    events = list(_narrowed(_events(order, before), show)[: PAGE + 1])
    more = events[PAGE - 1].pk if len(events) > PAGE else None
    events = events[:PAGE]
    names = _with_people(names or Names(order.currency), events)
    notes = _notes(order, events, last=more is None, first=before is None)
    messages = _messages_of(order, events, loose=not show and before is None)
    entries = _entries(events, names, notes, messages)
    if show == "notes" or not show:
        entries += [_note_entry(note) for note in notes.values() if not _told(note, events)]
    if not show and before is None:
        entries += [_message_entry(message) for message in messages.get(0, [])]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    return Timeline(entries, more, show)


def _events(order: Order, before: int | None) -> QuerySet[Event]:
    rows = Event.objects.filter(subject_kind=SUBJECT, subject_id=order.pk).select_related("actor")
    return (rows.filter(pk__lt=before) if before else rows).order_by("-pk")


def _narrowed(rows: QuerySet[Event], show: str) -> QuerySet[Event]:
    if show == "money":
        return rows.filter(Q(kind__startswith=MONEY[0]) | Q(kind__startswith=MONEY[1]))
    if show == "notes":
        return rows.filter(kind__in=NOTES)
    if show == "auto":
        return rows.filter(
            actor_kind__in=[ActorKind.SYSTEM, ActorKind.CARRIER, ActorKind.GATEWAY, ActorKind.SOURCE]
        )
    if show == "status":
        wanted = Q(kind__startswith="order.") | Q(kind__startswith="shipment.")
        return rows.filter(wanted).exclude(kind__in=NOTES)
    return rows


def _with_people(names: Names, events: Iterable[Event]) -> Names:
    ids = {event.data["to"] for event in events if event.kind == "order.assigned" and event.data.get("to")}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
    return Names(names.currency, people, names.lines, names.tags)


def _notes(order: Order, events: list[Event], *, first: bool, last: bool) -> dict[int, Note]:
    """Notes that these events tell of, and those of the same span that no event tells of (history)."""
    told = [event.data.get("note", 0) for event in events if event.kind == "note.added"]
    span = Q()
    if not first and events:
        span &= Q(created_at__lte=events[0].at)
    if not last and events:
        span &= Q(created_at__gt=events[-1].at)
    rows = Note.objects.filter(Q(pk__in=told) | span, order=order).select_related("author")
    return {note.pk: note for note in rows.order_by("-pk")[: PAGE + _LOOSE]}


def _told(note: Note, events: list[Event]) -> bool:
    return any(event.kind == "note.added" and event.data.get("note") == note.pk for event in events)


def _entries(
    events: list[Event], names: Names, notes: Mapping[int, Note], messages: Mapping[int, list[Message]]
) -> list[Entry]:
    ids = [event.pk for event in events]
    reactions = _by_event(Reaction.objects.filter(event_id__in=ids).order_by("pk")) if ids else {}
    return [
        Entry(
            at=event.at,
            kind=event.kind,
            who=_who(event),
            text=sentence(event, names),
            topic=_topic(event.kind),
            note=notes.get(event.data.get("note", 0)) if event.kind == "note.added" else None,
            messages=messages.get(event.pk, []),
            reactions=[
                r for r in reactions.get(event.pk, []) if r.state != ReactionState.DONE or r.attempts > 1
            ],
        )
        for event in events
    ]


def _by_event(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.event_id or 0, []).append(row)
    return grouped


def _who(event: Event) -> str:
    return str(event.actor) if event.actor else str(ActorKind(event.actor_kind).label)


def _topic(kind: str) -> str:
    if kind.startswith(MONEY):
        return "money"
    if kind == "note.added":
        return "note"
    if kind in ("order.cancelled", "order.expired", "order.problem_reported", "task.opened", "shipment.lost"):
        return "bad"
    return "status" if kind.startswith(("order.", "shipment.")) else "other"


def _note_entry(note: Note) -> Entry:
    who = str(note.author) if note.author else ""
    return Entry(note.created_at, "note", who, str(_("Wrote a note.")), "note", note=note)


def _message_entry(message: Message) -> Entry:
    return Entry(message.created_at, "message", "", "", "message", message=message)


def _message_rows() -> QuerySet[Message]:
    rows: QuerySet[Message] = Message.objects.defer("body_html", "body_text")
    return rows


def _messages_of(order: Order, events: list[Event], *, loose: bool) -> dict[int, list[Message]]:
    """The messages of these events by event id; under 0 the newest of those that no event wrote (test sends)."""
    wanted = Q(event_id__in=[event.pk for event in events])
    if loose:
        wanted |= Q(event=None)
    rows = _message_rows().filter(wanted, subject_kind=SUBJECT, subject_id=order.pk).order_by("-pk")
    found = _by_event(reversed(rows[: PAGE * 3]))
    return found | {0: found.get(0, [])[-_LOOSE:]}


def _messages(order: Order, before: int | None) -> Timeline:
    rows = _message_rows().filter(subject_kind=SUBJECT, subject_id=order.pk).order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return Timeline([_message_entry(message) for message in found[:PAGE]], more, "messages")
