"""Proves in SQL that no money went back twice and that every counter is what its rows say."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from orders.ledger_audit import audit


class Command(BaseCommand):
    help = "Checks payments, refunds, counters and the ledger against each other. Exit status: 0 all agree, 1 findings."

    def handle(self, *_args: Any, **_options: Any) -> None:
        report = audit()
        for finding in report.findings:
            self.stdout.write(
                f"{finding.check}: {finding.table} {finding.id} should be {finding.expected}, is {finding.found}"
            )
        self.stdout.write(json.dumps(report.as_json()))
        if not report.ok:
            sys.exit(1)
