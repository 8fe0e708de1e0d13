from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderdesk import clock
from orderdesk.accounts.models import Shop
from orderdesk.console import keyset
from orderdesk.console.keyset import Sort
from orders.models import Order
from tests.builders import make_order

NEWEST = Sort("new", "Newest", "placed_at")
OLDEST = Sort("old", "Oldest", "placed_at", descending=False)
BY_ID = Sort("id", "Newest", "pk")


def _orders(shop: Shop, count: int, *, same_time: bool = False) -> None:
    now = clock.now()
    for number in range(count):
        make_order(shop, placed_at=now if same_time else now - timedelta(minutes=number))


def _walk(sort: Sort, size: int = 3) -> list[int]:
    seen, after = [], ""
    while True:
        page = keyset.fetch(Order.objects.all(), sort, after=after, size=size)
        seen += [order.pk for order in page.rows]
        if not page.next:
            return seen
        after = page.next


@pytest.mark.parametrize("sort", [NEWEST, OLDEST, BY_ID])
@pytest.mark.parametrize("same_time", [True, False])
def test_walking_the_pages_meets_every_row_once(shop: Shop, sort: Sort, same_time: bool) -> None:
    _orders(shop, 10, same_time=same_time)
    expected = list(Order.objects.order_by(*sort.ordering()).values_list("pk", flat=True))
    assert _walk(sort) == expected


def test_rows_inserted_meanwhile_neither_repeat_nor_hide_a_row(shop: Shop) -> None:
    _orders(shop, 6)
    before = list(Order.objects.order_by("-placed_at", "-pk").values_list("pk", flat=True))
    first = keyset.fetch(Order.objects.all(), NEWEST, size=3)
    make_order(shop, placed_at=clock.now() + timedelta(minutes=1))
    second = keyset.fetch(Order.objects.all(), NEWEST, after=first.next, size=3)
    assert [order.pk for order in [*first.rows, *second.rows]] == before


def test_going_back_returns_to_the_page_one_came_from(shop: Shop) -> None:
    _orders(shop, 9)
    pages = [keyset.fetch(Order.objects.all(), NEWEST, size=3)]
    pages += [keyset.fetch(Order.objects.all(), NEWEST, after=pages[0].next, size=3)]
    third = keyset.fetch(Order.objects.all(), NEWEST, after=pages[1].next, size=3)
    back = keyset.fetch(Order.objects.all(), NEWEST, before=third.previous, size=3)
    assert [order.pk for order in back.rows] == [order.pk for order in pages[1].rows]
    assert back.previous
    assert back.next


def test_going_back_to_the_beginning_shows_a_full_first_page(shop: Shop) -> None:
    _orders(shop, 5)
    first = keyset.fetch(Order.objects.all(), NEWEST, size=3)
    second = keyset.fetch(Order.objects.all(), NEWEST, after=first.next, size=3)
    make_order(shop, placed_at=clock.now() + timedelta(minutes=1))
    back = keyset.fetch(Order.objects.all(), NEWEST, before=first.next, size=3)
    assert len(second.rows) == 2
    assert len(back.rows) == 3
    assert not back.previous


@given(cursor=st.text(max_size=60))
def test_a_spoiled_cursor_is_refused_without_an_error(cursor: str) -> None:
    decoded = keyset.decode(Order, NEWEST, cursor)
    assert decoded is None or len(decoded) == 2


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwgIjEiXQ", "eyJhIjogMX0", "W251bGwsIG51bGxd"])
def test_a_cursor_of_another_shape_shows_the_first_page(shop: Shop, cursor: str) -> None:
    _orders(shop, 2)
    assert len(keyset.fetch(Order.objects.all(), NEWEST, after=cursor).rows) == 2


def test_neighbours_are_the_rows_before_and_after(shop: Shop) -> None:
    _orders(shop, 3)
    first, middle, last = Order.objects.order_by("-placed_at", "-pk")
    everything: Any = Order.objects.all()
    assert keyset.neighbours(everything, NEWEST, middle) == (first.pk, last.pk)
    assert keyset.neighbours(everything, NEWEST, first) == (None, middle.pk)


def test_a_deep_page_reads_from_the_index_range(shop: Shop) -> None:
    make_order(shop)
    row = Order.objects.get()
    sql = str(Order.objects.filter(keyset._beyond(NEWEST, (row.placed_at, row.pk), backwards=False)).query)
    assert "<=" in sql
    assert " AND " in sql
