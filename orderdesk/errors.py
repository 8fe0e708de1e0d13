"""The one error that services raise for people: a code for machines, a sentence for readers."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise


class DomainError(Exception):
    """A refusal with a stable `code`, a translatable `message` and its parameters."""

    def __init__(self, code: str, message: str | Promise, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.params = params

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class Conflict(DomainError):
    """Somebody else changed the thing first; the reader's input is kept and shown beside the new state."""


class NotFound(DomainError):
    """The thing does not exist, or the reader may not know that it does."""
