"""Seals generated events as the sealer would, while they are made: the chain goes on where it ended."""

from __future__ import annotations

import hashlib

from orderdesk.events.models import Event
from orderdesk.events.sealing import GENESIS, seal
from orderdesk.operations.synthesise.tables import Row


class Chain:
    """The last seal, and the next one."""

    def __init__(self) -> None:
        while seal():
            continue
        last = Event.objects.filter(position__isnull=False).order_by("-position").first()
        self.position = (last.position or 0) if last else 0
        self.previous = (last.digest or GENESIS) if last else GENESIS

    def sealed(self, pk: int, at: str, kind: str, of: tuple[int, int], by: tuple[str, str]) -> Row:
        """The row of an event of an order: `of` is shop and order, `by` the actor's kind and the data as canonical JSON."""
        (shop, order), (actor, data) = of, by
        # The text that orderdesk.events.sealing.digest makes of the same row (a test holds the two together).
        canonical = (
            f'[{pk},"{at.replace(" ", "T")}+00:00","{kind}",{shop},"order",{order},"{actor}",null,{data}]'
        )
        self.previous = hashlib.sha256((self.previous + canonical).encode()).hexdigest()
        self.position += 1
        return (pk, at, kind, shop, "order", order, actor, data, self.position, self.previous)
