"""Every address of the project, read from the URL resolver, and how to fill its arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from orderdesk.console.admin import ConsoleAdmin
from tests.security.world import Ground, World

_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Route:
    """A named pattern; `arguments` are the names in it. Nameless ones redirect to a named one."""

    name: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Door:
    """One address to knock at: the table's row it stands under, the path, and what a POST carries."""

    row: str
    path: str
    about_a_row: bool
    post: dict[str, Any] = field(default_factory=dict)


def all_routes() -> list[Route]:
    return [route for route in _walk(get_resolver(), "", "") if not route.name.endswith(":")]


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        text = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern, text, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{space}{pattern.name or ''}", tuple(_CONVERTED.findall(text)))


def doors(world: World, ground: Ground) -> list[Door]:
    """Every address that leads to rows of `ground`."""
    return [door for route in all_routes() for door in _doors(route, world, ground)]


def _doors(route: Route, world: World, ground: Ground) -> Iterator[Door]:
    model_admin, page = _admin_of(route.name)
    if model_admin is None:
        about = bool(_ABOUT_A_ROW & set(route.arguments))
        yield Door(route.name, _path(route, ground, None), about, _named(ground))
        return
    row = ground.rows.get(model_admin.opts.label_lower)
    if page == "bulk":
        yield from _bulk_doors(route, model_admin, row)
    elif page == "action":
        yield from _action_doors(route, world, ground, model_admin)
    elif row is not None or not route.arguments:
        about = bool(_ABOUT_A_ROW & set(route.arguments))
        yield Door(route.name, _path(route, ground, row), about, POSTS.get(route.name, {}))


def _named(ground: Ground) -> dict[str, Any]:
    """What pages outside the lists read from a form that names an order."""
    order = ground.order
    return {"order": order.pk, "ids": [order.pk], "code": order.number, "q": order.number}


# What a POST must carry to get past the form to the question who may.
POSTS: dict[str, dict[str, Any]] = {"admin:orders_order_unmask": {"field": "recipient_phone"}}


# ── the console's own pages ──
_MODEL_PAGE = re.compile(r"admin:([a-z_]+?)_([a-z]+)_(\w+)")


def _admin_of(name: str) -> tuple[ConsoleAdmin | None, str]:
    for model, model_admin in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(start) and isinstance(model_admin, ConsoleAdmin):
            return model_admin, name.removeprefix(start)
    return None, ""


def _bulk_doors(route: Route, model_admin: ConsoleAdmin, row: Model | None) -> Iterator[Door]:
    for action in model_admin.bulk_actions:
        post = {"action": action.name, "ids": [row.pk if row else 0], "confirm": "1"}
        yield Door(f"{route.name}/{action.name}", reverse(route.name), about_a_row=False, post=post)
    if not model_admin.bulk_actions:
        yield Door(route.name, reverse(route.name), about_a_row=False)


def _action_doors(route: Route, world: World, ground: Ground, model_admin: ConsoleAdmin) -> Iterator[Door]:
    row = ground.rows[model_admin.opts.label_lower]
    request = RequestFactory().get("/")
    request.user = world.users["superuser"]
    request.resolver_match = resolve(reverse(route.name, kwargs={"object_id": row.pk, "name": "none"}))
    names = [action.name for action in model_admin.get_object_actions(request, row)]
    query = urlencode({label.rpartition(".")[2]: each.pk for label, each in ground.rows.items()})
    for name in names:
        path = reverse(route.name, kwargs={"object_id": row.pk, "name": name})
        yield Door(f"{route.name}/{name}", f"{path}?{query}", about_a_row=True)
    if not names:
        path = reverse(route.name, kwargs={"object_id": row.pk, "name": "none"})
        yield Door(route.name, path, about_a_row=True)


# ── arguments ──
# An address with one of these speaks of a row that belongs to a shop.
_ABOUT_A_ROW = {
    "object_id",
    "slug",
    "token",
    "public_id",
    "shipment_id",
    "view_id",
    "order_id",
    "shop",
    "pk",
    "run_id",
}
_PLAIN: dict[str, Any] = {
    "kind": "csv",
    "app_label": "accounts",
    "verb": "depart",
    "wish_id": 1,
    "answer": "withdraw",
    "uidb36": "1",
    "key": "k-1",
    "url": "nowhere",
    "which": "own",
    "name": "none",
    "field": "phone",
    "source": "csv",
    "vendor": "sweettracker",
    "esp": "mailgun",
}

_BY_ROUTE: dict[str, dict[str, Any]] = {
    "shipping:kitchen_act": {"verb": "start"},
    "admin:policies_policy_draft": {"kind": "timing"},
}


def _path(route: Route, ground: Ground, row: Model | None) -> str:
    return reverse(route.name, kwargs=_arguments(route, ground, row))


def _arguments(route: Route, ground: Ground, row: Model | None) -> dict[str, Any]:
    return {name: _argument(name, route, ground, row) for name in route.arguments}


def _argument(name: str, route: Route, ground: Ground, row: Model | None) -> Any:
    known = {
        **_PLAIN,
        "object_id": row.pk if row is not None else ground.order.pk,
        "pk": row.pk if row is not None else 1,
        "content_type_id": ContentType.objects.get_for_model(ground.order).pk,
        "slug": ground.shop.slug,
        "shop": ground.shop.slug,
        "public_id": ground.order.public_id,
        "number": ground.shipment.number,
        "order_id": ground.order.pk,
        "shipment_id": ground.shipment.pk,
        "run_id": ground.rows["orders.importrun"].pk,
        "view_id": ground.rows["console.savedview"].pk,
        "token": (ground.courier_path if "run" in route.name else ground.customer_path).split("/")[2],
        **_BY_ROUTE.get(route.name, {}),
    }
    if name not in known:
        raise AssertionError(f"{route.name}: tell tests/security/routes.py what to put for <{name}>")
    return known[name]
