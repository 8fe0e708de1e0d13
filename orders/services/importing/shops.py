"""The shop that a source's orders come into when it does not exist yet."""

from __future__ import annotations

from orderdesk.accounts.models import Shop
from orders.sources import source_class


def unsaved_shop(source: str, slug: str) -> Shop | None:
    """A shop in the source's currency, zone and language; None when the source knows none (our own CSV)."""
    defaults = source_class(source).defaults
    if defaults is None:
        return None
    return Shop(
        name=slug,
        slug=slug,
        currency=defaults.currency,
        country=defaults.country,
        time_zone=defaults.time_zone,
        language=defaults.language,
        legal_regime=defaults.legal_regime,
    )
