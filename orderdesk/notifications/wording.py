"""The words of a message: files per kind and language, and a shop's own text with flat placeholders over them.

A file is templates/notifications/<kind>/<language>.txt with sections `== subject ==`, `== headline ==`, `== body ==`,
`== next ==` and `== sms ==`. It is ours, so it is a Django template. A shop's own text is not: a template stored in a
database can print the secret key, so there only known `{words}` are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template import Context, Engine, Template
from django.utils.translation import gettext_lazy as _

from orderdesk.notifications.content import Content
from orderdesk.notifications.kinds import KINDS

FOLDER = Path(settings.BASE_DIR) / "templates" / "notifications"
SECTIONS = ("subject", "headline", "body", "next", "sms")
LANGUAGES = ("ko", "en")
_HEAD = re.compile(r"^== (\w+) ==\n", re.MULTILINE)
_GAPS = re.compile(r"\n\s*\n")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def from_file(kind: str, language: str, section: str, content: Content) -> str:
    """One section of the kind's file, filled in as plain text; KeyError when the kind has no such section."""
    template = _sections(kind, language if language in LANGUAGES else "en")[section]
    text = template.render(Context({**content.codes, **content.words}, autoescape=False))
    return _GAPS.sub("\n\n", text).strip()


@lru_cache(maxsize=256)
def _sections(kind: str, language: str) -> dict[str, Template]:
    # Split before anything is filled in: a customer's name cannot open a section.
    _before, *parts = _HEAD.split((FOLDER / kind / f"{language}.txt").read_text())
    engine = Engine(autoescape=False)
    return {name: engine.from_string(text) for name, text in zip(parts[::2], parts[1::2], strict=True)}


def fill(text: str, words: Mapping[str, str]) -> str:
    """Replace known `{words}` once; whatever a value contains is not looked at again."""
    return _PLACEHOLDER.sub(lambda match: words.get(match[1], ""), text)


def check_wording(kind: str, text: str) -> None:
    """ValidationError unless every brace in `text` belongs to a placeholder that the kind knows."""
    known = KINDS[kind].placeholders
    strange = [name for name in _PLACEHOLDER.findall(text) if name not in known]
    left_over = _PLACEHOLDER.sub("", text)
    if strange or "{" in left_over or "}" in left_over:
        raise ValidationError(
            _("Not a placeholder of this kind: %(found)s. You can use: %(known)s"),
            params={
                "found": ", ".join(f"{{{name}}}" for name in strange) or "{ }",
                "known": " ".join(f"{{{name}}}" for name in sorted(known)),
            },
        )
