"""Reading what a stranger posted: small, shallow, flat, or refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

MAX_BYTES = 256 * 1024
MAX_DEPTH = 5
# Payment companies send whole objects.
NESTED_DEPTH = 20
MAX_FIELDS = 100


class BadBody(Exception):
    """The body is not what the hook reads; `status` is the answer's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def read_bytes(request: Any) -> bytes:
    """The raw body, never more than MAX_BYTES of it in memory. BadBody 413, 400."""
    try:
        declared = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError as error:
        raise BadBody(400, "unreadable length") from error
    if declared > MAX_BYTES:
        raise BadBody(413, "too large")
    raw: bytes = request.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise BadBody(413, "too large")
    return raw


def read_flat(raw: bytes, content_type: str) -> dict[str, str]:
    """The fields of a form or of a flat JSON object, as texts; nested values become JSON text. BadBody 400."""
    fields = _json(raw) if "json" in content_type else _form(raw)
    if len(fields) > MAX_FIELDS:
        raise BadBody(400, "too many fields")
    return {name: _text(value) for name, value in fields.items()}


def nested(raw: bytes) -> dict[str, Any]:
    """A JSON object as it is, at most NESTED_DEPTH deep. BadBody 400."""
    return _json(raw, NESTED_DEPTH)


def _form(raw: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except ValueError as error:
        raise BadBody(400, "not a form in UTF-8") from error


def _json(raw: bytes, deepest: int = MAX_DEPTH) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadBody(400, "not JSON") from error
    if not isinstance(value, dict):
        raise BadBody(400, "not an object")
    if _depth(value) > deepest:
        raise BadBody(400, "too deep")
    return value


def _depth(value: Any) -> int:
    """Levels of nesting, counted without recursion."""
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        at, level = waiting.pop()
        deepest = max(deepest, level)
        inner = at.values() if isinstance(at, dict) else at if isinstance(at, list) else ()
        waiting.extend((each, level + 1) for each in inner if isinstance(each, dict | list))
    return deepest


def _text(value: Any) -> str:
    if value is None:
        return ""
    # PostgreSQL stores no NUL.
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
