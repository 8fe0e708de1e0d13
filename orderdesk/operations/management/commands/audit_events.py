"""Recomputes the hash chain over all events."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from orderdesk.events.models import Event
from orderdesk.events.sealing import audit


class Command(BaseCommand):
    help = "Finds events that were changed, removed or never sealed. Exit status 1 on any finding."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = 0
        for finding in audit():
            found += 1
            self.stdout.write(json.dumps(finding))
        self.stdout.write(json.dumps({"events": Event.objects.count(), "findings": found}))
        if found:
            sys.exit(1)
