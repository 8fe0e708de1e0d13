"""The two writes of every mail as prepared text: Django's ORM would spend more time on wording them than the database on
doing them, and they bound how many messages a worker sends in a second."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from orderdesk.notifications.models import Message

_HAND_OVER = """
    UPDATE notifications_message SET state = 'handed_over', handed_over_at = %s, due_at = %s
    WHERE id = %s AND owner = %s AND attempts = %s AND state = 'claimed'
"""
_ACCEPT = """
    UPDATE notifications_message
    SET state = 'accepted', owner = '', reason = '', accepted_at = %s, provider_id = %s
    WHERE id = %s AND owner = %s AND attempts = %s AND state IN ('handed_over', 'unknown')
"""
_NOTE = """
    INSERT INTO notifications_deliveryattempt (at, message_id, number, outcome, answer)
    VALUES (%s, %s, %s, 'accepted', %s)
"""
_NOTE_AND_ACCEPT = "WITH noted AS (" + _NOTE + ")" + _ACCEPT


def write_hand_over(message: Message, owner: str, now: datetime, until: datetime) -> bool:
    """Commit `handed_over` if the row is still `owner`'s; False when it is not."""
    at = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, [at(now), at(until), message.pk, owner, message.attempts])
        return bool(cursor.rowcount == 1)


def write_acceptance(message: Message, owner: str, now: datetime, answer: tuple[str, str]) -> bool:
    """Commit `accepted` and the attempt's row; `answer` is what the server said and its id. False: no longer ours."""
    said, provider_id = answer
    at = connection.ops.adapt_datetimefield_value(now)
    noted = [at, message.pk, message.attempts, said[:500]]
    accepted = [at, provider_id[:200], message.pk, owner, message.attempts]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_AND_ACCEPT, [*noted, *accepted])
            return bool(cursor.rowcount == 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NOTE, noted)
        cursor.execute(_ACCEPT, accepted)
        return bool(cursor.rowcount == 1)
