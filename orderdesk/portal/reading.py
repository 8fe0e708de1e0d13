"""One round trip to the database for a page that is asked for every few seconds by everybody who waits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any
from weakref import WeakSet

from django.conf import settings
from django.db import OperationalError, connection

from orderdesk.portal.statement import page_statement, revision_statement

_TYPES = "(bigint, text, text, timestamptz)"
# Server connections that hold the statements already planned: planning takes longer than reading.
_prepared: WeakSet[Any] = WeakSet()


def one_row(name: str, parameters: Sequence[Any]) -> Sequence[Any] | None:
    """The only row of statement `tracking_page` or `tracking_revision`, or None.

    Instead of Django's question before each request whether the connection still lives, the statement itself is
    asked once more when it does not.
    """
    setattr(connection, "health_check_done", True)  # noqa: B010  unknown to the stubs
    try:
        return _asked(name, parameters)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return _asked(name, parameters)


def _asked(name: str, parameters: Sequence[Any]) -> Sequence[Any] | None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and settings.DATABASE_PREPARES:
            if connection.connection not in _prepared:
                cursor.execute(_prepare())
                _prepared.add(connection.connection)
            cursor.execute(f"EXECUTE {name} (%s, %s, %s, %s)", parameters)
        else:
            cursor.execute(_statements(connection.vendor)[name], parameters)
        row: Sequence[Any] | None = cursor.fetchone()
        return row


@cache
def _statements(vendor: str) -> dict[str, str]:
    return {"tracking_page": page_statement(vendor), "tracking_revision": revision_statement()}


@cache
def _prepare() -> str:
    numbered = {name: _numbered(sql) for name, sql in _statements("postgresql").items()}
    return ";".join(f"PREPARE {name} {_TYPES} AS {sql}" for name, sql in numbered.items())


def _numbered(sql: str) -> str:
    """The driver's %s, in their order, as the server's own $1, $2, …"""
    first, *rest = sql.split("%s")
    return first + "".join(f"${n}{part}" for n, part in enumerate(rest, start=1))
