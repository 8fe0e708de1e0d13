from __future__ import annotations

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop, User
from orderdesk.console.models import SavedView
from tests.builders import make_shop, make_user

pytestmark = pytest.mark.urls("tests.console.urls")
LIST = "/admin/orders/order/"


def _save(client: Client, **data: str) -> None:
    client.post(f"{LIST}views/save/", {"name": "Mine", "query": "status=placed&q=kim", **data})


def _tabs(client: Client, query: str = "") -> list[tuple[str, bool]]:
    return [(str(view), on) for view, on, _mine in client.get(f"{LIST}{query}").context["saved_views"]]


def test_a_saved_view_is_a_tab_that_knows_when_it_is_on(desk: Client) -> None:
    _save(desk)
    assert _tabs(desk) == [("Mine", False)]
    assert _tabs(desk, "?status=placed&q=kim") == [("Mine", True)]


def test_saving_under_the_same_name_replaces_the_view(desk: Client) -> None:
    _save(desk)
    _save(desk, query="status=ready")
    assert SavedView.objects.get().query == "status=ready"


def test_the_form_offers_the_team_to_whoever_may_share(desk: Client, client: Client, shop: Shop) -> None:
    address = f"{LIST}views/save/?query=status%3Dplaced"
    assert desk.get(address).context["teams"] == [(shop.pk, "Namu")]
    client.force_login(make_user(shop, "agent"))
    assert client.get(address, headers={"X-Fragment": "dialog"}).context["teams"] == []


def test_a_view_needs_a_name(desk: Client) -> None:
    _save(desk, name="  ")
    assert not SavedView.objects.exists()


def test_my_view_is_mine_alone(desk: Client, client: Client, shop: Shop) -> None:
    _save(desk)
    client.force_login(make_user(shop, "agent"))
    assert _tabs(client) == []


def test_a_lead_shares_a_view_with_the_team(desk: Client, client: Client, shop: Shop) -> None:
    _save(desk, shop=str(shop.pk))
    client.force_login(make_user(shop, "agent"))
    assert _tabs(client) == [("Mine", False)]


def test_nobody_shares_into_a_shop_where_they_may_not(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, "agent"))
    _save(client, shop=str(shop.pk))
    _save(client, name="Other", shop=str(make_shop().pk))
    assert set(SavedView.objects.values_list("shop", flat=True)) == {None}


def test_only_its_maker_removes_a_view(desk: Client, client: Client, shop: Shop, lead: User) -> None:
    _save(desk, shop=str(shop.pk))
    view = SavedView.objects.get(user=lead)
    client.force_login(make_user(shop, "lead"))
    assert client.post(f"{LIST}views/{view.pk}/delete/").status_code == 404
    desk.post(f"{LIST}views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_get_removes_nothing(desk: Client, lead: User) -> None:
    _save(desk)
    view = SavedView.objects.get(user=lead)
    assert desk.get(f"{LIST}views/{view.pk}/delete/").status_code == 405
    assert SavedView.objects.exists()
