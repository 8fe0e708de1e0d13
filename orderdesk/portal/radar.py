"""Where the courier is, without a map: distance, direction, and a drawing of both around the customer's door."""

from __future__ import annotations

import math
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orderdesk.portal.page_facts import OrderFacts, Ping
from orders.terms import ShipmentStatus
from orders.timewords import Speaker

MOVING = (ShipmentStatus.PICKED_UP, ShipmentStatus.ARRIVING)
_EARTH_M = 6_371_000
_RINGS_M = (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_RADIUS, _MIDDLE = 84, 100
_WINDS: tuple[str | Promise, ...] = (
    gettext_lazy("north"),
    gettext_lazy("north-east"),
    gettext_lazy("east"),
    gettext_lazy("south-east"),
    gettext_lazy("south"),
    gettext_lazy("south-west"),
    gettext_lazy("west"),
    gettext_lazy("north-west"),
)
# Nearer than this, a direction only confuses.
_AT_THE_DOOR_M = 50


class Radar(NamedTuple):
    """The courier's last position in words and, when the door's position is known, in a drawing of 200 × 200 units."""

    words: str
    age: str
    ping: Ping
    ring: str
    x: float
    y: float


def radar_of(facts: OrderFacts, speak: Speaker) -> Radar | None:
    """For the first parcel that a courier is carrying and has sent a position of."""
    moving = (parcel for parcel in facts.parcels if parcel.status in MOVING and parcel.ping)
    return next((_radar(facts, parcel.ping, speak) for parcel in moving if parcel.ping), None)


def _radar(facts: OrderFacts, ping: Ping, speak: Speaker) -> Radar:
    age = _("Position from %(age)s") % {"age": speak.ago(ping.at)}
    if facts.latitude is None or facts.longitude is None:
        return Radar(_("The courier is on the way"), age, ping, "", 0, 0)
    metres, bearing = way(facts.latitude, facts.longitude, ping.latitude, ping.longitude)
    ring = next((r for r in _RINGS_M if r >= metres), _RINGS_M[-1])
    reach = min(metres / ring, 1) * _RADIUS
    x = _MIDDLE + reach * math.sin(math.radians(bearing))
    y = _MIDDLE - reach * math.cos(math.radians(bearing))
    return Radar(_words(metres, bearing), age, ping, distance(ring), round(x, 1), round(y, 1))


def way(
    from_latitude: float, from_longitude: float, latitude: float, longitude: float
) -> tuple[float, float]:
    """Metres and compass bearing (0–360, 0 is north) from the first point to the second, on a sphere."""
    here, there = math.radians(from_latitude), math.radians(latitude)
    across = math.radians(longitude - from_longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    bearing = math.atan2(
        math.sin(across) * math.cos(there),
        math.cos(here) * math.sin(there) - math.sin(here) * math.cos(there) * math.cos(across),
    )
    return 2 * _EARTH_M * math.asin(min(math.sqrt(half), 1)), math.degrees(bearing) % 360


def _words(metres: float, bearing: float) -> str:
    if metres < _AT_THE_DOOR_M:
        return _("The courier is at your door")
    wind = _WINDS[round(bearing / 45) % 8]
    return _("%(distance)s away, coming from the %(direction)s") % {
        "distance": distance(metres),
        "direction": wind,
    }


def distance(metres: float) -> str:
    """350 m, 1.2 km, 14 km."""
    if metres < 1_000:
        return f"{round(metres, -1):.0f} m"
    kilometres = metres / 1_000
    return f"{kilometres:.1f} km".replace(".0 ", " ") if kilometres < 10 else f"{kilometres:.0f} km"
