"""Codes to scan, as SVG that carries no style: the page's policy forbids inline styles."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from orderdesk.later import Later

if TYPE_CHECKING:
    import segno
    from barcode import codex
else:
    segno, codex = Later("segno"), Later("barcode.codex")

_QUIET = 10


def barcode(text: str, *, height: int = 48) -> SafeString:
    """Code 128 of printable ASCII; nothing for other texts, which no scanner would type."""
    if not text or not text.isascii() or not text.isprintable():
        return SafeString("")
    modules = codex.Code128(text).build()[0]
    bars, at = [], _QUIET
    for bit, run in groupby(modules):
        width = len(list(run))
        if bit == "1":
            bars.append(f"M{at} 0h{width}v{height}h-{width}z")
        at += width
    return format_html(
        '<svg class="code barcode" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" '
        'aria-label="{}" shape-rendering="crispEdges"><path fill="#000" d="{}"/></svg>',
        at + _QUIET,
        height,
        text,
        "".join(bars),
    )


def qr(text: str, *, label: str, scale: int = 3) -> SafeString:
    """A QR code; `label` is what a screen reader says."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=scale, border=2, svgclass="code qr", lineclass=None
    )
    return format_html('<figure role="img" aria-label="{}">{}</figure>', label, mark_safe(drawn))
