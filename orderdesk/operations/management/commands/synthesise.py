"""Makes benchmark data: orders by the million with all that hangs from them."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderdesk.operations.synthesise import synthesise


class Command(BaseCommand):
    help = "Writes made-up orders of two years by COPY (PostgreSQL) or bulk inserts (SQLite). Not for a shop that sells."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--orders", type=int, required=True)
        parser.add_argument("--shop", default="bench-market", help="slug; the shop is made if it is missing")

    def handle(self, *_args: Any, orders: int, shop: str, **_options: Any) -> None:
        if orders < 1:
            raise CommandError("--orders wants a number above zero", returncode=2)
        started = time.monotonic()
        made = synthesise(orders, shop, lambda done: self._tell(done, orders, started))
        seconds = round(time.monotonic() - started, 1)
        self.stdout.write(json.dumps({"shop": made.shop, **made.rows, "seconds": seconds}))

    def _tell(self, done: int, orders: int, started: float) -> None:
        if done % 50_000 == 0:
            self.stderr.write(f"{done:,} of {orders:,} orders · {time.monotonic() - started:.0f} s")
