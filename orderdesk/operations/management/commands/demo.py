"""Fills an empty database with the two demo shops and says how to get in."""

import json
import time
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from orderdesk.operations.demo import demo_links, demo_logins, demo_password, fill, is_empty


class Command(BaseCommand):
    help = "Fills an empty database with the demo shops; one that holds anything is left as it is."

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        """With verbosity 0, as `up` calls it, only the ways in are told."""
        started, counts = time.monotonic(), {"orders": 0}
        if is_empty():
            counts = asdict(fill(demo_password()))
        elif verbosity:
            self.stderr.write("The database is in use already: nothing was added.")
        self._introduce()
        if verbosity:
            self.stdout.write(json.dumps(counts | {"seconds": round(time.monotonic() - started, 1)}))

    def _introduce(self) -> None:
        logins = demo_logins()
        if not logins:
            return
        self.stdout.write(f"staff          {', '.join(logins)} · {demo_password()}")
        with translation.override("en"):  # like the rest of the terminal, on the first run and on the next
            for label, address in demo_links():
                self.stdout.write(f"{label:<14} {address}")
