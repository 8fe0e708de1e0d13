"""How each kind of policy is edited on its page: rooms above register their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from orderdesk.console.actions import ObjectAction, Text
from orderdesk.policies.models import Policy

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Editor:
    """`title` of the card; `rows(policy, version before)` in words; `actions` on a draft; more for `template`."""

    title: Text
    rows: Callable[[Policy, Policy | None], Rows]
    actions: tuple[ObjectAction, ...]
    template: str = ""
    context: Callable[[HttpRequest, Policy], dict[str, Any]] | None = None


_EDITORS: dict[str, Editor] = {}


def register_editor(kind: str, editor: Editor) -> None:
    """Say how a kind is edited."""
    _EDITORS[kind] = editor


def editor_of(kind: str) -> Editor | None:
    """How a kind is edited; None where nobody said."""
    return _EDITORS.get(kind)


def actions_of(kind: str) -> tuple[ObjectAction, ...]:
    """The buttons of one kind."""
    editor = _EDITORS.get(kind)
    return editor.actions if editor else ()
