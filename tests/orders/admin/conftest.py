from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop, User
from orderdesk.accounts.roles import Role
from orders.models import Order
from tests.builders import make_shop, make_user

Post = Callable[..., Any]


@pytest.fixture
def shop() -> Shop:
    return make_shop()


@pytest.fixture
def lead(shop: Shop) -> User:
    return make_user(shop, Role.LEAD)


@pytest.fixture
def staff_client(client: Client, lead: User) -> Client:
    """The browser of a lead of the shop, in English."""
    client.force_login(lead)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def post(staff_client: Client) -> Post:
    """Does an action on an order as its form would, its preview confirmed; `row` names a task, line, shipment …"""

    def act(order: Order, name: str, data: dict[str, Any] | None = None, row: str = "") -> Any:
        query = f"?{row}" if row else ""
        url = f"/admin/orders/order/{order.pk}/action/{name}/{query}"
        answer = staff_client.post(url, data or {})
        preview = answer.context.get("preview") if answer.context else None
        if preview is None:
            return answer
        return staff_client.post(url, {**(data or {}), "previewed": preview.token})

    return act
