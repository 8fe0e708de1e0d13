"""Which reactions follow which kind of event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from orderdesk.events.models import Event

Handler = Callable[["Event"], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reaction's stable name, the function that does it, and what people call it."""

    name: str
    run: Handler
    label: str | Promise = ""


_by_kind: dict[str, list[Subscriber]] = {}
_by_name: dict[str, Subscriber] = {}


def on(*kinds: str, label: str | Promise = "") -> Callable[[Handler], Handler]:
    """Subscribe a function to event kinds. Its name is `<room>.<function>`: renaming it orphans waiting rows.

    `label` says to staff what it does ("Write to the customer").
    """

    def subscribe(function: Handler) -> Handler:
        room = function.__module__.removesuffix(".reactions").rpartition(".")[2]
        subscriber = Subscriber(f"{room}.{function.__name__}", function, label)
        _by_name[subscriber.name] = subscriber
        for kind in kinds:
            _by_kind.setdefault(kind, []).append(subscriber)
        return function

    return subscribe


def subscribers(kind: str) -> list[Subscriber]:
    """The reactions that follow `kind`, in the order of registration."""
    return _by_kind.get(kind, [])


def subscriber(name: str) -> Subscriber | None:
    """The reaction of that name, or None when the code no longer has it."""
    return _by_name.get(name)


def reaction_label(name: str) -> str:
    """What people call the reaction; its own name where the code knows none."""
    found = _by_name.get(name)
    return str(found.label) if found and found.label else name


def reaction_choices() -> list[tuple[str, str]]:
    """Every reaction's name and label, for filters."""
    return [(name, reaction_label(name)) for name in sorted(_by_name)]


def subscribed_kinds() -> frozenset[str]:
    """Every kind that some reaction waits for."""
    return frozenset(_by_kind)
