"""The address of this machine's own site, kept in `var/` so that every command writes the same links into mails."""

from __future__ import annotations

from pathlib import Path

FILE = "site-address"


def keep_address(folder: Path, address: str) -> None:
    """Remember where `make run` serves; the last one wins."""
    (folder / FILE).write_text(f"{address}\n")


def kept_address(folder: Path) -> str:
    """Where `make run` last served from this folder, or nothing."""
    try:
        return (folder / FILE).read_text().strip()
    except OSError:
        return ""
