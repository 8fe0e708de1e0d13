"""What one transaction of an import handles."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from orderdesk.accounts.models import Shop
from orders.models import ImportedRecord
from orders.sources.terms import Document, Reject, SourceAdjustment, SourceCredit, SourceOrder

P = TypeVar("P", SourceOrder, SourceCredit, SourceAdjustment)


@dataclass(slots=True)
class Entry(Generic[P]):
    """A document that is new or changed; whoever writes it sets `object_id`."""

    document: Document
    parsed: P
    digest: str
    known: ImportedRecord | None = None
    object_id: int = 0
    customer_id: int = 0


@dataclass(slots=True)
class Batch:
    """The documents of one transaction, sorted by what they are; rooms above orders write their part of it."""

    shop: Shop
    source: str
    orders: list[Entry[SourceOrder]] = field(default_factory=list)
    credits: list[Entry[SourceCredit]] = field(default_factory=list)
    adjustments: list[Entry[SourceAdjustment]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unchanged: int = 0
    # Documents and rejects taken from the file, whatever became of them.
    taken: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def entries(self) -> list[Entry[SourceOrder] | Entry[SourceCredit] | Entry[SourceAdjustment]]:
        """Every document that is to be written."""
        return [*self.orders, *self.credits, *self.adjustments]


def digest_of(document: Document, edition: int) -> str:
    """128 bits over the raw text and the edition of the reader."""
    return hashlib.blake2b(f"{edition}\n{document.text}".encode(), digest_size=16).hexdigest()


def reject_document(document: Document, code: str, **params: object) -> Reject:
    """The whole document as one rejected row at its first line."""
    rows: Sequence[object] = document.rows if isinstance(document.rows, tuple) else (document.rows,)
    raw = getattr(rows[0], "raw", "") if rows else ""
    return Reject(document.line, "", code, dict(params), raw)
