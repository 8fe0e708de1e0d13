"""Modules that few requests need, imported at their first use: a web worker that draws no code and reads no sheet
then carries neither in its memory. Types come from an import under TYPE_CHECKING beside it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """Stands for the module called `name`; the import system's own lock keeps two threads from meeting in it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
