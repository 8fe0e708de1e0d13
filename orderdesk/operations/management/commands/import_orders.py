"""Imports a source's orders, resumably; the same again changes nothing."""

from __future__ import annotations

import csv
import json
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from orderdesk.accounts.models import Shop
from orders.models import ImportRun
from orders.services.importing.batch import Batch
from orders.services.importing.runs import TakenOver, carry_on, open_run, reading_of, rehearse
from orders.services.importing.shops import unsaved_shop
from orders.sources import source_class
from orders.sources.complaints import sentence
from orders.sources.meter import Meter
from orders.sources.terms import Reject, Unreadable

COUNTED = (
    "orders",
    "lines",
    "payments",
    "shipments",
    "reviews",
    "credits",
    "adjustments",
    "flags",
    "changed",
    "unchanged",
    "rejected",
)


class Command(BaseCommand):
    help = (
        "Imports orders from a file or folder. Exit status: 0 good, 1 some rows were rejected, 2 wrong use."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the file, or for olist the folder")
        parser.add_argument("--source", required=True, choices=sorted(settings.SOURCES))
        parser.add_argument(
            "--shop", required=True, help="slug; a missing shop is made only by a source that describes it"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument(
            "--rejects", type=Path, help="write the rows that were not taken to this CSV file"
        )

    def handle(self, *_args: Any, path: Path, source: str, shop: str, **options: Any) -> None:
        started = time.monotonic()
        if not path.exists():
            raise CommandError(f"There is nothing at {path}.", returncode=2)
        target = Shop.objects.filter(slug=shop).first() or self._new_shop(source, shop)
        try:
            counts = self._run(target, source, path, options)
        except (Unreadable, TakenOver) as error:
            raise CommandError(str(error), returncode=2) from error
        result = {name: counts.get(name, 0) for name in (*COUNTED, *sorted(set(counts) - set(COUNTED)))}
        self.stdout.write(json.dumps({**result, "seconds": round(time.monotonic() - started, 2)}))
        if result["rejected"]:
            sys.exit(1)

    def _new_shop(self, source: str, slug: str) -> Shop:
        shop = unsaved_shop(source, slug)
        if shop is None:
            raise CommandError(
                f"There is no shop {slug}, and {source} does not say what it would be.", returncode=2
            )
        return shop

    def _run(self, shop: Shop, source: str, path: Path, options: dict[str, Any]) -> Counter[str]:
        rejects = Rejects(options["rejects"])
        if options["dry_run"]:
            return self._rehearse(shop, source, path, rejects)
        if shop._state.adding:
            shop.save()
        run = open_run(shop, source, path)
        if run.position:
            self.stderr.write(f"going on after {run.position} documents")
        carry_on(run, watch=self._tell)
        rejects.write(
            Reject(r.line, r.column, r.code, r.params, r.raw) for r in run.rejects.order_by("pk").iterator()
        )
        return Counter(run.counts)

    def _rehearse(self, shop: Shop, source: str, path: Path, rejects: Rejects) -> Counter[str]:
        def watch(batch: Batch, meter: Meter) -> None:
            rejects.write(batch.rejects)
            self._progress(meter.read, meter.size, "checked")

        reader = source_class(source)(reading_of(shop))
        return rehearse(shop, reader, path, watch)

    def _tell(self, run: ImportRun) -> None:
        self._progress(run.read, run.size, f"{run.position} documents")

    def _progress(self, read: int, size: int, text: str) -> None:
        share = f"{100 * read // size:3d} %" if size else ""
        self.stderr.write(f"\r{share} {text}", ending="")


class Rejects:
    """The file of rejected rows: line, column, what is wrong, and the row itself."""

    def __init__(self, path: Path | None) -> None:
        self._file: IO[str] | None = path.open("w", encoding="utf-8", newline="") if path else None
        self._writer = csv.writer(self._file) if self._file else None
        if self._writer:
            self._writer.writerow(["line", "column", "reason", "row"])

    def write(self, rejects: Iterable[Reject]) -> None:
        """Append rows; nothing when no file was asked for."""
        if self._writer and self._file:
            for reject in rejects:
                self._writer.writerow(
                    [reject.line, reject.column, sentence(reject.code, reject.params), reject.raw]
                )
            self._file.flush()
