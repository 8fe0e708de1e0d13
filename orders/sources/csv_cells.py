"""Cells that hold several parts, and cells that hold one of our choices in code or in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from django.db.models import TextChoices
from django.utils import translation

from orders.sources.terms import BadCell

SEPARATOR = " | "


def parts(cell: str) -> list[str]:
    """What stands between the bars; one empty part for an empty cell."""
    return [part.strip() for part in cell.split("|")] if "|" in cell else [cell]


def columns(cells: dict[str, str], names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The parts of several cells side by side; an empty cell has nothing for each. BadCell `lists_differ`."""
    told = {name: parts(cells[name]) for name in names}
    longest = max(len(found) for found in told.values())
    for name, found in told.items():
        if len(found) != longest:
            if cells[name]:
                raise BadCell(name, "lists_differ", columns=", ".join(names))
            told[name] = [""] * longest
    return zip(*told.values(), strict=True)


def choice(text: str, column: str, choices: type[TextChoices]) -> str:
    """The code that `text` is, or whose Korean or English label it is; nothing for nothing; BadCell `bad_choice`."""
    if not text:
        return ""
    found = _words(choices).get(text.lower())
    if found is None:
        raise BadCell(column, "bad_choice", value=text, choices=", ".join(choices.values))
    return found


@cache
def _words(choices: type[TextChoices]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "ko"):
        with translation.override(language):
            found |= {str(label).lower(): value for value, label in choices.choices}
    return found | {value: value for value in choices.values}
