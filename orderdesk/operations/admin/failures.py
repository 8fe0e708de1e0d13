"""A failed reaction's error as a sentence; the raw text stays below it for an engineer."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# By the name of the exception, which begins the stored text.
_WORDS: tuple[tuple[tuple[str, ...], str | Promise], ...] = (
    (
        (
            "ConnectionRefusedError",
            "ConnectionError",
            "ConnectionResetError",
            "ConnectError",
            "gaierror",
            "OSError",
        ),
        _("The other system could not be reached. Check the connection to it, then try again."),
    ),
    (
        ("TimeoutError", "ReadTimeout", "ConnectTimeout", "SMTPServerDisconnected"),
        _("The other system did not answer in time. Trying again usually helps."),
    ),
    (
        ("OperationalError", "InterfaceError", "DatabaseError"),
        _("The database was not available for a moment. Trying again usually helps."),
    ),
    (
        ("DomainError", "Conflict", "StaleVersion"),
        _("The order had changed meanwhile, so this was no longer possible. Look at the order first."),
    ),
    (("DoesNotExist",), _("What this was about is no longer there.")),
    (
        ("LookupError",),
        _("This version of the program does not know this work. Try again after the update is complete."),
    ),
)
UNEXPECTED = _(
    "Something unexpected happened. Try again; if it fails once more, give an engineer the text below."
)


def plain_words(error: str) -> str:
    """What the error means for staff; empty when there is none."""
    if not error:
        return ""
    name = error.partition(":")[0].rpartition(".")[2]
    return str(next((words for names, words in _WORDS if name in names), UNEXPECTED))
