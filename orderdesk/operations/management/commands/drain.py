"""Does all that is due without Celery, beat or a broker."""

import json
import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from orderdesk.operations.draining import drain_once, drain_until


class Command(BaseCommand):
    help = "Runs everything that is due: reactions, messages, deadlines, imports, seals. Any number may run at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is due")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        self.stdout.write(json.dumps(drain_once() if once else self._for_ever()))

    def _for_ever(self) -> dict[str, int]:
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        return drain_until(stop)
