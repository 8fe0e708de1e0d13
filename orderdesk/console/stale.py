"""A form that was opened before somebody else changed the row must not undo that change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Model
from django.utils.text import capfirst

SALT = "orderdesk.console.stale"
FIELD = "seen"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field as the form knew it and as it is now."""

    label: str
    then: str
    now: str


def seen(obj: Model, fields: Sequence[str]) -> str:
    """A signed note of the row as this form shows it, for a hidden input."""
    return signing.dumps(
        [_version(obj), {name: _shown(obj, name) for name in fields}], salt=SALT, compress=True
    )


def differences(obj: Model, fields: Sequence[str], note: str) -> list[Difference] | None:
    """None if the row is as the form knew it; else what changed (possibly nothing that the form shows)."""
    try:
        version, then = signing.loads(note, salt=SALT)
    except signing.BadSignature:
        # No note or a forged one: nothing can be said about what the form knew.
        return [] if note else None
    if version is not None and version == _version(obj):
        return None
    changed = [
        Difference(_label(obj, name), then[name], now)
        for name in fields
        if name in then and (now := _shown(obj, name)) != then[name]
    ]
    return changed if changed or version != _version(obj) else None


def _version(obj: Model) -> int | None:
    return getattr(obj, "version", None)


def _shown(obj: Model, name: str) -> str:
    display = getattr(obj, f"get_{name}_display", None)
    value: Any = display() if display else getattr(obj, name)
    return "" if value is None else str(value)


def _label(obj: Model, name: str) -> str:
    return capfirst(str(getattr(obj._meta.get_field(name), "verbose_name", name)))
