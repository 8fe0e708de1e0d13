"""Reasons are listed as the tree they are; a rule's outcome has words of its own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.translation import gettext, override

from orderdesk.accounts.models import Shop
from orders.models import Reason
from orders.terms import CancelOutcome

pytestmark = pytest.mark.django_db


def test_leaves_stand_indented_under_their_branch(staff_client: Client, shop: Shop) -> None:
    mind = Reason.objects.get(shop=None, code="mind")
    Reason.objects.create(
        shop=shop, parent=mind, code="gift", label_ko="선물 취소", label_en="No gift", fault="buyer"
    )
    text = staff_client.get("/admin/orders/reason/").content.decode()
    order = [
        text.index(words) for words in ("Changed my mind", "Plans changed", "No gift", "Later than promised")
    ]
    assert order == sorted(order)
    assert '<span class="leaf">No gift</span>' in text
    assert '<span class="leaf">Changed my mind</span>' not in text


def test_a_rule_that_leaves_it_to_the_shop_says_so_in_korean() -> None:
    with override("ko"):
        assert str(CancelOutcome.REQUEST.label) == "매장 승인 필요"
        assert gettext("Ask the shop") == "문의"
