"""The index behind search by name and mail: every syllable, and every two neighbouring characters, of a customer.

A trigram index finds no Korean name of two syllables. PostgreSQL keeps the pieces in a GIN index over
`orderdesk_grams(name, email)`; SQLite in the table `search_bigrams`, which triggers keep true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orderdesk.triggers import Trigger

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "accounts_customer"
# The longest name and mail together; positions beyond the text's own length are never read.
LONGEST = 260

_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION orderdesk_grams(name text, email text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  plain text := lower(replace(name, ' ', ''));
  mail text := lower(email);
  grams text[] := '{{}}';
BEGIN
  FOR i IN 1..length(plain) LOOP
    IF ascii(substr(plain, i, 1)) > 127 THEN grams := grams || substr(plain, i, 1); END IF;
    IF i < length(plain) THEN grams := grams || substr(plain, i, 2); END IF;
  END LOOP;
  FOR i IN 1..length(mail) - 1 LOOP grams := grams || substr(mail, i, 2); END LOOP;
  RETURN grams;
END $$;
CREATE INDEX IF NOT EXISTS customer_grams ON {TABLE} USING gin (orderdesk_grams(name, email));
"""


def _pieces(row: str) -> str:
    """SELECT of (gram, customer id) for the row that is called `row`."""
    name, mail = f"replace(lower({row}.name), ' ', '')", f"lower({row}.email)"
    # Names of this file's own columns and rows, nothing from outside.
    return (
        f"SELECT substr({name}, p.i, 2), {row}.id FROM search_positions p WHERE p.i < length({name}) "  # noqa: S608
        f"UNION SELECT substr({name}, p.i, 1), {row}.id FROM search_positions p "
        f"WHERE p.i <= length({name}) AND unicode(substr({name}, p.i, 1)) > 127 "
        f"UNION SELECT substr({mail}, p.i, 2), {row}.id FROM search_positions p WHERE p.i < length({mail})"
    )


_ADD = f"INSERT OR IGNORE INTO search_bigrams (gram, customer_id) {_pieces('NEW')}"
_REMOVE = "DELETE FROM search_bigrams WHERE (gram, customer_id) IN ({})".format(_pieces("OLD"))  # noqa: S608


def _trigger(name: str, moment: str, body: str) -> Trigger:
    return Trigger(
        name,
        TABLE,
        postgresql="",
        sqlite=f"CREATE TRIGGER {name} AFTER {moment} ON {TABLE} BEGIN {body}; END",
    )


NAME_TRIGGERS = (
    _trigger("customer_grams_insert", "INSERT", _ADD),
    _trigger("customer_grams_update", "UPDATE OF name, email", f"{_REMOVE}; {_ADD}"),
    _trigger("customer_grams_delete", "DELETE", _REMOVE),
)


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the index and fill it from the customers that exist; safe to repeat."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        cursor.execute("CREATE TABLE IF NOT EXISTS search_positions (i INTEGER PRIMARY KEY)")
        cursor.executemany(
            "INSERT OR IGNORE INTO search_positions (i) VALUES (%s)", [(i,) for i in range(1, LONGEST + 1)]
        )
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS search_bigrams "
            "(gram TEXT NOT NULL, customer_id INTEGER NOT NULL, PRIMARY KEY (gram, customer_id)) WITHOUT ROWID"
        )
        pieces = _pieces("c").replace("FROM search_positions p", f"FROM {TABLE} c, search_positions p")
        cursor.execute(f"INSERT OR IGNORE INTO search_bigrams (gram, customer_id) {pieces}")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the index away again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS customer_grams")
            cursor.execute("DROP FUNCTION IF EXISTS orderdesk_grams(text, text)")
            return
        for trigger in NAME_TRIGGERS:
            cursor.execute(trigger.drop("sqlite"))
        cursor.execute("DROP TABLE IF EXISTS search_bigrams")
        cursor.execute("DROP TABLE IF EXISTS search_positions")
