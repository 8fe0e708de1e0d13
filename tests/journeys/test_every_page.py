"""Every page of the console in Korean: no policy violation, no serious accessibility finding, no sideways scrolling."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.journeys.browsers import Windows, findings, overflow
from tests.security.routes import Door, doors
from tests.security.world import World, make_world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_PAGE = re.compile(
    r"_(changelist|change|add|export)$|^shipping:(desk|waybills|upload|scan|kitchen)$|^imports:(list|show)$"
    r"|^admin:(index|search)$|_action/(confirm|cancel|edit_address|plan_shipment|publish|test)$|^mfa_index$"
)


def pages(world: World) -> Iterator[Door]:
    """One address for each kind of page that an owner can open."""
    client = Client()
    client.force_login(world.users["owner"])
    for door in doors(world, world.home):
        if _PAGE.search(door.row):
            answer = client.get(door.path)
            if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
                yield door


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_small_laptop(windows: Windows, theme: str) -> None:
    world = make_world()
    page = windows.open("ko", user=world.users["owner"], color_scheme=theme)
    faults = []
    for door in pages(world):
        page.goto(door.path)
        faults += [f"{door.row}: {found}" for found in findings(page)]
        faults += [f"{door.row}: {overflow(page)} px too wide"] if overflow(page) else []
    assert faults == []


def test_the_console_fits_a_phone(windows: Windows) -> None:
    world = make_world()
    page = windows.open("ko", width=360, user=world.users["owner"])
    faults = []
    for door in pages(world):
        page.goto(door.path)
        faults += [f"{door.row}: {overflow(page)} px too wide"] if overflow(page) else []
    assert faults == []
