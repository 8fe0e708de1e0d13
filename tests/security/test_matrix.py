"""Every address × every role × the own and the foreign shop, against the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.security.knocking import knock, refused
from tests.security.routes import Door, all_routes, doors
from tests.security.table import ACCOUNT, LETTERS, OPERATORS, TABLE
from tests.security.world import EVERYONE, SECRET, World, make_world

pytestmark = pytest.mark.django_db
# Whom the operators' own tables are worth asking about: the most powerful of a shop's people, and nobody.
FEW = {"owner", "no_shop", "anonymous", "superuser"}


@pytest.fixture
def world() -> World:
    return make_world()


def open_to(door: Door, who: str, world: World) -> bool:
    return who in FEW or not any(f":{name}_" in door.row for name in OPERATORS)


def knocks(world: World, who: str, found: list[Door]) -> Iterator[tuple[Door, str, Any]]:
    client = world.client(who)
    for door in found:
        if open_to(door, who, world):
            for method in ("GET", "POST"):
                yield door, method, knock(client, door, method)


def wrong(door: Door, method: str, response: Any, who: str) -> str:
    """What is not as the table says, or nothing."""
    letter, shut = LETTERS[who], refused(response, door)
    said = f"{who} {method} {door.row}: {response.status_code}"
    if door.row in ACCOUNT:
        return f"{said}, let in" if letter in ACCOUNT[door.row] and not shut else ""
    if response.status_code == 405:
        return ""
    may = letter in TABLE[door.row][method == "POST"]
    return "" if may != shut else f"{said}, {'shut out' if shut else 'let in'}"


def test_every_route_has_a_row_in_the_table(world: World) -> None:
    found = {door.row for door in doors(world, world.home)}
    rows_of_routes = {row.partition("/")[0] for row in (*TABLE, *ACCOUNT)}
    assert found - set(TABLE) - set(ACCOUNT) == set()
    assert {route.name for route in all_routes()} - rows_of_routes == set()


@pytest.mark.parametrize("who", EVERYONE)
def test_each_opens_the_doors_that_the_table_names_and_no_other(world: World, who: str) -> None:
    answers = list(knocks(world, who, doors(world, world.home)))
    broken = [f"{method} {door.row}" for door, method, answer in answers if answer.status_code >= 500]
    assert broken == []
    if who != "superuser":
        assert [said for answer in answers if (said := wrong(*answer, who))] == []


@pytest.mark.parametrize("who", [who for who in EVERYONE if who != "superuser"])
def test_a_foreign_shop_s_rows_stay_shut_and_unseen(world: World, who: str) -> None:
    found = doors(world, world.foreign)
    leaks, opened = [], []
    for door, method, answer in knocks(world, who, found):
        private = "portal:open_" not in door.row
        if SECRET in answer.whole:
            leaks.append(f"{method} {door.row}")
        if private and door.about_a_row and answer.status_code != 405 and not refused(answer, door):
            opened.append(f"{method} {door.row}: {answer.status_code}")
    assert (leaks, opened) == ([], [])


@pytest.mark.parametrize("who", ["owner", "customer", "courier"])
def test_no_post_is_taken_without_its_page_s_token(world: World, who: str) -> None:
    client = world.client(who, enforce_csrf_checks=True)
    taken = [door.row for door in doors(world, world.home) if _taken(client, door)]
    # The look-up of a lost link needs no login, so another site's form gains nothing by it.
    assert set(taken) <= {"portal:track", "portal:receive", "portal:report"}


def _taken(client: Client, door: Door) -> bool:
    answer = knock(client, door, "POST")
    return bool(answer.status_code < 400 and not refused(answer, door))
