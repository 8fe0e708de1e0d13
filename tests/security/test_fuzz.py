"""Whatever is sent to whichever address by whomever: no answer is an error of ours."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.security.hostile import Shot, shots
from tests.security.routes import doors
from tests.security.world import World, make_world

pytestmark = pytest.mark.django_db
# The more may be done, the more may break.
SHARE = {"superuser": 1, "owner": 5, "agent": 2, "no_shop": 1, "anonymous": 3, "customer": 2, "courier": 2}


@pytest.fixture
def world() -> World:
    return make_world()


def send(client: Client, shot: Shot) -> int:
    """The status of the answer, read to its end; nothing that it wrote stays."""
    client.raise_request_exception = False
    with transaction.atomic():
        if isinstance(shot.body, dict) and shot.method == "POST":
            response: Any = client.post(shot.path, shot.body, headers=shot.headers)
        else:
            body = b"" if isinstance(shot.body, dict) else shot.body
            response = client.generic(
                shot.method, shot.path, body, content_type=shot.content_type, headers=shot.headers
            )
        if response.streaming:
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return int(response.status_code)


def assert_no_server_error(world: World, who: str, examples: int) -> None:
    client = world.client(who)
    cookies = client.cookies.output(header="", sep=";")
    found = [*doors(world, world.home), *doors(world, world.foreign)]

    @settings(max_examples=examples)
    @given(st.data())
    def try_everything(data: st.DataObject) -> None:
        client.cookies = SimpleCookie(cookies)
        assert send(client, data.draw(shots(found))) < 500

    try_everything()


@pytest.mark.parametrize("who", SHARE)
def test_no_request_makes_a_server_error(world: World, who: str) -> None:
    assert_no_server_error(world, who, 30 * SHARE[who])


@pytest.mark.soak
@pytest.mark.parametrize("who", SHARE)
def test_no_request_of_thousands_makes_a_server_error(world: World, who: str) -> None:
    assert_no_server_error(world, who, 1000 * SHARE[who])
