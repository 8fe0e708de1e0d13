from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

_SEEN = "mfa_enrolled"


class RequireMFA:
    """Where REQUIRE_MFA is on, staff without a second factor reach only the page on which they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            settings.REQUIRE_MFA
            and request.path.startswith(reverse("admin:index"))
            and not _has_factor(request)
        ):
            return redirect("mfa_index")
        return self.get_response(request)


def _has_factor(request: HttpRequest) -> bool:
    if not request.user.is_authenticated or request.session.get(_SEEN):
        return True
    # Remembered in the session, so that only its first page pays the query; a removed factor ends with the session.
    enrolled: bool = is_mfa_enabled(request.user)
    if enrolled:
        request.session[_SEEN] = True
    return enrolled
