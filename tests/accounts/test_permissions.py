"""Who may do what, in which shop."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from orderdesk.accounts.roles import ROLE_PERMISSIONS, Role
from orders.models import Order
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db


def test_every_permission_of_every_role_exists_after_migrate() -> None:
    known = {
        f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")
    }
    wanted = set().union(*ROLE_PERMISSIONS.values())
    assert wanted - known == set()


def test_every_role_has_its_permissions() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role.values)


def test_staff_of_one_shop_never_see_the_orders_of_another() -> None:
    ours, theirs = make_order(), make_order()
    user = make_user(ours.shop, Role.OWNER)
    assert list(Order.objects.visible_to(user)) == [ours]
    assert (user.has_perm("orders.view_order", ours), user.has_perm("orders.view_order", theirs)) == (
        True,
        False,
    )


def test_a_role_in_one_shop_gives_nothing_in_another() -> None:
    shop, other = make_shop(), make_shop()
    user = make_user(shop, Role.LEAD)
    user.memberships.create(shop=other, role=Role.ANALYST)
    assert user.has_perm("orders.cancel_order", shop)
    assert not user.has_perm("orders.cancel_order", other)


def test_nobody_and_the_inactive_see_nothing() -> None:
    order = make_order()
    gone = make_user(order.shop, is_active=False)
    assert not Order.objects.visible_to(AnonymousUser()).exists()
    assert not gone.has_perm("orders.view_order", order)


def test_a_kitchen_cannot_see_customers_in_full() -> None:
    user = make_user(make_shop(), Role.KITCHEN)
    assert not user.has_perm("accounts.unmask_customer")
