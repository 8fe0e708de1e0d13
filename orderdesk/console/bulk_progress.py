"""How far a bulk action on many rows is: carried from answer to answer in a signed field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest

SALT = "console.bulk"
# So many rows are carried along to be read at the end, those first that stayed as they were.
KEPT = 200
# id, label, whether it was done, note, messages
Row = tuple[int, str, bool, str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows in all, done and refused so far, and the ones that the page lists."""

    total: int
    done: int = 0
    refused: int = 0
    rows: Sequence[Row] = ()

    @classmethod
    def of(cls, request: HttpRequest, left: int) -> Progress:
        """What the answer before told; a fresh start with `left` rows when there was none, or a spoiled one."""
        try:
            total, done, refused, rows = signing.loads(request.POST.get("progress", ""), salt=SALT)
        except signing.BadSignature:
            return cls(left)
        return cls(total, done, refused, [tuple(row) for row in rows])

    def plus(self, rows: Sequence[Row]) -> Progress:
        """With the rows of one more answer."""
        done = sum(row[2] for row in rows)
        kept = sorted([*self.rows, *rows], key=lambda row: row[2])[:KEPT]
        return Progress(self.total, self.done + done, self.refused + len(rows) - done, kept)

    @property
    def worked(self) -> int:
        """Rows that have their answer."""
        return self.done + self.refused

    @property
    def signed(self) -> str:
        """For the field of the next request."""
        return signing.dumps([self.total, self.done, self.refused, self.rows], salt=SALT, compress=True)
