"""The demo mailbox's page: what would have gone out, mails and texts, newest first. Development settings only."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from orderdesk.notifications.channels.console import demo_folder

SHOWN = 200
_NAME = re.compile(r"\d{10,20}-[0-9a-f]{8}\.(eml|sms\.json)")
# A mail's styles are its own; nothing in it may run, load or reach out.
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class Post:
    """One file of the mailbox as the list shows it."""

    name: str
    kind: str
    sender: str
    recipient: str
    subject: str
    at: datetime
    text: str = ""
    html: str = ""


def posts(limit: int = SHOWN) -> list[Post]:
    """The newest mails and texts."""
    if not demo_folder().is_dir():
        return []
    names = sorted(
        (file.name for file in demo_folder().iterdir() if _NAME.fullmatch(file.name)), reverse=True
    )
    return [read(name) for name in names[:limit]]


def read(name: str) -> Post:
    """One file by its name; Http404 for anything that is not one of ours."""
    file = demo_folder() / name
    if not _NAME.fullmatch(name) or not file.is_file():
        raise Http404
    at = datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, tz=UTC)
    if name.endswith(".json"):
        said = json.loads(file.read_text())
        return Post(name, said["channel"], said["from"], said["to"], said["text"][:80], at, said["text"])
    mail: Any = message_from_bytes(file.read_bytes(), policy=policy.default)
    sender, recipient = str(mail["From"] or ""), str(mail["To"] or "")
    parts = (_part(mail, "plain"), _part(mail, "html"))
    return Post(name, "email", sender, recipient, str(mail["Subject"] or ""), at, *parts)


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


@require_GET
@csp_update({"frame-src": [SELF]})
def mailbox(request: HttpRequest, name: str = "") -> TemplateResponse:
    """The list, and one opened mail beside it."""
    found = posts()
    opened = read(name) if name else (found[0] if found else None)
    return TemplateResponse(request, "operations/mailbox.html", {"posts": found, "opened": opened})


@require_GET
@xframe_options_sameorigin
def mail_body(_request: HttpRequest, name: str) -> HttpResponse:
    """A mail's HTML for the sandboxed frame."""
    response = HttpResponse(read(name).html)
    response.headers["Content-Security-Policy"] = MAIL_CSP
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


app_name = "mailbox"
urlpatterns = [
    path("", mailbox, name="list"),
    path("<str:name>/", mailbox, name="mail"),
    path("<str:name>/body/", mail_body, name="body"),
]
