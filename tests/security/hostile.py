"""Requests that nobody's browser would send, drawn by hypothesis."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import strategies as st

from orderdesk.console.admin import ConsoleAdmin
from tests.security.routes import Door

METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"]
WORDS = [
    *(
        "",
        " ",
        "0",
        "1",
        "-1",
        "²",
        "٣",
        "1e9",
        "NaN",
        "9223372036854775807",
        "9223372036854775808",
        "1" * 40,
    ),
    *(
        "\x00",
        "a\x00b",
        "\ud800",
        "\u202e",
        "홍길동",
        "가" * 1000,
        "x" * 3000,
        "%00",
        "%",
        "_",
        "\\",
        "'",
        '"',
    ),
    *("2026-02-30", "0000-00-00", "9999-12-31", "24:60", "today", "true", "null", "[]", "{}", "é" * 300),
    *("../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}", "{%s}", "//evil.example", "javascript:1"),
    *("status=placed&q=x", "q=\x00", "&&==", "a=1;b=2", "\r\nX: y", "-", "name", "number", "confirm", "10.5"),
]
HEADERS = [
    *({"X-Fragment": word} for word in ("dialog", "rows", "hits", "value", "\x00")),
    *({"If-None-Match": word} for word in ("*", '"1-ko-0"', "x" * 5000)),
    *({"Accept-Language": word} for word in ("xx-YY;q=9", "ko" * 400, "*")),
    *({"Cookie": word} for word in ("o-x=1.2:3", "sessionid=\x01", "django_language=../x")),
    *({"X-Form-Token": "x"}, {"X-Orderdesk-Signature": "t=²,v1=x"}, {"X-Forwarded-For": "::1, x"}, {}),
]
TYPES = [
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain; charset=nonsense",
    "",
]
_READ = re.compile(r'(?:GET|POST|FILES|query_params)(?:\.get|\.getlist)?[\[(]\s*"(\w+)"')


@dataclass(frozen=True)
class Shot:
    """One request."""

    method: str
    path: str
    body: bytes | dict[str, Any]
    content_type: str
    headers: dict[str, str]


@cache
def names() -> list[str]:
    """What the code reads from requests: names in its source, of its chips and of its forms."""
    found = {"page", "p", "o", "_popup", "_save", "_changelist_filters", "e", "all"}
    for package in ("orderdesk", "orders", "returns", "feedback"):
        for file in (settings.BASE_DIR / package).rglob("*.py"):
            found |= set(_READ.findall(file.read_text()))
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, ConsoleAdmin):
            found |= {chip.name for chip in model_admin.chips} | _form_names(model_admin)
    return sorted(found)


def _form_names(model_admin: ConsoleAdmin) -> set[str]:
    actions: list[Any] = [*model_admin.object_actions, *model_admin.bulk_actions]
    forms = {name for action in actions for name in getattr(action.form_class, "base_fields", {})}
    return forms | {field.name for field in model_admin.opts.concrete_fields}


def words() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(WORDS), st.text(max_size=30))


def fields() -> st.SearchStrategy[dict[str, list[str]]]:
    """A few fields, or every field that the code ever reads with one word in all of them but a few."""
    few = st.dictionaries(st.sampled_from(names()), st.lists(words(), min_size=1, max_size=3), max_size=6)
    return few | st.builds(lambda word, others: {**{key: [word] for key in names()}, **others}, words(), few)


def _sendable(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Without halves of characters, which the test's own client cannot put into a multipart body."""
    return {name: [word.encode(errors="replace").decode() for word in each] for name, each in found.items()}


def bodies() -> st.SearchStrategy[bytes | dict[str, Any]]:
    file = st.builds(SimpleUploadedFile, st.just("x.csv"), st.binary(max_size=200))
    upload = st.builds(
        lambda name, found, more: {**_sendable(more), name: found}, st.sampled_from(names()), file, fields()
    )
    deep = st.just(b"[" * 5000)
    texts = fields().map(lambda found: urlencode(found, doseq=True, errors="surrogatepass").encode())
    nested = st.recursive(words() | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3))
    jsons = st.dictionaries(st.sampled_from(names()), nested, max_size=5).map(
        lambda v: json.dumps(v).encode()
    )
    return st.one_of(texts, upload, jsons, st.binary(max_size=200), deep)


def shots(found: list[Door]) -> st.SearchStrategy[Shot]:
    """A door, its address as it is or with a hostile word in the place of one part, and anything sent along."""
    return st.builds(
        _shot,
        st.sampled_from(found),
        st.one_of(st.none(), st.tuples(st.integers(0, 6), words())),
        fields(),
        st.sampled_from(METHODS),
        bodies(),
        st.tuples(st.sampled_from(TYPES), st.sampled_from(HEADERS)),
    )


def _shot(
    door: Door,
    change: tuple[int, str] | None,
    query: dict[str, list[str]],
    method: str,
    body: bytes | dict[str, Any],
    kind: tuple[str, dict[str, str]],
) -> Shot:
    path, _mark, rest = door.path.partition("?")
    parts = path.split("/")
    if change and len(parts) > 2:
        parts[1 + change[0] % (len(parts) - 2)] = quote(change[1], safe="", errors="surrogatepass")
    asked = urlencode(query, doseq=True, errors="surrogatepass")
    text = "?".join(filter(None, ["/".join(parts), "&".join(filter(None, [rest, asked]))]))
    # Half of the time the form's own fields are right, so that something deeper meets the rest.
    right = door.post if len(asked) % 2 else {}
    body = {**body, **right} if isinstance(body, dict) else body
    return Shot(method, text, body, *kind)
