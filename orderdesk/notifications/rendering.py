"""From content to the copy that is stored and sent: subject, text and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils import translation

from orderdesk.accounts.models import Shop
from orderdesk.accounts.phones import format_phone
from orderdesk.later import Later
from orderdesk.notifications import wording
from orderdesk.notifications.content import Content, single_line
from orderdesk.notifications.models import MessageChannel, TemplateText

if TYPE_CHECKING:
    import css_inline
else:
    css_inline = Later("css_inline")

# Stands for the private link in stored copies: tokens are not stored, the address is put in at hand-over.
LINK_MARKER = "[[link]]"
SUBJECT_LENGTH = 200


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as it will stand in the mailbox, the link still a marker."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class _Copy:
    subject: str
    headline: str
    body: str
    next: str


def own_wording(shop_id: int, kind: str, channel: str, language: str) -> TemplateText:
    """The newest published wording of the shop, or an empty unsaved one."""
    wanted = TemplateText(shop_id=shop_id, kind=kind, channel=channel, language=language)
    published = TemplateText.objects.filter(
        shop_id=shop_id, kind=kind, channel=channel, language=language, is_published=True
    )
    return published.order_by("-version").first() or wanted


def render_with(own: TemplateText, kind: str, language: str, shop: Shop, content: Content) -> Rendered:
    """Render with a given wording: published, a draft, or an empty one, for which our file speaks."""
    with translation.override(language):
        if own.channel != MessageChannel.EMAIL:
            return Rendered("", _short(own, kind, language, content))
        copy = _own_copy(own, content) if own.body else _file_copy(kind, language, content)
        page = {
            "copy": copy,
            "paragraphs": [part for part in copy.body.split("\n\n") if part.strip()],
            "shop": shop,
            "shop_phone": format_phone(shop.sender_phone),
            "accent": shop.accent,
            "accent_ink": ink_on(shop.accent),
            "content": content,
            "link": LINK_MARKER,
            "language": language,
        }
        html = _inliner().inline(render_to_string("notifications/layout.html", page))
        text = render_to_string("notifications/layout.txt", page).strip() + "\n"
    return Rendered(single_line(copy.subject)[:SUBJECT_LENGTH], text, html)


def _short(own: TemplateText, kind: str, language: str, content: Content) -> str:
    text = wording.fill(own.body, content.words) if own.body else ""
    return text or wording.from_file(kind, language, "sms", content)


def _own_copy(own: TemplateText, content: Content) -> _Copy:
    subject, body = wording.fill(own.subject_line, content.words), wording.fill(own.body, content.words)
    return _Copy(subject, subject, body.replace("\r\n", "\n"), "")


def _file_copy(kind: str, language: str, content: Content) -> _Copy:
    parts = (
        wording.from_file(kind, language, name, content) for name in ("subject", "headline", "body", "next")
    )
    return _Copy(*parts)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#16181d" if (red * 299 + green * 587 + blue * 114) / 1000 > 150 else "#ffffff"
