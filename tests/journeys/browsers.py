"""Chromium for journeys: a person's window that fails the test when the browser complains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from orderdesk.accounts.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text()
_LISTEN = (
    "document.addEventListener('securitypolicyviolation', e => console.log('POLICY ' + e.violatedDirective))"
)


class Windows:
    """Opens windows and remembers what their consoles said."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self.browser = browser
        self.base_url = base_url
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, language: str, *, width: int = 1280, user: User | None = None, **options: Any) -> Page:
        """A window of its own, logged in as `user` if one is given."""
        context = self.browser.new_context(
            base_url=self.base_url,
            locale={"ko": "ko-KR", "en": "en-US"}[language],
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
            **options,
        )
        self.contexts.append(context)
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": self.base_url}])
        context.add_init_script(_LISTEN)
        page = context.new_page()
        page.on("console", lambda said: self._heard(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _heard(self, text: str) -> None:
        if "Content Security" in text or text.startswith("POLICY"):
            self.complaints.append(text)

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def session_of(user: User) -> str:
    """The key of a new session in which `user` is logged in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "orderdesk.accounts.backends.MembershipBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def findings(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it stands."""
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("axe.run(document, {preload: false})")
    serious = [found for found in result["violations"] if found["impact"] in {"serious", "critical"}]
    return [f"{found['id']}: {node['html'][:160]}" for found in serious for node in found["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return max(wider, 0)
