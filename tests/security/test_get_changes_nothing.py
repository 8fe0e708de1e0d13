"""Mail scanners and link previews open everything: a GET or a HEAD writes nothing but sessions and access records."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from orderdesk.events.dispatch import drain_reactions
from orderdesk.notifications.services.send import drain_messages
from orders.services.steps import confirm_order
from tests.builders import STAFF
from tests.portal.visits import every_row
from tests.security.routes import doors
from tests.security.world import World, make_world

pytestmark = pytest.mark.django_db
# Who was here, that somebody looked at personal data, and the login package's copy of one's own mail address.
OF_THE_VISIT = {"django_session", "accounts_accessrecord", "account_emailaddress"}
BOT = "Mozilla/5.0 (compatible; MailScanner/1.0)"
_PATH = re.compile(r"https?://[^/\s\"<>]+(/[^\s\"<>]*)")


@pytest.fixture
def world() -> World:
    return make_world()


def contents() -> dict[str, list[Any]]:
    return {name: found for name, found in every_row().items() if name not in OF_THE_VISIT}


@pytest.mark.parametrize("who", ["owner", "anonymous", "customer", "courier"])
def test_opening_every_address_three_times_changes_no_row(world: World, who: str) -> None:
    client = world.client(who)
    found = [door for door in doors(world, world.home) if "logout" not in door.row]
    before = contents()
    for door in found * 3:
        client.get(door.path, headers={"User-Agent": BOT})
    assert contents() == before


def test_opening_with_head_changes_no_row_either(world: World) -> None:
    client, before = world.client("owner"), contents()
    for door in doors(world, world.home):
        client.head(door.path)
    assert contents() == before


def test_no_link_of_any_mail_does_anything_when_a_scanner_opens_it(world: World, mailoutbox: Any) -> None:
    confirm_order(world.home.order.pk, actor=STAFF)
    drain_reactions()
    drain_messages()
    paths = {path for mail in mailoutbox for path in _PATH.findall(str(mail.message()))}
    texts = [mail.body for mail in mailoutbox]
    paths |= {path for text in texts for path in _PATH.findall(text)}
    assert any(path.startswith("/o/") for path in paths)
    before = contents()
    for path in [*paths] * 3:
        Client().get(path, headers={"User-Agent": BOT}, follow=True)
    assert contents() == before
