"""The page around the fragment: rendered once per shop and language, then only filled in.

Half of the page's template time went into this part, which is the same for every order of a shop.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from orderdesk.portal.page_facts import ShopFacts

# Nothing that a person types contains a private-use character; what did could only spoil its own page.
_TITLE, _NONCE, _ADDRESS, _ETAG, _SECONDS, _BODY = (f"\ue000{n}\ue001" for n in range(6))


def framed(request: HttpRequest, body: str, shop: ShopFacts, title: str, *, etag: str, seconds: int) -> str:
    """The whole page in the active language around an already safe `body`."""
    before, after = _frame(shop, get_language() or "", settings.MAP_TILES_URL)
    filled = before.replace(_TITLE, escape(title)).replace(_NONCE, str(getattr(request, "csp_nonce", "")))
    filled = filled.replace(_ADDRESS, escape(request.get_full_path())).replace(_ETAG, escape(etag))
    return f"{filled.replace(_SECONDS, str(seconds))}{body}{after}"


@lru_cache(maxsize=512)
def _frame(shop: ShopFacts, language: str, tiles: str) -> tuple[str, str]:
    context = {
        "shop": shop,
        "language": language,
        "tiles": tiles,
        "request": {"csp_nonce": _NONCE},
        "headline": _TITLE,
        "address": _ADDRESS,
        "etag": _ETAG,
        "seconds": _SECONDS,
        "body": _BODY,
    }
    before, _, after = render_to_string("portal/order.html", context).partition(_BODY)
    return before, after
