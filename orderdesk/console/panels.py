"""Panels that other rooms put on an object's page, named in settings so that nothing imports upwards."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def render(setting: str, request: HttpRequest, obj: Any) -> list[SafeString]:
    """What each `panel(request, obj)` of the setting answers; a broken panel says so and spares the page."""
    shown = [_one(dotted, request, obj) for dotted in getattr(settings, setting, [])] if setting else []
    return [panel for panel in shown if panel]


def _one(dotted: str, request: HttpRequest, obj: Any) -> SafeString:
    try:
        panel: SafeString = import_string(dotted)(request, obj)
    except Exception:
        logger.exception("panel %s failed for %r", dotted, obj)
        return format_html(
            '<section class="card card-bad"><p>{}</p></section>', _("This part could not be shown.")
        )
    return panel
