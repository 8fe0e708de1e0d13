"""Sweet Tracker's callback: which parcel it speaks of, and what it says, in our terms.

Field names and levels are those of the tracking service's public callback (fid, invoice_no, level, time_trans,
time_sweet, where, details, comcode …).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orders.carriers import carrier_of, clean_number, find_carrier
from orders.terms import TrackingCode as C

SEOUL = ZoneInfo("Asia/Seoul")
# 1 배송준비중, 2 집화완료, 3 배송중, 4 지점 도착, 5 배송출발, 6 배송 완료.
LEVELS: dict[str, C] = {
    "1": C.INFORMATION_RECEIVED,
    "2": C.COLLECTED,
    "3": C.IN_TRANSIT,
    "4": C.IN_TRANSIT,
    "5": C.OUT_FOR_DELIVERY,
    "6": C.DELIVERED,
}
# Never stored: they name or locate a person, and nothing here needs them.
PERSONAL = frozenset(
    {"secret_value", "recv_addr", "recv_name", "send_name", "man", "telno_man", "telno_office"}
)
# What makes two callbacks the same scan; `time_sweet` only says when the service passed it on.
IDENTITY = ("comcode", "invoice_no", "level", "time_trans", "where", "details")
_TIME_SHAPES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%S")


@dataclass(frozen=True, slots=True)
class Report:
    """One scan as the callback told it; `carrier` is our code."""

    carrier: str
    number: str
    code: C
    at: datetime
    words: str
    where: str


def without_persons(body: Mapping[str, str]) -> dict[str, str]:
    """The callback's fields without personal data and without the secret."""
    return {name: str(value)[:300] for name, value in body.items() if name not in PERSONAL}


def read(body: Mapping[str, str]) -> Report | str:
    """The report in a stored callback, or why it says nothing to us (a short code)."""
    carrier = find_carrier(body.get("comcode", ""))
    if carrier is None:
        return "unknown carrier"
    number = clean_number(body.get("invoice_no", ""))
    if not number:
        return "no number"
    words = body.get("details", "").strip()
    code = _meaning(carrier, words, body.get("level", "").strip())
    if code is None:
        return "unknown level"
    at = _time(body.get("time_trans", "")) or _time(body.get("time_sweet", ""))
    if at is None:
        return "unreadable time"
    return Report(carrier, number, code, at, words[:120], body.get("where", "").strip()[:120])


def _meaning(carrier: str, words: str, level: str) -> C | None:
    """The level decides; only what no level can say (failed, coming back, a problem) is taken from the words."""
    by_level = LEVELS.get(level)
    vendor = carrier_of(carrier)
    by_words = vendor.map_status(words) if vendor and words else None
    beyond_levels = (C.ATTEMPT_FAILED, C.RETURNING, C.EXCEPTION, C.AVAILABLE_FOR_PICKUP)
    if by_words in beyond_levels and by_level is not C.DELIVERED:
        return by_words
    return by_level or by_words


def _time(text: str) -> datetime | None:
    """Korean time, whichever of the shapes seen in the wild."""
    for shape in _TIME_SHAPES:
        try:
            return datetime.strptime(text.strip(), shape).replace(tzinfo=SEOUL)
        except ValueError:
            continue
    return None
