from __future__ import annotations

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop, User
from tests.builders import make_shop, make_user


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop(name="Namu", slug="namu")


@pytest.fixture
def lead(shop: Shop) -> User:
    return make_user(shop, "lead")


@pytest.fixture
def desk(lead: User) -> Client:
    """A browser in which the lead is logged in, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(lead)
    return client
