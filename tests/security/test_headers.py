"""What every answer tells the browser: run only our scripts, guess no types, sit in no frame, keep nothing private."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.security.knocking import knock
from tests.security.routes import Door, doors
from tests.security.world import World, make_world

pytestmark = pytest.mark.django_db
KNOCKERS = ["owner", "anonymous", "customer", "courier"]
# A mail is shown in a sandboxed frame of the same origin; it has a policy of its own, stricter than the page's.
_FRAMED = re.compile(r"_copy$|^mailbox:body$")
_INLINE = re.compile(
    r"<script(?![^>]*\b(src|nonce)=|[^>]*application/json)[^>]*>|<style(?![^>]*nonce=)|\sstyle=\"|\son[a-z]+=\"",
    re.IGNORECASE,
)


@pytest.fixture
def world() -> World:
    return make_world()


def pages(world: World, who: str) -> list[tuple[Door, Any]]:
    client = world.client(who)
    answers = [(door, knock(client, door, "GET")) for door in doors(world, world.home)]
    return [(door, answer) for door, answer in answers if answer.status_code == 200]


def faults(door: Door, answer: Any) -> list[str]:
    """The headers that this answer should have and has not."""
    policy = answer.headers.get("Content-Security-Policy", "")
    frame = answer.headers.get("X-Frame-Options", "")
    wanted = {
        "policy": "default-src 'none'" in policy and "unsafe-inline" not in policy.partition("style-src")[0],
        "no eval": "unsafe-eval" not in policy,
        "types": answer.headers.get("X-Content-Type-Options") == "nosniff",
        "frame": frame == "DENY" or bool(_FRAMED.search(door.row)),
        "referrer": answer.headers.get("Referrer-Policy") in {"same-origin", "no-referrer"},
        "nothing inline": bool(_FRAMED.search(door.row)) or not _INLINE.search(_markup(answer)),
    }
    return [f"{door.row}: {name}" for name, good in wanted.items() if not good]


def _markup(answer: Any) -> str:
    return answer.whole if "html" in answer.headers.get("Content-Type", "") else ""


@pytest.mark.parametrize("who", KNOCKERS)
def test_every_page_forbids_what_it_does_not_need(world: World, who: str) -> None:
    assert [fault for door, answer in pages(world, who) for fault in faults(door, answer)] == []


@pytest.mark.parametrize("who", KNOCKERS)
def test_only_a_framed_mail_may_style_itself(world: World, who: str) -> None:
    loose = [
        door.row
        for door, answer in pages(world, who)
        if "unsafe-" in answer.headers.get("Content-Security-Policy", "") and not _FRAMED.search(door.row)
    ]
    assert loose == []


@pytest.mark.parametrize("who", ["customer", "courier"])
def test_private_pages_are_neither_kept_nor_indexed_nor_passed_on(world: World, who: str) -> None:
    private = [(d, a) for d, a in pages(world, who) if d.row.startswith("portal:") and d.about_a_row]
    assert private
    for door, answer in private:
        assert "no-store" in answer.headers["Cache-Control"], door.row
        assert "noindex" in answer.headers["X-Robots-Tag"], door.row
        assert answer.headers["Referrer-Policy"] == "no-referrer", door.row


def test_no_page_of_the_console_is_kept_by_a_shared_cache(world: World) -> None:
    console = [(d, a) for d, a in pages(world, "owner") if d.path.startswith("/admin/")]
    kept = [
        d.row for d, a in console if not re.search("no-store|private", a.headers.get("Cache-Control", ""))
    ]
    # Words for scripts, the same for everybody.
    assert set(kept) <= {"admin:jsi18n"}


def test_the_session_s_cookie_is_hidden_from_scripts(world: World) -> None:
    client = Client()
    user = world.users["agent"]
    user.set_password("desk-of-orders-1")
    user.save()
    client.post("/accounts/login/", {"login": user.username, "password": "desk-of-orders-1"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_no_page_says_a_token_once_the_link_was_opened(world: World) -> None:
    tokens = [world.home.customer_path.split("/")[2], world.home.courier_path.split("/")[2]]
    told = [d.row for who in KNOCKERS for d, a in pages(world, who) if any(t in a.whole for t in tokens)]
    assert told == []
