"""A shop's hours on its customer's page: open now or when it opens, and today's hours."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from orderdesk.policies.opening import OpeningTimes
from orders.timewords import Speaker


class Hours(NamedTuple):
    """Today's hours ("10:30–15:00, 16:30–22:30") and whether somebody is there; `state` is empty on an old page."""

    today: str
    state: str
    is_open: bool


def hours_words(opening: OpeningTimes, speak: Speaker, *, live: bool) -> Hours | None:
    """None for a shop that named no hours. Not `live`: a closed order's page is kept longer than "open now" is true."""
    if not opening.weekly:
        return None
    here = speak.now.astimezone(speak.zone)
    spans = [
        f"{opens.astimezone(speak.zone):%H:%M}–{closes.astimezone(speak.zone):%H:%M}"
        for opens, closes in opening.spans(here.date())
    ]
    is_open = opening.is_open(speak.now)
    today = ", ".join(spans) or _("closed today")
    return Hours(today, _state(opening, speak, is_open=is_open) if live else "", is_open)


def _state(opening: OpeningTimes, speak: Speaker, *, is_open: bool) -> str:
    if is_open:
        return _("Open now")
    opens = opening.opening(speak.now)
    said = speak.moment(opens)
    # It never opens: nothing true can be said about when.
    return (
        "" if said is None or opens == speak.now else _("Closed now, opens %(when)s") % {"when": said.words}
    )
