"""Says what is wrong with an installation and how to mend it."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from orderdesk.operations.doctor import examine


class Command(BaseCommand):
    help = "Looks for what is wrong and says how to mend it. Exit status: 0 nothing (or notices only), 1 findings."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = examine()
        for each in found:
            self.stdout.write(f"{'note: ' if each.notice else ''}{each.what}\n    mend: {each.mend}")
        findings = [each.name for each in found if not each.notice]
        self.stdout.write(
            json.dumps({"findings": len(findings), "names": findings, "notices": len(found) - len(findings)})
        )
        if findings:
            sys.exit(1)
