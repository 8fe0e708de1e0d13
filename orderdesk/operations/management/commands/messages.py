"""Keeps the translation catalogue in step with the source."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from orderdesk.operations.catalogue import compile_catalogues
from orderdesk.operations.messages import merge


class Command(BaseCommand):
    help = "Rewrites locale/<language>/LC_MESSAGES/django.po from the source; exit status 1 when strings lack a translation."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", default="ko")
        parser.add_argument("--from", dest="files", nargs="*", default=[], help="JSON files {msgid: msgstr}")

    def handle(self, *_args: Any, language: str, files: list[str], **_options: Any) -> None:
        translations: dict[str, str | list[str]] = {}
        for file in files:
            translations |= json.loads(Path(file).read_text())
        locale = Path(settings.LOCALE_PATHS[0])
        lacking = merge(settings.BASE_DIR, locale / language / "LC_MESSAGES" / "django.po", translations)
        compile_catalogues(locale)
        for msgid in lacking:
            self.stdout.write(f"no translation: {msgid}")
        self.stdout.write(json.dumps({"missing": len(lacking)}))
        if lacking:
            sys.exit(1)
