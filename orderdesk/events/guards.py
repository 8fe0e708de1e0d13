"""Triggers of the event table: rows are only added; a row's seal is written once."""

from __future__ import annotations

from orderdesk.triggers import Trigger

TABLE = "events_event"
FACTS = ("at", "kind", "shop_id", "subject_kind", "subject_id", "actor_kind", "actor_id", "data")

_CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ("id", *FACTS))
_CHANGED_SQLITE = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in ("id", *FACTS))
# Five years: the longest statutory age of these records (KR decree art. 6); only then may retention delete.
_TOO_YOUNG = "OLD.at > now() - interval '5 years'"
_TOO_YOUNG_SQLITE = "OLD.at > datetime('now', '-5 years')"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF {_TOO_YOUNG} THEN RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'check_violation'; END IF;
    RETURN OLD;
  END IF;
  IF OLD.digest IS NOT NULL OR {_CHANGED} THEN
    RAISE EXCEPTION 'events are append-only' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

EVENT_TRIGGERS = (
    Trigger(
        name="events_event_no_update",
        table=TABLE,
        postgresql=_FUNCTION + f"CREATE TRIGGER events_event_no_update BEFORE UPDATE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION events_append_only()",
        sqlite=f"CREATE TRIGGER events_event_no_update BEFORE UPDATE ON {TABLE} "
        f"WHEN OLD.digest IS NOT NULL OR {_CHANGED_SQLITE} "
        "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
    Trigger(
        name="events_event_no_delete",
        table=TABLE,
        postgresql=_FUNCTION + f"CREATE TRIGGER events_event_no_delete BEFORE DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION events_append_only()",
        sqlite=f"CREATE TRIGGER events_event_no_delete BEFORE DELETE ON {TABLE} "
        f"WHEN {_TOO_YOUNG_SQLITE} BEGIN SELECT RAISE(ABORT, 'events are append-only'); END",
    ),
)
