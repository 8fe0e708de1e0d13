"""Compiles translation catalogues without GNU gettext, which a fresh machine may lack."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogues(locale_dir: Path) -> int:
    """Write the .mo beside every .po that is newer than it; returns how many were written."""
    stale = [po for po in sorted(locale_dir.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        _compile(po)
    return len(stale)


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def _compile(po: Path) -> None:
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name)
    draft = po.with_suffix(".mo.part")
    with draft.open("wb") as target:
        write_mo(target, catalogue)
    # Renamed when whole: a running process must never load half a catalogue.
    draft.replace(po.with_suffix(".mo"))
