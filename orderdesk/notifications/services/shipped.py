"""The standard wording as a shop may edit it: our file's text with its placeholders still in braces."""

from __future__ import annotations

from typing import NamedTuple

from orderdesk.accounts.models import OrderKind, Shop
from orderdesk.notifications import wording
from orderdesk.notifications.content import Content
from orderdesk.notifications.kinds import KINDS
from orderdesk.notifications.models import MessageChannel
from orderdesk.notifications.services.own_wording import Place


class Words(NamedTuple):
    """Subject (mail only) and text, with placeholders in braces."""

    subject_line: str
    body: str


def shipped_words(shop: Shop, place: Place) -> Words:
    """What goes out now without an own wording, for the shop's usual delivery; KeyError for a strange kind."""
    words = {name: f"{{{name}}}" for name in KINDS[place.kind].placeholders}
    method = "courier" if shop.kind == OrderKind.FOOD else "parcel"
    content = Content(words, {"order_kind": str(shop.kind), "method": method, "wired": "yes"})

    def section(name: str) -> str:
        return wording.from_file(place.kind, place.language, name, content)

    if place.channel != MessageChannel.EMAIL:
        return Words("", section("sms"))
    return Words(section("subject"), "\n\n".join(part for part in (section("body"), section("next")) if part))
