"""Imports of uploaded files: prepared on a page, done by the drain in short slices."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import DomainError
from orderdesk.events.nudge import nudge_after_commit
from orders.models import ImportRun, ImportState
from orders.services.importing.batch import Batch
from orders.services.importing.gathering import gather
from orders.services.importing.runs import TakenOver, carry_on, file_of, reading_of
from orders.sources import source_class
from orders.sources.complaints import sentence
from orders.sources.csv_columns import guess, label_of, missing
from orders.sources.meter import Meter
from orders.sources.terms import Unreadable

SOURCE = "csv"
LARGEST_FILE = 200 * 1024 * 1024
# Mails wait behind a slice, so it is short; a worker that was silent for longer than this is dead.
_SLICE_SECONDS = 5.0
_SILENCE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one document of the file: its line, its number, and a complaint if it has one."""

    line: int
    number: str
    outcome: str | Promise
    complaint: str = ""


def prepare_import(shop: Shop, file: File[bytes], *, user_id: int) -> ImportRun:
    """Keep the uploaded file as a draft whose columns are guessed; DomainError `no_file`, `too_big`, `no_heading`."""
    if not file or not file.size:
        raise DomainError("no_file", _("The file is empty."))
    if file.size > LARGEST_FILE:
        raise DomainError("too_big", _("The file is larger than 200 MB. Split it, or use the command line."))
    run = ImportRun(shop=shop, source=SOURCE, state=ImportState.DRAFT, created_by_id=user_id)
    run.path = Path(file.name or "orders.csv").name[:200]
    run.upload.save("orders.csv", file, save=False)
    run.size = run.upload.size
    headings = headings_of(run)
    if len(headings) < 2:
        run.upload.delete(save=False)
        raise DomainError("no_heading", _("The first row must hold the names of the columns."))
    run.mapping = guess(headings)
    run.save()
    return run


def headings_of(run: ImportRun) -> list[str]:
    """The names in the first row of the run's file; none when it is gone or no text at all."""
    try:
        with Meter().open(file_of(run)) as text:
            first = text.readline()
    except (OSError, EOFError, zlib.error):
        return []
    return [title.strip() for title in next(csv.reader([first], delimiter=max(",;\t", key=first.count)), [])]


def map_columns(run: ImportRun, mapping: dict[str, str]) -> None:
    """Say which heading is which column of ours; DomainError `not_draft`, `unknown_heading`."""
    _require_draft(run)
    headings = set(headings_of(run))
    chosen = {name: heading for name, heading in mapping.items() if heading}
    if not set(chosen.values()) <= headings:
        raise DomainError("unknown_heading", _("The file has no such column."))
    run.mapping = chosen
    run.save(update_fields=["mapping"])


def preview(run: ImportRun, documents: int = 20) -> Sequence[Verdict]:
    """Verdicts over the first documents of a draft; Unreadable when its columns are not mapped."""
    source = source_class(run.source)(reading_of(run.shop, run.mapping))
    taken = list(islice(source.read(file_of(run), Meter()), documents))
    return _verdicts(gather(run.shop, source, taken))


def _verdicts(batch: Batch) -> list[Verdict]:
    found = [
        Verdict(entry.document.line, entry.parsed.number, _("Changed") if entry.known else _("New"))
        for entry in batch.orders
    ]
    found += [
        Verdict(reject.line, label_of(reject.column), _("Rejected"), sentence(reject.code, reject.params))
        for reject in batch.rejects
    ]
    return sorted(found, key=lambda verdict: verdict.line)


def start_import(run: ImportRun) -> None:
    """Hand a draft to the drain; DomainError `not_draft`, `not_mapped`."""
    _require_draft(run)
    absent = missing(run.mapping)
    if absent:
        names = ", ".join(str(column.label) for column in absent)
        raise DomainError("not_mapped", _("Say which columns hold: %(names)s."), names=names)
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk, state=ImportState.DRAFT).update(state=ImportState.WAITING)
        nudge_after_commit()


def discard_import(run: ImportRun) -> None:
    """Throw a draft and its file away; DomainError `not_draft`."""
    _require_draft(run)
    run.upload.delete(save=False)
    run.delete()


def _require_draft(run: ImportRun) -> None:
    if run.state != ImportState.DRAFT:
        raise DomainError("not_draft", _("This import has been started already."))


def run_due_imports() -> int:
    """Work for a few seconds on the oldest uploaded file that waits or whose worker fell silent; 1 if there was one."""
    silent = Q(state=ImportState.RUNNING, heartbeat_at__lt=clock.now() - _SILENCE)
    due = ImportRun.objects.filter(Q(state=ImportState.WAITING) | silent).exclude(upload="")
    run = due.select_related("shop").order_by("pk").first()
    if run is None or not _claim(run):
        return 0
    try:
        carry_on(run, seconds=_SLICE_SECONDS)
    except (Unreadable, TakenOver):
        # The run's page tells: it failed with its reason, or somebody else goes on with it.
        return 1
    return 1


def _claim(run: ImportRun) -> bool:
    """Only one worker gets past this; the others see that the row has moved."""
    seen = ImportRun.objects.filter(pk=run.pk, state=run.state, heartbeat_at=run.heartbeat_at)
    return bool(seen.update(state=ImportState.RUNNING, heartbeat_at=clock.now()))
