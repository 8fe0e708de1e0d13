"""Error pages: what happened, what was kept, what to do; the console has its own words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_CONSOLE = ("/admin/", "/accounts/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's names
    """404."""
    return _told(request, 404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  Django's names
    """403."""
    return _told(request, 403)


def broken(request: HttpRequest) -> HttpResponse:
    """500: touches neither database nor session, which may be what broke."""
    return _told(request, 500)


def _told(request: HttpRequest, status: int) -> HttpResponse:
    if request.path.startswith(_CONSOLE):
        return render(request, f"{status}.html", status=status)
    return render(request, f"portal/{status}.html", status=status)
