"""Says what is wrong with an installation and how to mend it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from orderdesk.operations.doctor import examine


class Command(BaseCommand):
    help = "Looks for what is wrong and says how to mend it. Exit status: 0 nothing, 1 findings."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        findings = examine()
        for finding in findings:
            self.stdout.write(f"{finding.what}\n    mend: {finding.mend}")
        self.stdout.write(
            json.dumps({"findings": len(findings), "names": [finding.name for finding in findings]})
        )
        if findings:
            sys.exit(1)
