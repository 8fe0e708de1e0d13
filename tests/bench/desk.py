"""Who looks and at what: a member of staff who is logged in, and orders to look at."""

from __future__ import annotations

import random
from dataclasses import dataclass

from django.conf import settings
from django.test import Client as Django

from orderdesk.accounts.models import Customer, Membership, Shop, User
from orderdesk.accounts.roles import Role
from orders.models import Order
from orders.services.links import customer_link
from orders.terms import OrderStatus
from tests.bench.client import Client
from tests.bench.server import Server


@dataclass(frozen=True, slots=True)
class Desk:
    """A logged-in browser, and the rows that operations use."""

    server: Server
    staff: Client
    shop: Shop
    orders: list[Order]
    placed: list[int]
    people: list[Customer]


def sit_down(server: Server) -> Desk:
    """Make the staff member if missing, log in, choose orders: the same ones for the same database."""
    shop = Shop.objects.get(slug="bench-market")
    user, _ = User.objects.get_or_create(username="bench", defaults={"name": "벤치", "is_staff": True})
    Membership.objects.get_or_create(user=user, shop=shop, defaults={"role": Role.OWNER})
    rng = random.Random(7)
    top = Order.objects.order_by("-id")[0].pk
    wanted = [rng.randint(max(top * 9 // 20, 1), top) for _ in range(260)]
    orders = list(Order.objects.filter(pk__in=wanted).select_related("shop", "customer")[:200])
    placed = (
        Order.objects.filter(status=OrderStatus.PLACED, shop=shop).order_by("id").values_list("id", flat=True)
    )
    return Desk(
        server,
        _log_in(server, user),
        shop,
        orders,
        list(placed[:2_000]),
        [order.customer for order in orders],
    )


def _log_in(server: Server, user: User) -> Client:
    django, client = Django(), Client(server.port)
    django.force_login(user)
    client.cookies[settings.SESSION_COOKIE_NAME] = django.cookies[settings.SESSION_COOKIE_NAME].value
    client.get("/admin/orders/order/")
    return client


def customer(desk: Desk, order: Order) -> tuple[Client, str]:
    """A customer's browser that has opened the order's private link, and the page's path."""
    browser = Client(desk.server.port)
    link = customer_link(order).removeprefix(settings.SITE_URL)
    return browser, browser.get(link).location
