"""Limits per visitor and target, counted in the shared cache so that every worker counts the same."""

from __future__ import annotations

import hashlib
import ipaddress

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from orderdesk import clock


def allowed(what: str, who: str, limit: int, seconds: int) -> bool:
    """Take one of `limit` places in the current window; False when all are taken.

    Each place is a cache key of its own: `add` is atomic in every backend, `incr` is not in the database's.
    """
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    window = int(clock.now().timestamp()) // seconds
    places = [f"rate:{what}:{digest}:{window}:{n}" for n in range(limit)]
    taken = cache.get_many(places)
    return any(cache.add(place, 1, seconds) for place in places if place not in taken)


def visitor(request: HttpRequest) -> str:
    """The address to count by: as trusted proxies report it, an IPv6 visitor by its /64."""
    address = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
