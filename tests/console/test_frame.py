"""The frame around every page: menu, pulse, search, languages, second factor, error pages, the browser's rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from csp.middleware import CSPMiddleware
from django.conf import settings as project
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from orderdesk.accounts.models import Shop, User
from orderdesk.console import menu, search
from tests.builders import make_user

pytestmark = pytest.mark.urls("tests.console.urls")
ORDERS = "admin:orders_order_changelist"


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "_entries", {})
    monkeypatch.setattr(menu, "_group_order", [])
    monkeypatch.setattr(search, "_providers", {})


def test_the_menu_shows_what_the_role_allows(client: Client, shop: Shop) -> None:
    menu.register("Orders", "All orders", ORDERS, "orders.view_order")
    menu.register("Owner", "Shop settings", ORDERS, "accounts.change_shop", query="x=1")
    client.force_login(make_user(shop, "agent"))
    page = client.get("/admin/").content.decode()
    assert "All orders" in page
    assert "Shop settings" not in page


def test_the_entry_one_is_at_is_marked(desk: Client) -> None:
    menu.register("Orders", "All", ORDERS, "orders.view_order")
    menu.register("Orders", "Placed", ORDERS, "orders.view_order", query="status=placed")
    groups = desk.get("/admin/orders/order/?status=placed").context["menu"]
    assert [(link.label, link.current) for link in groups[0].links] == [("All", False), ("Placed", True)]


def test_an_entry_without_its_page_is_left_out(desk: Client) -> None:
    menu.register("Orders", "Gone", "admin:not_there", "orders.view_order")
    assert desk.get("/admin/").context["menu"] == []


def test_counts_are_asked_by_the_pulse_only(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asked: list[str] = []

    def count(request: HttpRequest) -> int:
        asked.append(request.path)
        return 7

    menu.register("Orders", "All", ORDERS, "orders.view_order", count=count)
    desk.get("/admin/orders/order/")
    assert asked == []
    with django_assert_max_num_queries(3):
        body = desk.get("/admin/pulse/").json()
    assert body["counts"] == {ORDERS: 7}


def test_the_pulse_is_answered_304_while_nothing_moved(desk: Client) -> None:
    menu.register("Orders", "All", ORDERS, "orders.view_order", newest=lambda _request: 3)
    first = desk.get("/admin/pulse/")
    again = desk.get("/admin/pulse/", headers={"If-None-Match": first["ETag"]})
    assert first.json()["newest"] == {ORDERS: 3}
    assert again.status_code == 304


def _two_hits(_request: HttpRequest, text: str) -> list[search.Hit]:
    return [search.Hit(f"{text} {n}", f"/admin/#{n}", "order") for n in (1, 2)]


def test_command_search_lists_hits_of_every_room_and_the_menu(desk: Client) -> None:
    search.register("orders", _two_hits)
    menu.register("Orders", "Old n-1 orders", ORDERS, "orders.view_order")
    page = desk.post("/admin/search/", {"q": "N-1"}, headers={"X-Fragment": "hits"}).content.decode()
    assert page.count("<li>") == 3
    assert "<html" not in page


def test_a_single_hit_is_opened_and_none_is_said(desk: Client) -> None:
    search.register("orders", lambda request, text: _two_hits(request, text)[:1] if text == "N-1" else [])
    assert desk.post("/admin/search/", {"q": "N-1"})["Location"] == "/admin/#1"
    assert "Nothing found for “zzz”." in desk.post("/admin/search/", {"q": "zzz"}).content.decode()


def test_the_bell_remembers_its_owner(desk: Client, lead: User) -> None:
    desk.post("/admin/rings/", {"rings": "1"})
    lead.refresh_from_db()
    assert lead.rings
    assert desk.get("/admin/rings/").status_code == 405


def test_the_chosen_theme_is_written_by_the_server(desk: Client) -> None:
    desk.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in desk.get("/admin/").content.decode()
    desk.cookies["theme"] = '"><script>'
    assert "data-theme" not in desk.get("/admin/").content.decode().split("<body")[0]


def test_login_is_allauths(client: Client, db: None) -> None:
    assert client.get("/admin/login/?next=/admin/")["Location"].startswith("/accounts/login/?")


def test_staff_without_second_factor_are_led_to_it_where_it_is_required(
    desk: Client, lead: User, settings: Settings
) -> None:
    settings.REQUIRE_MFA = True
    assert desk.get("/admin/")["Location"] == "/accounts/2fa/"
    Authenticator.objects.create(user=lead, type=Authenticator.Type.TOTP, data={})
    assert desk.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/orders/order/", "/accounts/login/", "/admin/nowhere/"]
)
def test_every_answer_carries_the_strict_policy(desk: Client, address: str) -> None:
    policy = desk.get(address)["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_a_shops_colour_comes_with_the_nonce_of_its_answer(rf: RequestFactory, shop: Shop) -> None:
    shop.accent = "#c2410c"

    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "portal/base.html", {"shop": shop})

    request = rf.get("/")
    request.user = AnonymousUser()
    answer: Any = CSPMiddleware(page)(request)
    nonce = re.search(r'<style nonce="([^"]+)">:root{--shop-accent:#c2410c', answer.content.decode())
    assert nonce
    assert f"'nonce-{nonce[1]}'" in answer["Content-Security-Policy"]


def test_no_template_has_inline_script_or_style() -> None:
    inline = re.compile(
        r"<script(?![^>]*(src=|application/json))|\sstyle=|\son[a-z]+=\"|<style(?! nonce)|javascript:"
    )
    folder = Path(project.BASE_DIR) / "templates"
    found = [
        str(path)
        for path in folder.rglob("*.html")
        if "notifications" not in path.parts and inline.search(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(("address", "words"), [("/admin/nope/", "This page does not exist")])
def test_error_pages_speak_plainly(desk: Client, address: str, words: str) -> None:
    assert words in desk.get(address).content.decode()
