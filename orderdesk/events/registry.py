"""Which reactions follow which kind of event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from orderdesk.events.models import Event

Handler = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A reaction's stable name and the function that does it."""

    name: str
    run: Handler


_by_kind: dict[str, list[Subscriber]] = {}
_by_name: dict[str, Subscriber] = {}


def on(*kinds: str) -> Callable[[Handler], Handler]:
    """Subscribe a function to event kinds. Its name is `<room>.<function>`: renaming it orphans waiting rows."""

    def subscribe(function: Handler) -> Handler:
        room = function.__module__.removesuffix(".reactions").rpartition(".")[2]
        subscriber = Subscriber(f"{room}.{function.__name__}", function)
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


def subscribed_kinds() -> frozenset[str]:
    """Every kind that some reaction waits for."""
    return frozenset(_by_kind)
