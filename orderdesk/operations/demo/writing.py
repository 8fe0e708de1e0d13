"""Writes told stories: all rows of a kind in one statement, then the facts, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from orderdesk.accounts.models import Customer
from orderdesk.events.models import Event
from orderdesk.events.recording import Fact, record_many
from orderdesk.operations.demo.people import Crowd
from orderdesk.operations.demo.story import Step, Story
from orders.models import (
    CourierPing,
    Hold,
    Note,
    Order,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
    Task,
    TrackingEvent,
)
from orders.services.locking import SUBJECT

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Told:
    """A recorded fact of a story."""

    story: Story
    event: Event


def write_customers(crowds: Iterable[Crowd], since: datetime) -> None:
    """The crowds' customers, all known from before the first order."""
    customers = [buyer.customer for crowd in crowds for buyer in crowd.buyers]
    Customer.objects.bulk_create(customers, _BATCH)
    Customer.objects.update(created_at=since)


def write_stories(stories: Sequence[Story], others: Sequence[Fact]) -> list[Told]:
    """Rows first, so that the facts can name their ids; `others` are facts of the shops themselves. No reactions."""
    _write(Order, [s.order for s in stories])
    _write(OrderLine, [line for s in stories for line in s.lines])
    _write(Payment, [payment for s in stories for payment in s.payments])
    _write(Shipment, [shipment for s in stories for shipment in s.shipments])
    _write(ShipmentLine, [row for s in stories for row in s.shipment_lines])
    _write(TrackingEvent, [scan for s in stories for scan in s.scans])
    _write(CourierPing, [ping for s in stories for ping in s.pings])
    _write(Hold, [hold for s in stories for hold in s.holds])
    _write(Note, [note for s in stories for note in s.notes])
    _write(Task, [task for s in stories for task in s.tasks])
    for model, column in ((Shipment, "created_at"), (Note, "created_at"), (Task, "opened_at")):
        _backdate(model, column, stories)
    return _record(stories, others)


def _write(model: type[models.Model], rows: list[Any]) -> None:
    model._default_manager.bulk_create(rows, _BATCH)


def _backdate(model: type[models.Model], column: str, stories: Sequence[Story]) -> None:
    # auto_now_add has overruled what the story says.
    rows = [
        row
        for story in stories
        for row in (*story.shipments, *story.notes, *story.tasks)
        if isinstance(row, model)
    ]
    at = {key: moment for story in stories for key, moment in story.written_at.items()}
    for row in rows:
        setattr(row, column, at[id(row)])
    model._default_manager.bulk_update(rows, [column], _BATCH)


def _record(stories: Sequence[Story], others: Sequence[Fact]) -> list[Told]:
    told = [(story, step) for story in stories for step in story.steps]
    told.sort(key=lambda pair: pair[1].at)
    events = record_many([*others, *(_fact(story, step) for story, step in told)], quiet=True)
    return [Told(story, event) for (story, _step), event in zip(told, events[len(others) :], strict=True)]


def _fact(story: Story, step: Step) -> Fact:
    data = {name: value.pk if isinstance(value, models.Model) else value for name, value in step.data.items()}
    return Fact(step.kind, story.order.shop_id, (SUBJECT, story.order.pk), step.actor, data, step.at)
