"""What `make run` calls after the install: prepares the database and runs web, worker and beat in one terminal."""

import os
import sys
from argparse import ArgumentParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from orderdesk.operations.catalogue import compile_catalogues
from orderdesk.operations.site_address import keep_address


class Command(BaseCommand):
    help = (
        "Migrates, fills an empty database with the demo shops, then runs web, worker and beat until Ctrl-C."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--prepare-only", action="store_true", help="stop before starting the processes")

    def handle(self, *_args: Any, prepare_only: bool, **_options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            compile_catalogues(Path(folder))
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        keep_address(settings.VAR_DIR, settings.SITE_URL)
        self._fill_demo()
        if not prepare_only:
            self._forget_old_nudges()
            self._run()

    def _forget_old_nudges(self) -> None:
        # Wake-ups of an earlier run: the database knows what is due, so they would only delay the first new one.
        for nudge in (settings.VAR_DIR / "broker").glob("*.msg"):
            nudge.unlink(missing_ok=True)

    def _fill_demo(self) -> None:
        if "demo" in get_commands():
            call_command("demo", stdout=self.stdout, verbosity=0)
        self.stdout.write(f"orderdesk      {settings.SITE_URL}/admin/")
        if settings.DEMO_MAILBOX:
            self.stdout.write(
                f"mail           {settings.SITE_URL}/mailbox/ (files in {settings.VAR_DIR / 'mail'})"
            )
        self.stdout.flush()

    def _run(self) -> None:
        if find_spec("honcho") is None:
            raise CommandError("honcho is missing: pip install -r requirements.txt")
        here = Path(sys.executable).parent
        env = os.environ | {
            "PORT": str(settings.PORT),
            # What the worker writes into mails.
            "SITE_URL": settings.SITE_URL,
            "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "PYTHONUNBUFFERED": "1",
        }
        # Takes this process's place, so that Ctrl-C reaches what stops all three.
        os.chdir(settings.BASE_DIR)
        words = [sys.executable, "-m", "orderdesk.operations.processes", str(settings.BASE_DIR / "Procfile")]
        os.execve(sys.executable, words, env)  # noqa: S606
