"""Opens a source's files, plain or gzipped, and tells how much of them has been read."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

GZIP_MAGIC = b"\x1f\x8b"


class Meter:
    """Bytes on disk of the files whose reading counts as progress."""

    def __init__(self) -> None:
        self.size = 0
        self._files: list[BinaryIO] = []

    def open(self, path: Path, *, counts: bool = True) -> io.TextIOWrapper:
        """UTF-8 text of `path` (a leading byte-order mark dropped, broken bytes shown as U+FFFD)."""
        raw = path.open("rb")
        if counts:
            self.size += path.stat().st_size
            self._files.append(raw)
        zipped = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        stream = gzip.GzipFile(fileobj=raw) if zipped else raw
        return io.TextIOWrapper(cast(BinaryIO, stream), encoding="utf-8-sig", errors="replace", newline="")

    @property
    def read(self) -> int:
        """Bytes read so far."""
        return sum(self.size if raw.closed else raw.tell() for raw in self._files)
