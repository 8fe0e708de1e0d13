"""A customer's browser on the road of cancelling, for the tests of this room."""

from __future__ import annotations

import html
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from orders.models import Order
from orders.terms import PaymentMethod
from tests.orders.cancelling.rows import card_order
from tests.portal.visits import order_path, visitor_of


class Road:
    """A customer's browser at one order's pages of cancelling."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.client: Client = visitor_of(order)
        self.path = reverse("portal:cancel", args=[order.public_id])
        self.token = self.client.get(order_path(order) + "?lang=en").context["form_token"]

    def send(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, {"form_token": self.token, **fields})

    def wish(self, reason: str = "plans_changed", **fields: Any) -> Any:
        """The first submit."""
        return self.send(self.path, **(fields or {"everything": "1"}), reason=reason)

    def outcome(self, **fields: Any) -> Any:
        """The page of the outcome."""
        return self.client.get(self.wish(**fields).headers["Location"])

    def confirm(self, page: Any, **fields: Any) -> Any:
        """The second submit, from a page of the outcome."""
        return self.send(page.request["PATH_INFO"], digest=page.context["digest"], **fields)

    def line(self, position: int = 1) -> str:
        return f"units-{self.order.lines.get(position=position).pk}"


def text_of(page: Any) -> str:
    """What stands on a page, tags taken out."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


def road(**values: Any) -> Road:
    return Road(card_order(**{"language": "en", **values}))


def virtual(**values: Any) -> Road:
    way = road(**values)
    way.order.payments.update(method=PaymentMethod.VIRTUAL_ACCOUNT)
    return way
