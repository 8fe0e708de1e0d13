"""An owner rules over the own shop's people, and reaches nobody else's login through them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.models import Membership, User
from orderdesk.accounts.roles import Role
from tests.builders import make_shop, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return make_user(make_shop(), Role.OWNER)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shop_of(user: User) -> Any:
    return user.memberships.get().shop


def test_an_owner_cannot_draw_another_shop_s_login_into_the_own_shop(owner: User) -> None:
    stranger = make_user(make_shop(), Role.OWNER)
    role = {"user": stranger.pk, "shop": shop_of(owner).pk, "role": Role.AGENT}
    browser(owner).post(reverse("admin:accounts_membership_add"), role)
    assert not Membership.objects.filter(user=stranger, shop=shop_of(owner)).exists()


def test_a_login_that_also_works_elsewhere_is_seen_but_not_changed(owner: User) -> None:
    shared = make_user(shop_of(owner), Role.AGENT, email="shared@example.com")
    Membership.objects.create(user=shared, shop=make_shop(), role=Role.OWNER)
    address = reverse("admin:accounts_user_change", args=[shared.pk])
    fields = {"username": "x", "name": "x", "email": "owner@example.com", "language": "ko"}
    assert browser(owner).get(address).status_code == 200
    assert browser(owner).post(address, fields).status_code == 403
    assert User.objects.get(pk=shared.pk).email == "shared@example.com"


def test_no_form_makes_a_superuser(owner: User) -> None:
    mate = make_user(shop_of(owner), Role.AGENT)
    fields = {"username": "mate", "email": "m@example.com", "language": "ko", "is_active": "on"}
    more = {"is_superuser": "on", "is_staff": "on", "user_permissions": "1"}
    address = reverse("admin:accounts_user_change", args=[mate.pk])
    browser(owner).post(address, fields | more)
    mate.refresh_from_db()
    assert (mate.username, mate.is_superuser) == ("mate", False)


def test_a_shop_s_roles_cannot_be_moved_to_another_shop(owner: User) -> None:
    mate = make_user(shop_of(owner), Role.AGENT).memberships.get()
    elsewhere = make_shop()
    fields = {"user": mate.user_id, "shop": elsewhere.pk, "role": Role.OWNER}
    browser(owner).post(reverse("admin:accounts_membership_change", args=[mate.pk]), fields)
    mate.refresh_from_db()
    assert mate.shop == shop_of(owner)


def test_nobody_signs_up_by_themselves() -> None:
    fields = {"username": "guest", "email": "guest@example.com", "password1": "desk-of-orders-1"}
    assert Client().get(reverse("account_signup")).status_code == 200
    Client().post(reverse("account_signup"), fields)
    assert not User.objects.filter(username="guest").exists()
