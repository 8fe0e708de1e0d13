"""Opens a source's files, plain or gzipped, and tells how much of them has been read."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path
from typing import BinaryIO, cast

GZIP_MAGIC = b"\x1f\x8b"
HEAD = 65_536


class Meter:
    """Bytes on disk of the files whose reading counts as progress."""

    def __init__(self) -> None:
        self.size = 0
        self._files: list[BinaryIO] = []

    def open(self, path: Path, *, counts: bool = True) -> io.TextIOWrapper:
        """Text of `path`: UTF-8, or CP949 as Korean spreadsheets write it; broken bytes are shown as U+FFFD."""
        raw = path.open("rb")
        if counts:
            self.size += path.stat().st_size
            self._files.append(raw)
        zipped = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw
        encoding = _encoding(stream.read(HEAD))
        stream.seek(0)
        return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")

    @property
    def read(self) -> int:
        """Bytes read so far."""
        return sum(self.size if raw.closed else raw.tell() for raw in self._files)


def _encoding(head: bytes) -> str:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp949"
    return "utf-8-sig"
