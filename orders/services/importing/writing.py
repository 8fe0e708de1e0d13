"""One batch into the database, in the caller's transaction, in a fixed number of statements for what is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from orderdesk.copying import draft, insert_rows, reserve_ids
from orderdesk.events.recording import record_past
from orders.models import Adjustment, ImportedRecord, ImportReject, Order, OrderLine, Payment, Shipment
from orders.services.importing.batch import Batch, Entry
from orders.services.importing.changing import change_order
from orders.services.importing.customers import resolve_customers
from orders.services.importing.history import history_of
from orders.services.importing.rows import OrderRows, order_rows, shipment_lines
from orders.sources.terms import SourceAdjustment, SourceOrder

Writer = Callable[[Batch], dict[str, int]]


def write_batch(batch: Batch, run_id: int) -> None:
    """Write what is new, change what changed, keep the rejects; `batch.counts` says how many of each."""
    resolve_customers(batch)
    changed = [entry for entry in batch.orders if entry.known]
    fresh = [entry for entry in batch.orders if not entry.known]
    _write_orders(batch, fresh)
    for entry in changed:
        _change(batch, entry)
    for path in settings.IMPORT_WRITERS:
        writer: Writer = import_string(path)
        batch.counts.update(writer(batch))
    _write_adjustments(batch)
    _keep_records(batch)
    insert_rows([_reject_row(batch, run_id, i) for i in range(len(batch.rejects))])
    batch.counts.update(
        {"unchanged": batch.unchanged, "rejected": len(batch.rejects), "changed": len(changed)}
    )


def _write_orders(batch: Batch, fresh: Sequence[Entry[SourceOrder]]) -> None:
    for entry, pk in zip(fresh, reserve_ids(Order, len(fresh)), strict=True):
        entry.object_id = pk
    built = [order_rows(batch.shop, entry, batch.source) for entry in fresh]
    lines = [line for rows in built for line in rows.lines]
    payments = [payment for rows in built for payment in rows.payments]
    shipments = [shipment for rows in built for shipment in rows.shipments]
    insert_rows([rows.order for rows in built])
    _insert_keyed(OrderLine, lines)
    _insert_keyed(Payment, payments)
    _insert_keyed(Shipment, shipments)
    insert_rows([unit for rows in built for unit in shipment_lines(rows)])
    insert_rows([flag for rows in built for flag in rows.flags])
    record_past([fact for rows in built for fact in history_of(rows)])
    batch.counts.update(_counts(built))


def _insert_keyed(
    model: type[models.Model], rows: Sequence[OrderLine] | Sequence[Payment] | Sequence[Shipment]
) -> None:
    """Insert rows that others point at by key."""
    for row, pk in zip(rows, reserve_ids(model, len(rows)), strict=True):
        row.pk = pk
    insert_rows(rows)


def _counts(built: Sequence[OrderRows]) -> dict[str, int]:
    return {
        "orders": len(built),
        "lines": sum(len(rows.lines) for rows in built),
        "payments": sum(len(rows.payments) for rows in built),
        "shipments": sum(len(rows.shipments) for rows in built),
        "flags": sum(len(rows.flags) for rows in built),
    }


def _change(batch: Batch, entry: Entry[SourceOrder]) -> None:
    refusal = change_order(batch, entry)
    if refusal:
        batch.rejects.append(refusal)
        batch.orders.remove(entry)


def _write_adjustments(batch: Batch) -> None:
    again = [entry.parsed.number for entry in batch.adjustments if entry.known]
    if again:
        Adjustment.objects.filter(shop=batch.shop, source=batch.source, number__in=again).delete()
    insert_rows([row for entry in batch.adjustments for row in _adjustment_rows(batch, entry.parsed)])
    batch.counts.update({"adjustments": len(batch.adjustments)})


def _adjustment_rows(batch: Batch, said: SourceAdjustment) -> list[Adjustment]:
    return [
        draft(
            Adjustment,
            shop_id=batch.shop.pk,
            source=batch.source,
            number=said.number,
            position=position,
            at=said.at,
            kind=line.kind,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            currency=batch.shop.currency,
            amount=line.amount,
        )
        for position, line in enumerate(said.lines, start=1)
    ]


def _keep_records(batch: Batch) -> None:
    """Remember each document's digest; the next import then knows it unread."""
    entries = batch.entries()
    insert_rows(
        [
            draft(
                ImportedRecord,
                shop_id=batch.shop.pk,
                source=batch.source,
                kind=entry.document.kind,
                ref=entry.document.ref,
                digest=entry.digest,
                object_id=entry.object_id,
            )
            for entry in entries
            if entry.known is None
        ]
    )
    again = []
    for entry in entries:
        if entry.known is not None:
            entry.known.digest = entry.digest
            again.append(entry.known)
    ImportedRecord.objects.bulk_update(again, ["digest", "version"])


def _reject_row(batch: Batch, run_id: int, i: int) -> ImportReject:
    said = batch.rejects[i]
    raw = said.raw.replace("\x00", "\ufffd")
    return draft(
        ImportReject,
        run_id=run_id,
        line=said.line,
        column=said.column[:80],
        code=said.code,
        params=said.params,
        raw=raw,
    )
