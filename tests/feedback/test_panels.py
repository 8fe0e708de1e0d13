"""Reviews on the order page."""

from __future__ import annotations

import pytest
from django.test import Client

from feedback.models import Review
from orderdesk import clock
from orderdesk.accounts.roles import Role
from tests.builders import make_order, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "shown"), [(Role.ANALYST, True), (Role.PACKER, False)])
def test_a_review_stands_on_its_order_for_those_who_may(client: Client, role: str, shown: bool) -> None:
    order = make_order()
    client.force_login(make_user(order.shop, role))
    Review.objects.create(order=order, score=2, text="<b>늦었어요</b>", answered_at=clock.now())
    text = client.get(f"/admin/orders/order/{order.pk}/change/").content.decode()
    assert ("&lt;b&gt;늦었어요" in text) is shown
