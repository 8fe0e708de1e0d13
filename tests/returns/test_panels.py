"""Credit invoices on the order page."""

from __future__ import annotations

import pytest
from django.test import Client

from orderdesk import clock
from orderdesk.accounts.roles import Role
from returns.models import CreditInvoice, CreditLine
from tests.builders import make_order, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "shown"), [(Role.AGENT, True), (Role.PACKER, False)])
def test_a_credit_invoice_stands_on_its_order_for_those_who_may(
    client: Client, role: str, shown: bool
) -> None:
    order = make_order()
    client.force_login(make_user(order.shop, role))
    invoice = CreditInvoice.objects.create(
        shop=order.shop, number="C536379", at=clock.now(), customer=order.customer, currency="GBP", total=2750
    )
    CreditLine.objects.create(invoice=invoice, sku="D", quantity=1, amount=2750, order=order)
    text = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert ("C536379" in text, "27.50" in text) == (shown, shown)
