"""What staff and customers look at."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

from orderdesk.accounts.models import Customer
from orderdesk.console.keyset import Sort, encode
from orders.terms import OrderStatus
from tests.bench.client import Answer, Client, requests_per_second
from tests.bench.counting import ANSWER, ASK
from tests.bench.desk import Desk, customer
from tests.bench.measuring import Figure, attempt, timed

LIST = "/admin/orders/order/"
_ROW = re.compile(r'<th scope="row"[^>]*><a href')


def pages(desk: Desk) -> list[Figure]:
    """Every page, each on its own: one that is missing leaves the others standing."""
    kinds: list[tuple[str, Callable[[], Figure | list[Figure]]]] = [
        ("order list, first page", lambda: plain_list(desk, "order list, first page", "")),
        ("order list, rare status", lambda: plain_list(desk, "order list, rare status", "?status=on_hold")),
        (
            "order list, common status",
            lambda: plain_list(desk, "order list, common status", "?status=completed"),
        ),
        ("exact order number", lambda: _number(desk)),
        (
            "search: two syllables",
            lambda: _search(desk, "search: two syllables", lambda i: _person(desk, i).name[1:]),
        ),
        ("search: full name", lambda: _search(desk, "search: full name", lambda i: _person(desk, i).name)),
        (
            "search: part of mail",
            lambda: _search(desk, "search: part of mail", lambda i: _person(desk, i).email[2:-4]),
        ),
        (
            "search: phone's last 4",
            lambda: _search(desk, "search: phone's last 4", lambda i: _person(desk, i).phone_tail),
        ),
        ("deep page", lambda: _deep(desk)),
        ("order page", lambda: _order_page(desk)),
        ("work queues of the home page", lambda: _plain(desk, "work queues of the home page", "/admin/")),
        ("tracking page", lambda: _tracking(desk)),
    ]
    return [figure for name, measure in kinds for figure in attempt(name, measure)]


def _counted(figure: Figure, ask: Callable[[dict[str, str]], Answer]) -> Figure:
    figure.queries = int(ask({ASK: "1"}).headers[ANSWER.lower()])
    return figure


def _plain(desk: Desk, name: str, path: str) -> Figure:
    figure = timed(desk.server, name, lambda _i: desk.staff.get(path))
    return _counted(figure, lambda headers: desk.staff.get(path, **headers))


def plain_list(desk: Desk, name: str, query: str) -> Figure:
    figure = _plain(desk, name, LIST + query)
    rows = len(_ROW.findall(desk.staff.get(LIST + query).text))
    figure.extra["rows"] = rows
    if rows < 20:
        figure.note = f"only {rows} rows"
    return figure


def _number(desk: Desk) -> Figure:
    def ask(i: int) -> Answer:
        return desk.staff.get(f"{LIST}?q={desk.orders[i % len(desk.orders)].number}")

    figure = timed(desk.server, "exact order number", ask, expect=(302,))
    figure.note = "" if str(desk.orders[0].pk) in ask(0).location else "not straight to the order"
    number = desk.orders[0].number
    return _counted(figure, lambda headers: desk.staff.get(f"{LIST}?q={number}", **headers))


def _person(desk: Desk, i: int) -> Customer:
    return desk.people[i % len(desk.people)]


def _search(desk: Desk, name: str, text: Callable[[int], str]) -> Figure:
    def ask(i: int, **headers: str) -> Answer:
        return desk.staff.get(f"{LIST}?{urlencode({'q': text(i)})}", **headers)

    # A text that only one order fits leads straight to it.
    figure = timed(desk.server, name, ask, expect=(200, 302))
    hits = len(_ROW.findall(ask(0).text))
    figure.extra["hits"] = hits
    figure.note = "" if hits else "finds nothing"
    return _counted(figure, lambda headers: ask(0, **headers))


def _deep(desk: Desk) -> Figure:
    middle = desk.orders[len(desk.orders) // 2]
    cursor = encode(middle, Sort("new", "", "placed_at"))
    return plain_list(desk, "deep page", f"?after={cursor}")


def _order_page(desk: Desk) -> Figure:
    def ask(i: int, **headers: str) -> Answer:
        return desk.staff.get(f"{LIST}{desk.orders[i % len(desk.orders)].pk}/change/", **headers)

    return _counted(timed(desk.server, "order page", ask), lambda headers: ask(0, **headers))


def _tracking(desk: Desk) -> list[Figure]:
    arrived = [o for o in desk.orders if o.status in (OrderStatus.COMPLETED, OrderStatus.DELIVERED)][:12]
    visits = [customer(desk, order) for order in arrived]

    def ask(i: int, **headers: str) -> Answer:
        browser, path = visits[i % len(visits)]
        return browser.get(path, **headers)

    figure = timed(desk.server, "tracking page", ask, per_round=30)
    _counted(figure, lambda headers: ask(0, **headers))
    return [figure, *_crowds(desk, visits[0])]


def _crowds(desk: Desk, visit: tuple[Client, str]) -> list[Figure]:
    browser, path = visit
    etag = browser.get(path).headers.get("etag", "")
    answer = browser.get(path, **{"If-None-Match": etag})
    pages = Figure("tracking page, one worker", requests_per_second(browser, path), unit="/s")
    polls = Figure("tracking poll answered 304", requests_per_second(browser, path, etag=etag), unit="/s")
    polls.note = "" if answer.status == 304 else f"answered {answer.status}"
    return [pages, polls]
