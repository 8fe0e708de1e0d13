"""Line icons as inline SVG: 24-pixel grid, drawn with the colour of the text."""

from __future__ import annotations

from django.utils.safestring import SafeString

PATHS = {
    "home": '<path d="M4 11 12 4l8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z"/>',
    "orders": '<path d="M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6"/>',
    "returns": '<path d="M9 7 5 11l4 4M5 11h9a5 5 0 0 1 0 10h-2"/>',
    "money": '<circle cx="12" cy="12" r="8.5"/><path d="m8 9 2 6 2-6 2 6 2-6M7 12h10"/>',
    "talk": '<path d="M4 5h16v11H9l-5 4z"/>',
    "star": '<path d="m12 4 2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.8-5 2.8 1.1-5.5L4 9.7 9.6 9z"/>',
    "policy": '<path d="M12 3 5 6v5c0 5 3 8 7 10 4-2 7-5 7-10V6zM9 12l2 2 4-4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3 2"/>',
    "chart": '<path d="M4 20h16M7 16v-5M12 16V6M17 16v-8"/>',
    "settings": '<path d="M4 7h10M18 7h2M4 17h2M10 17h10"/><circle cx="16" cy="7" r="2"/><circle cx="8" cy="17" r="2"/>',
    "truck": '<path d="M3 6h11v10H3zM14 10h4l3 3v3h-7z"/><circle cx="7" cy="17.5" r="1.8"/><circle cx="17" cy="17.5" r="1.8"/>',
    "box": '<path d="m4 8 8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8"/>',
    "people": '<circle cx="9" cy="8" r="3.2"/><path d="M3 20c0-4 3-6 6-6s6 2 6 6M16 5a3 3 0 0 1 0 6M17 14c3 .5 4 3 4 6"/>',
    "mail": '<path d="M4 6h16v12H4zM4 7l8 6 8-6"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4"/>',
    "search": '<circle cx="11" cy="11" r="6"/><path d="m20 20-4.5-4.5"/>',
    "theme": '<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "check": '<path d="m5 12 5 5 9-10"/>',
    "alert": '<path d="M12 4 2.5 20h19zM12 10v4M12 17v.5"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M4 20h16"/>',
    "left": '<path d="m14 6-6 6 6 6"/>',
    "right": '<path d="m10 6 6 6-6 6"/>',
    "down": '<path d="m6 10 6 6 6-6"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "pause": '<path d="M9 6v12M15 6v12"/>',
    "kitchen": '<path d="M7 3v7a2 2 0 0 0 4 0V3M9 12v9M16 3c-2 2-2 8 0 9v9"/>',
    "import": '<path d="M12 20V9M7 13l5-5 5 5M4 4h16"/>',
    "dot": '<circle cx="12" cy="12" r="2.5"/>',
}


def icon(name: str) -> SafeString:
    """The drawing called `name` (a dot if there is none), hidden from screen readers."""
    drawing = PATHS.get(name, PATHS["dot"])
    return SafeString(f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{drawing}</svg>')
