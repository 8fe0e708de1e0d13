"""The language of a customer's page: the reader's own choice, else the order's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

COOKIE = "portal-language"
_YEAR = 365 * 24 * 3600
_KNOWN = frozenset(code for code, _name in settings.LANGUAGES)


def chosen(request: HttpRequest, otherwise: str) -> str:
    """`?lang=` first, then what was chosen before, then `otherwise`."""
    wishes = (request.GET.get("lang", ""), request.COOKIES.get(COOKIE, ""), otherwise)
    return next((wish for wish in wishes if wish in _KNOWN), settings.LANGUAGE_CODE)


@contextmanager
def speaking(request: HttpRequest, otherwise: str) -> Iterator[str]:
    """Everything inside is said in the page's language."""
    language = chosen(request, otherwise)
    with translation.override(language):
        yield language


def remember(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """State the answer's language; keep a choice made on this page in the browser."""
    response["Content-Language"] = language
    if request.GET.get("lang") == language:
        response.set_cookie(
            COOKIE, language, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
