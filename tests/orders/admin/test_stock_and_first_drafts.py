"""A stock item's page shows what moved it; a shop without any version of a policy has a button for its first."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.roles import Role
from orderdesk.policies.models import PolicyKind
from orderdesk.policies.services.publish import new_draft
from orders.models import StockItem
from orders.services.stock import count_stock, sync_stock
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
LIST = reverse("admin:policies_policy_changelist")


def test_a_stock_item_shows_its_movements_or_says_that_there_are_none(client: Client) -> None:
    order = make_order(quantities=(2,))
    item = StockItem.objects.create(shop=order.shop, sku="SKU-1")
    client.force_login(make_user(order.shop, Role.OWNER))
    client.cookies["django_language"] = "en"
    address = reverse("admin:orders_stockitem_change", args=[item.pk])
    assert "Nothing has moved yet." in client.get(address).content.decode()
    count_stock(item.pk, 7)
    sync_stock(order)
    page = client.get(address).content.decode()
    assert order.number in page
    assert "+7" in page
    assert "+2" in page
    assert reverse("admin:orders_stockitem_action", args=[item.pk, "count"]) in page


def test_a_shop_without_a_version_of_a_kind_has_a_button_for_its_first(client: Client) -> None:
    shop = make_shop()
    make_shop(name="Foreign")
    new_draft(shop.pk, PolicyKind.TIMING)
    client.force_login(make_user(shop, Role.POLICY_EDITOR))
    first = reverse("admin:policies_policy_draft", args=[shop.slug, PolicyKind.CANCELLATION])
    page = client.get(LIST).content.decode()
    assert first in page
    assert page.count("/policy/draft/") == 1
    assert client.post(first).status_code == 302
    assert "/policy/draft/" not in client.get(LIST).content.decode()
