from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.journeys.browsers import Windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def windows(chromium: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Windows]:
    """Windows on the running site; no complaint of the browser is left unheard."""
    opened = Windows(chromium, live_server.url)
    yield opened
    opened.close()
    assert opened.complaints == []
