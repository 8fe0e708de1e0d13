"""⌘K: one box that asks every room. Rooms register a provider that answers a few hits of what the user may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from orderdesk.console import menu

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, where it is, and a word more."""

    label: Text
    url: str
    note: Text = ""
    icon: str = "dot"


Provider = Callable[[HttpRequest, str], list[Hit]]
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Let `provider(request, text)` answer the command search; registering the name again replaces it."""
    _providers[name] = provider


def find(request: HttpRequest, text: str) -> list[Hit]:
    """Hits of every provider, then menu entries whose label contains the text."""
    text = text.strip()
    if not text:
        return []
    found = [hit for provider in _providers.values() for hit in provider(request, text)]
    return found + _menu_hits(request, text.casefold())


def _menu_hits(request: HttpRequest, text: str) -> list[Hit]:
    return [
        Hit(entry.label, url, entry.group, entry.icon)
        for entry in menu.entries_for(request.user)
        if text in str(entry.label).casefold() and (url := entry.url())
    ]
