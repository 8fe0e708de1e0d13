"""Kills workers at random and proves that nothing was lost or doubled in silence."""

import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from orderdesk.operations.chaos import mail, orders

RUNS: dict[str, Callable[[int, int], dict[str, float]]] = {
    "mail": lambda kills, seed: mail.as_dict(mail.run_mail(kills, seed=seed)),
    "orders": lambda kills, seed: orders.as_dict(orders.run_orders(kills, seed=seed)),
}


class Command(BaseCommand):
    help = (
        "Works in a database of its own beside the configured one. mail: kills mail workers against a real SMTP "
        "server; orders: kills processes that place and confirm orders. Exit status 1 on any finding."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(RUNS))
        parser.add_argument("--kills", type=int, default=100)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *_args: Any, what: str, kills: int, seed: int, **_options: Any) -> None:
        with _scratch_database():
            report = RUNS[what](kills, seed)
        self.stdout.write(json.dumps(report))
        if report["findings"]:
            sys.exit(1)


@contextmanager
def _scratch_database() -> Iterator[None]:
    """A test database: a shop's own waiting mails must never reach the counting server."""
    name = connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            # Django's usual one is in memory: each forked worker would have a copy to itself.
            connection.settings_dict["TEST"]["NAME"] = str(Path(folder) / "chaos.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)
