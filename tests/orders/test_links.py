"""Private links: strong, hashed, repeatable, revocable."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from orderdesk import clock
from orders.models import AccessLink, LinkScope
from orders.services.links import (
    CUSTOMER_LINK_LIFE,
    courier_link,
    customer_link,
    find_link,
    hash_token,
    revoke_links,
    token_of,
)
from tests.builders import STAFF, make_order, make_shipment

pytestmark = pytest.mark.django_db


def test_a_link_opens_its_order_and_is_repeated_in_the_next_mail() -> None:
    order = make_order()
    address = customer_link(order)
    found = find_link(address.split("/")[-2], LinkScope.CUSTOMER)
    assert (found and found.order_id, customer_link(order)) == (order.pk, address)


def test_the_database_holds_no_token() -> None:
    token = customer_link(make_order()).split("/")[-2]
    row = AccessLink.objects.values().get()
    assert token not in map(str, row.values())
    assert row["token_hash"] == hash_token(token)


def test_a_token_has_at_least_128_bits() -> None:
    customer_link(make_order())
    assert len(token_of(AccessLink.objects.get())) * 6 >= 128


def test_a_revoked_link_is_dead_and_the_next_one_differs() -> None:
    order = make_order()
    old = customer_link(order)
    assert revoke_links(order.pk, actor=STAFF) == 1
    assert find_link(old.split("/")[-2], LinkScope.CUSTOMER) is None
    assert customer_link(order) != old


def test_an_expired_link_is_dead() -> None:
    token = customer_link(make_order()).split("/")[-2]
    with time_machine.travel(clock.now() + CUSTOMER_LINK_LIFE + timedelta(seconds=1)):
        assert find_link(token, LinkScope.CUSTOMER) is None


def test_a_courier_cannot_open_the_customers_page() -> None:
    token = courier_link(make_shipment(make_order())).split("/")[-2]
    assert find_link(token, LinkScope.CUSTOMER) is None


def test_after_the_secret_key_changed_mails_carry_a_fresh_link(settings: object) -> None:
    order = make_order()
    old = customer_link(order)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert customer_link(order) != old
    assert find_link(old.split("/")[-2], LinkScope.CUSTOMER) is not None
