"""Facts of an order in the customer's words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from orderdesk import clock
from orders import phrases
from orders.timewords import Speaker
from tests.builders import make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("hours", [1, 12, 40])
def test_mails_word_the_promise_as_the_page_does(language: str, hours: int) -> None:
    start = clock.now() + timedelta(days=2)
    order = make_order(promised_from=start, promised_until=start + timedelta(hours=hours))
    with translation.override(language):
        page = Speaker(clock.now(), order.shop.zone).window(start, start + timedelta(hours=hours))
        assert phrases.promise(order) == page


def test_without_a_promise_nothing_is_said() -> None:
    assert phrases.promise(make_order(promised_from=None, promised_until=None)) == ""
