"""Finding customers by a part of their name (one Korean syllable is enough) or of their mail address."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Lower, Replace

from orderdesk.accounts.models import Customer
from orderdesk.accounts.models.customer import CustomerQuerySet

# The exact comparison afterwards makes more of them needless, and each costs a walk through its own list.
_LOOKED_UP = 4


def plain(text: str) -> str:
    """The form in which names and mails are compared: lower case, no spaces."""
    return "".join(text.split()).lower()


def pieces(text: str) -> list[str]:
    """The index entries that a match must have; none when the text is too short to look up (one Latin letter)."""
    wanted = plain(text)
    if len(wanted) == 1:
        return [wanted] if ord(wanted) > 127 else []
    return list(dict.fromkeys(wanted[i : i + 2] for i in range(len(wanted) - 1)))


def customer_ids(text: str, shop_ids: Collection[int], limit: int) -> list[int]:
    """Ids of at most `limit` customers of these shops whose name or mail contains `text`; [] for too short a text."""
    grams = telling(text)
    if not grams or not shop_ids:
        return []
    find = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    return find(grams, _pattern(plain(text)), list(shop_ids), limit)


def telling(text: str) -> list[str]:
    """The few pieces of a text that fit the fewest people: other scripts, then what stands before the @, digits first."""
    wanted = plain(text)
    before = set(pieces(wanted.partition("@")[0]))

    def common(piece: str) -> tuple[bool, bool, bool]:
        return piece.isascii(), piece not in before, piece.isalpha()

    return sorted(pieces(wanted), key=common)[:_LOOKED_UP]


def containing(text: str) -> CustomerQuerySet:
    """Customers whose name or mail contains `text`, judged row by row: for walking rows that are at hand anyway."""
    wanted = plain(text)
    rows: CustomerQuerySet = Customer.objects.alias(plain_name=Replace(Lower("name"), Value(" "), Value("")))
    return rows.filter(Q(plain_name__contains=wanted) | Q(email__contains=wanted))


def _pattern(wanted: str) -> str:
    escaped = wanted.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _on_postgresql(grams: list[str], pattern: str, shops: list[int], limit: int) -> list[int]:
    # Materialised: the planner must not trade the index for a walk that computes the pieces of every row.
    return _ids(
        r"""WITH found AS MATERIALIZED (
              SELECT id FROM accounts_customer
              WHERE orderdesk_grams(name, email) @> %s AND shop_id = ANY(%s)
                AND (replace(lower(name), ' ', '') LIKE %s OR email LIKE %s))
            SELECT id FROM found LIMIT %s""",
        [grams, shops, pattern, pattern, limit],
    )


def _on_sqlite(grams: list[str], pattern: str, shops: list[int], limit: int) -> list[int]:
    first, *more = grams
    joins = "".join(
        f" JOIN search_bigrams g{i} ON g{i}.customer_id = g.customer_id AND g{i}.gram = %s"
        for i in range(len(more))
    )
    marks = ", ".join(["%s"] * len(shops))
    return _ids(
        rf"""SELECT c.id FROM search_bigrams g{joins} JOIN accounts_customer c ON c.id = g.customer_id
             WHERE g.gram = %s AND c.shop_id IN ({marks})
               AND (replace(lower(c.name), ' ', '') LIKE %s ESCAPE '\' OR c.email LIKE %s ESCAPE '\') LIMIT %s""",  # noqa: S608  marks and joins only
        [*more, first, *shops, pattern, pattern, limit],
    )


def _ids(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
