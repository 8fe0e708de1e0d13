"""What a browser holds after it opened a private link: one signed cookie per order, worthless once the link is revoked.

The pages' forms carry a token made from that cookie instead of Django's CSRF token: the pages say `no-referrer`, which
makes browsers send `Origin: null`, and Django's origin check would refuse the customer's own form. It also keeps the
GET free of a second cookie and of a token that changes with every answer.
"""

from __future__ import annotations

from typing import NamedTuple

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from orderdesk import clock
from orders.models import AccessLink, LinkScope

_FORM_SALT = "orderdesk.portal.form"


class Pass(NamedTuple):
    """The link a browser has opened, by id and hash, and the cookie that said so."""

    link_id: int
    token_hash: str
    cookie: str

    @property
    def form_token(self) -> str:
        """What a form of this browser must send back."""
        return salted_hmac(_FORM_SALT, self.cookie, algorithm="sha256").hexdigest()

    def signed(self, request: HttpRequest) -> bool:
        """Whether the POST came from a page of this browser."""
        sent = request.headers.get("X-Form-Token") or request.POST.get("form_token", "")
        return constant_time_compare(sent, self.form_token)


def cookie_name(request: HttpRequest, scope: str, subject: str) -> str:
    """One cookie per order (or courier's run), so that a second link never displaces the first."""
    prefix = "__Host-" if request.is_secure() else ""
    return f"{prefix}{'c' if scope == LinkScope.COURIER else 'o'}-{subject}"


def give(request: HttpRequest, response: HttpResponseBase, link: AccessLink, subject: str) -> None:
    """Set the cookie for a live link; it lives as long as the link."""
    response.set_cookie(
        cookie_name(request, link.scope, subject),
        _signer(link.scope).sign(f"{link.pk}.{link.token_hash}"),
        max_age=max(int((link.expires_at - clock.now()).total_seconds()), 0),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def read(request: HttpRequest, scope: str, subject: str) -> Pass | None:
    """The browser's pass for this subject, or None; whether its link is still live is the caller's query."""
    cookie = request.COOKIES.get(cookie_name(request, scope, subject), "")
    try:
        link_id, _, token_hash = _signer(scope).unsign(cookie).partition(".")
    except BadSignature:
        return None
    return Pass(int(link_id), token_hash, cookie)


def _signer(scope: str) -> Signer:
    return Signer(salt=f"orderdesk.portal.{scope}")
