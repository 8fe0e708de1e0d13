"""The sidebar: rooms register their entries, counts and bells from their `admin` packages.

menu.register(_("Orders"), _("To confirm"), "admin:orders_order_changelist", "orders.view_order",
              query="status=placed", count=to_confirm, newest=newest_placed_id)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

Text = str | Promise
Counter = Callable[[HttpRequest], int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the sidebar; `count` and `newest` are asked by the poll, never while a page renders."""

    group: Text
    label: Text
    url_name: str
    permission: str
    count: Counter | None = None
    newest: Counter | None = None
    icon: str = "dot"
    query: str = ""
    order: int = 50

    @property
    def key(self) -> str:
        """Stable name of the entry in the poll's answer."""
        return f"{self.url_name}?{self.query}" if self.query else self.url_name

    def url(self) -> str:
        """Address with its query, or nothing while the door is not mounted."""
        try:
            path = reverse(self.url_name)
        except NoReverseMatch:
            return ""
        return f"{path}?{self.query}" if self.query else path


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one page shows it."""

    key: str
    label: Text
    url: str
    icon: str
    counted: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the sidebar with its links."""

    label: Text
    links: list[Link]


_entries: dict[str, Entry] = {}
# The order of a working day; groups that are not named here come after, as they register.
_group_order: list[str] = ["Orders", "Shipping", "Messages", "Policies", "Settings"]


def register(group: Text, label: Text, url_name: str, permission: str, **extra: Any) -> Entry:
    """Add (or replace) an entry; `extra`: count, newest, icon, query, order. Known groups have their fixed place."""
    entry = Entry(group, label, url_name, permission, **extra)
    _entries[entry.key] = entry
    if _group_key(group) not in _group_order:
        _group_order.append(_group_key(group))
    return entry


def entries_for(user: Any) -> list[Entry]:
    """Entries whose permission the user holds in any shop, in the sidebar's order."""
    allowed = [
        entry for entry in _entries.values() if not entry.permission or user.has_perm(entry.permission)
    ]
    return sorted(allowed, key=lambda entry: (_group_order.index(_group_key(entry.group)), entry.order))


def groups_for(request: HttpRequest) -> list[Group]:
    """The sidebar of this request's user, the best matching entry marked as current."""
    found = [(entry, url) for entry in entries_for(request.user) if (url := entry.url())]
    current = _current(request, [url for _entry, url in found])
    shown = [
        (entry, Link(entry.key, entry.label, url, entry.icon, entry.count is not None, url == current))
        for entry, url in found
    ]
    grouped = groupby(shown, key=lambda pair: _group_key(pair[0].group))
    return [_group(pairs) for _key, pairs in grouped]


def _group(pairs: Iterable[tuple[Entry, Link]]) -> Group:
    members = list(pairs)
    return Group(members[0][0].group, [link for _entry, link in members])


def _group_key(group: Text) -> str:
    # A lazy string compares by language of the moment; its source text does not change.
    args = getattr(group, "_args", None)
    return str(args[0]) if args else str(group)


def _current(request: HttpRequest, urls: list[str]) -> str:
    here = request.get_full_path()
    exact = [url for url in urls if url == here]
    under = [url for url in urls if "?" not in url and request.path.startswith(url)]
    return (exact or sorted(under, key=len, reverse=True) or [""])[0]
