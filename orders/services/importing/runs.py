"""An import from its first batch to its last: resumable, fenced, safe to start again."""

from __future__ import annotations

import gc
import hashlib
import os
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.db import DataError, IntegrityError, transaction

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.errors import Conflict
from orders.models import ImportRun, ImportState
from orders.services.importing.batch import Batch, reject_document
from orders.services.importing.gathering import Taken, gather
from orders.services.importing.writing import write_batch
from orders.sources import Reading, Source, source_class
from orders.sources.meter import Meter
from orders.sources.terms import Document, Reject, Unreadable

Watcher = Callable[[ImportRun], None]
# A transaction stays short (others write too) and long enough to be worth its commit.
_DOCUMENTS, _ROWS = 1000, 6000
_UNFINISHED = (ImportState.WAITING, ImportState.RUNNING, ImportState.FAILED)


@contextmanager
def _rows_outlive_the_collector() -> Iterator[None]:
    """Hundreds of thousands of live rows hold no cycle; looking through them for one costs a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 100, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class TakenOver(Conflict):
    """Another process goes on with this import; this one has written nothing since."""


def reading_of(shop: Shop, mapping: dict[str, str] | None = None) -> Reading:
    """How files for this shop are read."""
    return Reading(shop.currency, shop.zone, shop.country, shop.language, mapping or None)


def fingerprint(path: Path) -> str:
    """Names, sizes, heads and tails of the file or of the folder's files: another file is another import."""
    found = hashlib.blake2b(digest_size=32)
    for part in sorted(path.iterdir()) if path.is_dir() else [path]:
        if not part.is_file():
            continue
        size = part.stat().st_size
        with part.open("rb") as file:
            head = file.read(65_536)
            file.seek(max(0, size - 65_536))
            found.update(f"{part.name}\n{size}\n".encode() + head + file.read())
    return found.hexdigest()


def open_run(shop: Shop, source: str, path: Path) -> ImportRun:
    """The unfinished import of this very file into this shop, or a new one."""
    mark = fingerprint(path)
    found = ImportRun.objects.filter(
        shop=shop, source=source, fingerprint=mark, state__in=_UNFINISHED, upload=""
    )
    return found.first() or ImportRun.objects.create(
        shop=shop, source=source, path=str(path)[:500], fingerprint=mark, state=ImportState.WAITING
    )


@_rows_outlive_the_collector()
def carry_on(run: ImportRun, *, seconds: float | None = None, watch: Watcher | None = None) -> bool:
    """Take the run over and write batch after batch; True when it is finished, False when `seconds` are up.

    Unreadable ends the run as failed and is raised; TakenOver when another process took it in the meantime.
    """
    run.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"[:60]
    run.state, run.heartbeat_at, run.error = ImportState.RUNNING, clock.now(), ""
    run.started_at = run.started_at or run.heartbeat_at
    run.save(update_fields=["owner", "state", "heartbeat_at", "error", "started_at"])
    source = source_class(run.source)(reading_of(run.shop, run.mapping))
    end = time.monotonic() + seconds if seconds else float("inf")
    meter = Meter()
    try:
        for taken in _batches(source.read(file_of(run), meter), run.position):
            run.size, run.read = meter.size, meter.read
            _write(run, source, taken)
            if watch:
                watch(run)
            if time.monotonic() > end:
                _leave(run, ImportState.WAITING)
                return False
    except Unreadable as error:
        _leave(run, ImportState.FAILED, str(error.message))
        raise
    _leave(run, ImportState.DONE)
    return True


def file_of(run: ImportRun) -> Path:
    """Where the run's file lies."""
    return Path(run.upload.path if run.upload else run.path)


@_rows_outlive_the_collector()
def rehearse(shop: Shop, source: Source, path: Path, watch: Callable[[Batch, Meter], None]) -> Counter[str]:
    """What an import would do, with every check but the database's own; writes nothing. `shop` may be unsaved."""
    counts: Counter[str] = Counter()
    meter = Meter()
    for taken in _batches(source.read(path, meter), 0):
        batch = gather(shop, source, taken)
        counts.update(_would_write(batch))
        watch(batch, meter)
    return counts


def _would_write(batch: Batch) -> Counter[str]:
    fresh = [entry.parsed for entry in batch.orders if not entry.known]
    return Counter(
        {
            "orders": len(fresh),
            "changed": len(batch.orders) - len(fresh),
            "lines": sum(len(order.lines) for order in fresh),
            "payments": sum(len(order.payments) for order in fresh),
            "shipments": sum(len(order.shipments) for order in fresh),
            "reviews": sum(len(order.reviews) for order in fresh),
            "flags": sum(len(order.flags) for order in fresh),
            "credits": len(batch.credits),
            "adjustments": len(batch.adjustments),
            "unchanged": batch.unchanged,
            "rejected": len(batch.rejects),
        }
    )


def _batches(items: Iterator[Document | Reject], skip: int) -> Iterator[Taken]:
    taken: Taken = []
    rows = 0
    for item in islice(items, skip, None):
        taken.append(item)
        rows += len(item.rows) if isinstance(item, Document) else 1
        if len(taken) >= _DOCUMENTS or rows >= _ROWS:
            yield taken
            taken, rows = [], 0
    if taken:
        yield taken


def _write(run: ImportRun, source: Source, taken: Taken) -> None:
    """One transaction; what the database refuses is halved until the one document at fault is found and rejected."""
    try:
        _commit(run, gather(run.shop, source, taken))
    except (IntegrityError, DataError) as error:
        if len(taken) > 1:
            half = len(taken) // 2
            _write(run, source, taken[:half])
            _write(run, source, taken[half:])
            return
        reason = str(error).partition("\n")[0][:200]
        batch = Batch(run.shop, source.name, taken=1)
        batch.rejects = [
            reject_document(d, "refused", reason=reason) for d in taken if isinstance(d, Document)
        ]
        _commit(run, batch)


def _commit(run: ImportRun, batch: Batch) -> None:
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update().filter(pk=run.pk, owner=run.owner)
        if not rows.exists():
            raise TakenOver("taken_over", "another process goes on with this import")
        write_batch(batch, run.pk)
        counts = Counter(run.counts)
        counts.update(batch.counts)
        position = run.position + batch.taken
        rows.update(
            position=position, counts=dict(counts), read=run.read, size=run.size, heartbeat_at=clock.now()
        )
    run.position, run.counts = position, dict(counts)


def _leave(run: ImportRun, state: ImportState, error: str = "") -> None:
    run.state, run.error, run.owner = state, error[:500], ""
    if state != ImportState.WAITING:
        run.finished_at = clock.now()
    run.save(update_fields=["state", "error", "owner", "finished_at"])
