"""States in the words of their trade: parcels are sent, meals are brought, and what is fetched is given out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orderdesk.accounts.models import OrderKind
from orderdesk.accounts.roles import Role
from orders.terms import DeliveryMethod, OrderStatus, ShipmentStatus, shipment_label
from tests.builders import make_order, make_shop, make_user

# Only a carrier's parcel comes to these.
CARRIERS_OWN = (
    ShipmentStatus.HANDED_OVER,
    ShipmentStatus.IN_TRANSIT,
    ShipmentStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.EXCEPTION,
)


def test_no_state_of_a_run_or_of_the_counter_is_called_a_parcels() -> None:
    pairs = [(status, DeliveryMethod.COURIER) for status in ShipmentStatus if status not in CARRIERS_OWN]
    pairs += [
        (status, DeliveryMethod.PICKUP) for status in (ShipmentStatus.PLANNED, ShipmentStatus.DELIVERED)
    ]
    with translation.override("ko"):
        said = [shipment_label(*pair) for pair in pairs]
    assert [words for words in said if "배송" in words or "택배" in words] == []


@pytest.mark.django_db
def test_a_customers_other_meals_are_told_in_words_of_food(client: Client) -> None:
    shop = make_shop(kind=OrderKind.FOOD)
    order = make_order(shop, status=OrderStatus.DELIVERED)
    make_order(shop, customer=order.customer, status=OrderStatus.IN_DELIVERY)
    client.force_login(make_user(shop, Role.AGENT))
    client.cookies["django_language"] = "en"
    page = client.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
    assert "On the way" in page
    assert "In delivery" not in page
