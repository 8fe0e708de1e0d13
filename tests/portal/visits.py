"""A browser at the customers' door, for the tests of this room."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from orders.models import Order, Shipment
from orders.services.links import courier_link, customer_link


def path_of(link: str) -> str:
    """The path of a private link."""
    return "/" + link.split("/", 3)[3]


def visitor_of(order: Order, client: Client | None = None) -> Client:
    """A browser that has opened the order's link."""
    client = client or Client()
    client.get(path_of(customer_link(order)))
    return client


def rider_of(shipment: Shipment) -> Client:
    """A courier's phone that has opened the run's link."""
    client = Client()
    client.get(path_of(courier_link(shipment)))
    return client


def order_path(order: Order) -> str:
    return reverse("portal:order", args=[order.public_id])


def run_path(shipment: Shipment) -> str:
    return reverse("portal:run", args=[shipment.order.public_id, shipment.number])


def form_token(client: Client, path: str) -> str:
    """The token that the page's forms carry."""
    token: str = client.get(path).context["form_token"]
    return token


def answer(client: Client, order: Order, name: str, **fields: Any) -> Any:
    """Send one of the page's two forms."""
    token = form_token(client, order_path(order))
    return client.post(reverse(f"portal:{name}", args=[order.public_id]), {"form_token": token, **fields})


def every_row() -> dict[str, list[Any]]:
    """The whole database's contents but for the test runner's own tables, to compare before and after."""
    names = [name for name in connection.introspection.table_names() if not name.startswith("django_")]
    with connection.cursor() as cursor:
        return {name: _rows(cursor, name) for name in names}


def _rows(cursor: Any, name: str) -> list[Any]:
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
    return sorted(map(repr, cursor.fetchall()))
