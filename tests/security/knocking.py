"""Knocking at a door: what the answer means, and undoing whatever the knock did."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

from django.db import transaction
from django.test import Client

from tests.security.routes import Door

_CLOSED = {401, 403, 404}
_ELSEWHERE = ("/accounts/login/", "/admin/login/")
# Where the admin sends whoever asks for a row that is not there, with the message that it may have been deleted.
_HOME = "/admin/"


def knock(client: Client, door: Door, method: str) -> Any:
    """Send the request and undo everything that it wrote, cookies included."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        client.raise_request_exception = False
        response: Any = client.generic(method, door.path) if method == "HEAD" else _send(client, door, method)
        response.whole = _content(response)
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return response


def _send(client: Client, door: Door, method: str) -> Any:
    return client.post(door.path, door.post) if method == "POST" else client.get(door.path)


def _content(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return bytes(body).decode(errors="replace")


def refused(response: Any, door: Door) -> bool:
    """Whether the answer kept the door shut."""
    if response.status_code in _CLOSED:
        return True
    target = response.headers.get("Location", "")
    if response.status_code != 302:
        return False
    return target.startswith(_ELSEWHERE) or (target == _HOME and door.about_a_row)
