"""Writes a shop's orders to standard output or a file."""

from __future__ import annotations

import csv
import json
import sys
import time
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from orderdesk.accounts.models import Shop
from orders.services.exporting import export_objects, export_rows


class Command(BaseCommand):
    help = "Exports a shop's orders: csv (a row per line, read back by import_orders --source csv) or jsonl."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shop", required=True)
        parser.add_argument("--format", choices=["csv", "jsonl"], default="csv")
        parser.add_argument("--output", type=Path, help="a file; the counts then go to standard output")

    def handle(self, *_args: Any, shop: str, output: Path | None, **options: Any) -> None:
        found = Shop.objects.filter(slug=shop).first()
        if found is None:
            raise CommandError(f"There is no shop {shop}.", returncode=2)
        started = time.monotonic()
        opened = output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)
        with opened as file:
            rows = _write(found, options["format"], file)
        counts = json.dumps({"rows": rows, "seconds": round(time.monotonic() - started, 2)})
        (self.stdout if output else self.stderr).write(counts)


def _write(shop: Shop, kind: str, file: IO[str]) -> int:
    rows = 0
    if kind == "csv":
        writer = csv.writer(file)
        for row in export_rows(shop):
            writer.writerow(row)
            rows += 1
        return rows - 1
    for text in export_objects(shop):
        file.write(text + "\n")
        rows += 1
    return rows
