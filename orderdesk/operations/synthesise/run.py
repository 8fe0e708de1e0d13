"""Makes a shop's worth of orders, the same for the same count and day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime, OrderKind, Shop
from orderdesk.operations.synthesise.chain import Chain
from orderdesk.operations.synthesise.lives import Lives
from orderdesk.operations.synthesise.loading import settle, unburdened, write
from orderdesk.operations.synthesise.money import pay_back
from orderdesk.operations.synthesise.rows import PER_ORDER, Writer
from orderdesk.operations.synthesise.tables import Row, Table, money_tables, tables

SEED = 19
_BATCH = 5_000


@dataclass(slots=True)
class Made:
    """How many rows each stream wrote."""

    shop: str
    rows: dict[str, int] = field(default_factory=dict)


def synthesise(orders: int, slug: str, progress: Callable[[int], None] = lambda _done: None) -> Made:
    """Write `orders` orders of two years, with 2.2 lines each and 0.3 customers, into the shop `slug` (made if missing)."""
    shop, streams, made = _shop(slug), tables(), Made(slug)
    first = {stream: table.last_id() + 1 for stream, table in streams.items()}
    # Figures are compared, so the data must be the same; a second load into the same database must differ from the first.
    rng, now = Random(SEED + first["orders"]), clock.now()
    with unburdened(list(streams.values()), orders):
        writer = Writer(rng, shop, Lives(rng, now, orders), first, Chain())
        out = _counting(streams, made)
        writer.customers(
            max(round(orders * PER_ORDER), 1), str((now - timedelta(days=731)).replace(tzinfo=None))
        )
        for i in range(orders):
            writer.order(i)
            if (i + 1) % _BATCH == 0:
                writer.flush(out)
                progress(i + 1)
        writer.flush(out)
    settle(list(streams.values()))
    pay_back(writer.back, shop, _counting(money_tables(), made))
    return made


def _counting(streams: dict[str, Table], made: Made) -> Callable[[str, list[Row]], None]:
    def out(stream: str, rows: list[Row]) -> None:
        write(streams[stream], rows)
        made.rows[stream] = made.rows.get(stream, 0) + len(rows)

    return out


def _shop(slug: str) -> Shop:
    made = {
        "name": "벤치마켓",
        "kind": OrderKind.PARCEL,
        "legal_regime": LegalRegime.KR_GOODS,
        "sender_email": f"hello@{slug}.example.com",
        "sender_phone": "02-0000-3004",
        "uses_preparing": False,
    }
    return Shop.objects.get_or_create(slug=slug, defaults=made)[0]
