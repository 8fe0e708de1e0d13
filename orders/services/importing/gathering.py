"""From raw documents to a batch: what is unchanged is known by its digest, the rest is parsed and checked."""

from __future__ import annotations

from collections.abc import Iterable

from orderdesk.accounts.models import Shop
from orderdesk.copying import among
from orders.models import ImportedRecord, Order
from orders.services.importing.batch import Batch, Entry, digest_of, reject_document
from orders.services.importing.checking import check_order
from orders.sources import Source
from orders.sources.terms import BadCell, BadDocument, Document, Reject, SourceCredit, SourceOrder

Taken = list[Document | Reject]


def gather(shop: Shop, source: Source, taken: Taken) -> Batch:
    """Read-only: a handful of queries, whatever the number of documents. `shop` may be unsaved (a dry run)."""
    batch = Batch(shop, source.name, taken=len(taken))
    documents = [item for item in taken if isinstance(item, Document)]
    batch.rejects += [item for item in taken if isinstance(item, Reject)]
    digests = [digest_of(document, source.edition) for document in documents]
    known = _known(shop, source.name, documents)
    for document, digest in zip(documents, digests, strict=True):
        record = known.get((document.kind, document.ref))
        if record is not None and record[1] == digest:
            batch.unchanged += 1
            continue
        _take(batch, source, document, digest)
    _find_records(batch, known)
    _settle_numbers(batch)
    return batch


def _known(shop: Shop, source: str, documents: Iterable[Document]) -> dict[tuple[str, str], tuple[int, str]]:
    if shop._state.adding:
        return {}
    refs = [document.ref for document in documents]
    rows = among(ImportedRecord.objects.filter(shop=shop, source=source), "ref", refs)
    return {
        (kind, ref): (pk, digest) for pk, kind, ref, digest in rows.values_list("pk", "kind", "ref", "digest")
    }


def _take(batch: Batch, source: Source, document: Document, digest: str) -> None:
    try:
        parsed = source.parse(document)
        if isinstance(parsed, SourceOrder):
            check_order(parsed, batch.shop.currency)
            batch.orders.append(Entry(document, parsed, digest))
        elif isinstance(parsed, SourceCredit):
            batch.credits.append(Entry(document, parsed, digest))
        else:
            batch.adjustments.append(Entry(document, parsed, digest))
    except BadDocument as bad:
        batch.rejects += bad.rejects
    except BadCell as bad:
        batch.rejects.append(reject_document(document, bad.code, **bad.params))


def _find_records(batch: Batch, known: dict[tuple[str, str], tuple[int, str]]) -> None:
    """What the changed ones among the entries became earlier."""
    entries = batch.entries()
    if not known or not entries:
        return
    rows = ImportedRecord.objects.filter(pk__in=[pk for pk, _digest in known.values()])
    found = {(record.kind, record.ref): record for record in rows}
    for entry in entries:
        entry.known = found.get((entry.document.kind, entry.document.ref))
        entry.object_id = entry.known.object_id if entry.known else 0


def _settle_numbers(batch: Batch) -> None:
    """An order's number may be taken in the shop by an order that came another way."""
    fresh = [entry for entry in batch.orders if entry.known is None]
    if batch.shop._state.adding or not fresh:
        return
    numbers = [entry.parsed.number for entry in fresh]
    rows = among(Order.objects.filter(shop=batch.shop), "number", numbers)
    taken = set(rows.values_list("number", flat=True))
    if not taken:
        return
    for entry in fresh:
        if entry.parsed.number in taken:
            batch.rejects.append(reject_document(entry.document, "number_taken", number=entry.parsed.number))
    batch.orders = [entry for entry in batch.orders if entry.known or entry.parsed.number not in taken]
