"""What `make run` calls after the install: prepares the database and runs web, worker and beat in one terminal."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from orderdesk.operations.catalogue import compile_catalogues
from orderdesk.operations.tasks import beat


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
        self._fill_demo()
        if not prepare_only:
            self._forget_old_nudges()
            # The first of beat's own signs comes after 30 s: until then the home page would cry wolf.
            beat()
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
            self.stdout.write(f"mail           {settings.VAR_DIR / 'mail'}")
        self.stdout.flush()

    def _run(self) -> None:
        honcho = Path(sys.executable).with_name("honcho")
        if not honcho.exists():
            raise CommandError("honcho is missing: pip install -r requirements.txt")
        env = os.environ | {
            "PORT": str(settings.PORT),
            # honcho adds 100 to PORT for each further process: the worker's mails would lead to a port without a server.
            "SITE_URL": settings.SITE_URL,
            "PATH": f"{honcho.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
            "PYTHONUNBUFFERED": "1",
        }
        # Takes this process's place, so that Ctrl-C reaches honcho itself and it stops all three.
        os.chdir(settings.BASE_DIR)
        os.execve(honcho, [str(honcho), "start", "--no-prefix"], env)  # noqa: S606
