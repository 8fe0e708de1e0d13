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

from orderdesk.operations.chaos import mail, money, orders
from orders.ledger_audit import audit


def _money(kills: int, seed: int, company: dict[str, Any]) -> dict[str, float]:
    return money.as_dict(money.run_money(kills, seed=seed, **company))


RUNS: dict[str, Callable[[int, int, dict[str, Any]], dict[str, float]]] = {
    "mail": lambda kills, seed, _company: mail.as_dict(mail.run_mail(kills, seed=seed)),
    "money": _money,
    "orders": lambda kills, seed, _company: orders.as_dict(orders.run_orders(kills, seed=seed)),
}


class Command(BaseCommand):
    help = (
        "Works in a database of its own beside the configured one. mail: kills mail workers against a real SMTP "
        "server; money: kills refund workers against a payment company over HTTP that answers late, never or twice; "
        "orders: kills processes that place and confirm orders. Each ends with audit_ledger. Exit status 1 on any "
        "finding."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=sorted(RUNS))
        parser.add_argument("--kills", type=int, default=100)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--gateway",
            default="",
            help="money: address of a running chaos gateway; without it one is started",
        )
        parser.add_argument(
            "--no-idempotency", action="store_true", help="money: the company forgets idempotency keys"
        )

    def handle(
        self,
        *_args: Any,
        what: str,
        kills: int,
        seed: int,
        gateway: str,
        no_idempotency: bool,
        **_options: Any,
    ) -> None:
        with _scratch_database():
            company = {"gateway": gateway, "idempotent": not no_idempotency}
            report = RUNS[what](kills, seed, company)
            ledger = audit()
        self.stdout.write(json.dumps({**report, "ledger_ok": ledger.ok}))
        if report["findings"] or not ledger.ok:
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
