"""Where orders come from: one file per source, named in settings.SOURCES by dotted path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

from orders.sources.meter import Meter
from orders.sources.terms import Document, Parsed, Reject, ShopDefaults


@dataclass(frozen=True, slots=True)
class Reading:
    """How a run reads its file: the shop's currency and zone, and which column holds what (csv only)."""

    currency: str
    zone: ZoneInfo
    country: str = ""
    language: str = "ko"
    mapping: Mapping[str, str] | None = None


class Source(Protocol):
    """A format of orders. `read` splits the file into documents, `parse` understands one of them.

    The two are apart so that a document that is unchanged since the last import is known by its raw text alone.
    """

    name: ClassVar[str]
    # Part of every digest: raise it when `parse` learns to read something else out of the same text.
    edition: ClassVar[int]
    defaults: ClassVar[ShopDefaults | None]

    def __init__(self, reading: Reading) -> None: ...

    def read(self, path: Path, meter: Meter) -> Iterator[Document | Reject]:
        """Stream the documents in the order of the file; Unreadable when it is no such file at all."""
        ...

    def parse(self, document: Document) -> Parsed:
        """What the document says; BadDocument with its rejected rows when a cell makes no sense."""
        ...


def source_class(name: str) -> type[Source]:
    """The source of that name; KeyError when settings name none."""
    found: type[Source] = import_string(settings.SOURCES[name])
    return found
