"""Channels: one file per vendor. Each takes one message and says truthfully what became of it.

A channel calls `hand_over()` immediately before the step that cannot be taken back: it commits `handed_over`, or raises
Overtaken when another worker owns the message by now. Before that call every failure is Deferred or Refused; after it,
a lost answer is Lost: nobody can know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from orderdesk.notifications.models import Message

HandOver = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to go: the row and its texts with the private link filled in."""

    message: Message
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The other side took the message: what it said, and its own id for it."""

    text: str = ""
    provider_id: str = ""


class Overtaken(Exception):
    """The claim is no longer ours: nothing may be sent."""


class Deferred(Exception):
    """Certainly not taken, may be tried again; `whole_channel` when the trouble is not this message's."""

    def __init__(self, reason: str, *, whole_channel: bool = False) -> None:
        super().__init__(reason)
        self.whole_channel = whole_channel


class Refused(Exception):
    """Certainly not taken, and trying again would change nothing."""


class Lost(Exception):
    """Handed over, and the answer never came."""


class Channel(Protocol):
    """A way to reach people; one object serves one drain run and keeps its connection."""

    def deliver(self, parcel: Parcel, hand_over: HandOver) -> Answer:
        """Send one message, or raise Deferred, Refused, Lost or Overtaken."""

    def close(self) -> None:
        """Give the connection back."""


def open_channel(name: str) -> Channel:
    """A fresh channel of this name (settings.CHANNELS)."""
    channel: Channel = import_string(settings.CHANNELS[name])()
    return channel
