"""The list of credit invoices: found by number or order, filtered, of one's own shops only."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.roles import Role
from orders.models import Order
from returns.models import CreditInvoice, CreditLine
from tests.builders import make_order, make_user

pytestmark = pytest.mark.django_db
LIST = "admin:returns_creditinvoice_changelist"


def credit(order: Order, number: str, *, matched: bool = True) -> CreditInvoice:
    invoice = CreditInvoice.objects.create(
        shop=order.shop, number=number, at=clock.now(), customer=order.customer, currency="GBP", total=2750
    )
    CreditLine.objects.create(
        invoice=invoice, sku="D", quantity=1, amount=2750, order=order if matched else None
    )
    return invoice


@pytest.fixture
def order() -> Order:
    return make_order()


@pytest.fixture
def agent(client: Client, order: Order) -> Client:
    client.force_login(make_user(order.shop, Role.AGENT))
    return client


def listed(client: Client, **query: str) -> str:
    return client.get(reverse(LIST), query).content.decode().partition("<tbody")[2].partition("</tbody")[0]


def test_only_ones_own_shops_documents_are_listed(agent: Client, order: Order) -> None:
    credit(order, "C-1")
    foreign = credit(make_order(), "C-2")
    assert "C-1" in listed(agent)
    assert "C-2" not in listed(agent)
    assert agent.get(reverse("admin:returns_creditinvoice_change", args=[foreign.pk])).status_code == 404


def test_it_is_found_by_its_number_and_by_the_orders(agent: Client, order: Order) -> None:
    credit(order, "C-1")
    credit(make_order(order.shop), "C-2")
    for text in ("C-1", order.number):
        rows = listed(agent, q=text)
        assert "C-1" in rows
        assert "C-2" not in rows


def test_those_without_an_order_are_a_filter(agent: Client, order: Order) -> None:
    credit(order, "C-1")
    credit(order, "C-2", matched=False)
    rows = listed(agent, unmatched="1")
    assert "C-2" in rows
    assert "C-1" not in rows


def test_its_page_leads_to_the_order(agent: Client, order: Order) -> None:
    page = agent.get(reverse("admin:returns_creditinvoice_change", args=[credit(order, "C-1").pk]))
    assert reverse("admin:orders_order_change", args=[order.pk]) in page.content.decode()
    assert "27.50" in page.content.decode()


def test_the_list_costs_the_same_for_any_length(
    agent: Client, order: Order, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    credit(order, "C-0")
    listed(agent)
    with django_assert_max_num_queries(30) as first:
        listed(agent)
    for n in range(1, 8):
        credit(make_order(order.shop), f"C-{n}")
    with django_assert_num_queries(len(first)):
        rows = listed(agent)
    assert [n for n in range(8) if f"C-{n}" not in rows] == []
