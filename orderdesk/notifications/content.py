"""What a message tells, in the reader's language, before it is laid out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Control characters and every kind of line break: none may reach a header or split a line of a text.
_BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")


def single_line(text: str) -> str:
    """The text on one line, without control characters."""
    return _BREAKS.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class Content:
    """Words by placeholder name, codes that only the files of wording look at, and the rows of the order's table."""

    words: Mapping[str, str]
    codes: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[tuple[str, str]] = ()
    totals: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", {name: single_line(word) for name, word in self.words.items()})
        object.__setattr__(self, "rows", [(single_line(name), amount) for name, amount in self.rows])
