from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from orderdesk.accounts.models import Shop
from orders.models import Order
from tests.builders import make_customer, make_order, make_shop, make_user

pytestmark = pytest.mark.urls("tests.console.urls")


def _address(order: Order, action: str = "") -> str:
    page = f"action/{action}/" if action else "change/"
    return f"/admin/orders/order/{order.pk}/{page}"


def _seen(client: Client, address: str) -> str:
    return str(client.get(address).context["seen"])


def test_allowed_actions_are_links_and_others_say_why_not(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    page = desk.get(_address(order)).content.decode()
    assert f'href="{_address(order, "note")}"' in page
    assert "Nothing is packed yet." in page
    assert f'href="{_address(order, "ship")}"' not in page


def test_actions_of_other_roles_are_not_shown(client: Client, shop: Shop) -> None:
    client.force_login(make_user(shop, "agent"))
    assert "Reopen" not in client.get(_address(make_order(shop))).content.decode()


def test_the_form_is_a_page_of_its_own_without_javascript(desk: Client, shop: Shop) -> None:
    page = desk.get(_address(make_order(shop), "note"))
    assert b"<html" in page.content
    assert b'<form class="action-form' in page.content


def test_a_dialog_gets_the_form_alone(desk: Client, shop: Shop) -> None:
    page = desk.get(_address(make_order(shop), "note"), headers={"X-Fragment": "dialog"})
    assert b"<html" not in page.content
    assert b'<form class="action-form' in page.content


def test_posting_does_it_and_leads_back(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    answer = desk.post(_address(order, "note"), {"text": "hello"})
    order.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, _address(order))
    assert order.customer_note == "hello"


def test_a_dialog_is_told_where_to_go(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    answer = desk.post(_address(order, "note"), {"text": "hello"}, headers={"X-Fragment": "dialog"})
    assert (answer.status_code, answer["X-Location"]) == (204, _address(order))


def test_a_refusal_keeps_what_was_typed(desk: Client, shop: Shop) -> None:
    answer = desk.post(_address(make_order(shop), "note"), {"text": "refuse"})
    assert answer.status_code == 422
    assert b"Refused: too late" in answer.content
    assert b'value="refuse"' in answer.content


def test_an_action_that_is_off_refuses_the_post_too(desk: Client, shop: Shop) -> None:
    answer = desk.post(_address(make_order(shop), "ship"), {"text": "x"})
    assert answer.status_code == 422
    assert b"Nothing is packed yet." in answer.content


def test_a_stale_action_form_shows_the_difference_and_does_nothing(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    seen = _seen(desk, _address(order, "note"))
    Order.objects.filter(pk=order.pk).update(customer_note="ring twice", version=order.version + 1)
    answer = desk.post(_address(order, "note"), {"text": "mine", "seen": seen})
    order.refresh_from_db()
    assert (answer.status_code, order.customer_note) == (409, "ring twice")
    assert [each.now for each in answer.context["changed"]] == ["ring twice"]
    assert b'value="mine"' in answer.content


def test_sending_again_after_looking_is_accepted(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    seen = _seen(desk, _address(order, "note"))
    Order.objects.filter(pk=order.pk).update(version=order.version + 1)
    stale = desk.post(_address(order, "note"), {"text": "mine", "seen": seen})
    again = desk.post(_address(order, "note"), {"text": "mine", "seen": stale.context["seen"]})
    assert (stale.status_code, again.status_code) == (409, 302)


def test_losing_the_race_under_the_lock_is_a_conflict(desk: Client, shop: Shop) -> None:
    answer = desk.post(_address(make_order(shop), "note"), {"text": "race"})
    assert answer.status_code == 409
    assert b"Somebody was quicker." in answer.content


def test_a_forged_note_of_the_row_is_treated_as_stale(desk: Client, shop: Shop) -> None:
    order = make_order(shop)
    assert desk.post(_address(order, "note"), {"text": "x", "seen": "forged"}).status_code == 409


@pytest.mark.parametrize("page", ["", "note"])
def test_another_shops_order_does_not_exist(desk: Client, page: str) -> None:
    assert desk.get(_address(make_order(make_shop()), page)).status_code == 404


def test_the_permission_is_asked_in_the_orders_own_shop(client: Client, shop: Shop) -> None:
    seen = make_shop()
    user = make_user(shop, "lead")
    seen.memberships.create(user=user, role="analyst")
    client.force_login(user)
    assert client.post(_address(make_order(seen), "note"), {"text": "x"}).status_code == 403


def test_panels_come_from_settings_and_a_broken_one_spares_the_page(
    desk: Client, shop: Shop, settings: Settings
) -> None:
    settings.ORDER_PANELS = ["tests.console.site.broken_panel", "tests.console.site.good_panel"]
    order = make_order(shop)
    page = desk.get(_address(order)).content.decode()
    assert f"panel of {order.number}" in page
    assert "This part could not be shown." in page


def test_previous_and_next_follow_the_list_one_came_from(desk: Client, shop: Shop) -> None:
    first, other, last = make_order(shop), make_order(shop, status="ready"), make_order(shop)
    page = desk.get(f"{_address(last)}?_changelist_filters=status%3Dplaced%26sort%3Dold")
    assert f"/{first.pk}/change/" in page.context["previous_url"]
    assert f"/{other.pk}/" not in page.context["previous_url"] + page.context["next_url"]


def _customer_form(client: Client, name: str, address: str) -> dict[str, Any]:
    page = client.get(address)
    values = page.context["adminform"].form.initial
    return {key: values[key] for key in ("name", "email", "phone")} | {
        "seen": page.context["seen"],
        "name": name,
    }


def test_a_stale_change_form_keeps_the_input_and_cannot_undo_a_change(desk: Client, shop: Shop) -> None:
    customer = make_customer(shop, name="Old")
    address = f"/admin/accounts/customer/{customer.pk}/change/"
    data = _customer_form(desk, "Mine", address)
    type(customer).objects.filter(pk=customer.pk).update(name="Theirs")
    answer = desk.post(address, data)
    customer.refresh_from_db()
    assert (answer.status_code, customer.name) == (409, "Theirs")
    assert b'value="Mine"' in answer.content
    assert desk.post(address, data | {"seen": answer.context["seen"]}).status_code == 302


def test_a_change_form_writes_only_what_it_changed(desk: Client, shop: Shop) -> None:
    customer = make_customer(shop, name="Old")
    address = f"/admin/accounts/customer/{customer.pk}/change/"
    data = _customer_form(desk, "New", address)
    data.pop("seen")
    type(customer).objects.filter(pk=customer.pk).update(language="en")
    desk.post(address, data)
    customer.refresh_from_db()
    assert (customer.name, customer.language) == ("New", "en")
