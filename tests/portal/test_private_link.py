"""From the link in a mail to a clean address."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.test import Client

from orderdesk import clock
from orderdesk.events.actor import SYSTEM
from orderdesk.portal.redaction import RedactTokens
from orders.models import AccessLink
from orders.services.links import customer_link, revoke_links
from tests.builders import make_order, make_shipment
from tests.portal.visits import every_row, order_path, path_of, rider_of, run_path, visitor_of

pytestmark = pytest.mark.django_db
PRIVATE = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


def test_a_link_becomes_a_cookie_and_a_clean_address(client: Client) -> None:
    order = make_order()
    response = client.get(path_of(customer_link(order)))
    cookie = response.cookies[f"o-{order.public_id}"]
    assert (response.status_code, response["Location"]) == (302, order_path(order))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )


def test_over_https_the_cookie_is_bound_to_the_host(client: Client) -> None:
    order = make_order()
    response = client.get(path_of(customer_link(order)), secure=True)
    assert response.cookies[f"__Host-o-{order.public_id}"]["secure"]
    assert client.get(order_path(order), secure=True).status_code == 200


def test_a_second_orders_link_leaves_the_first_open() -> None:
    first, second = make_order(), make_order()
    client = visitor_of(second, visitor_of(first))
    assert [client.get(order_path(order)).status_code for order in (first, second)] == [200, 200]


def test_a_cookie_opens_its_own_order_only() -> None:
    mine, other = make_order(), make_order()
    client = visitor_of(mine)
    client.cookies[f"o-{other.public_id}"] = client.cookies[f"o-{mine.public_id}"].value
    assert client.get(order_path(other)).status_code == 404


def test_a_changed_cookie_opens_nothing() -> None:
    order = make_order()
    client = visitor_of(order)
    client.cookies[f"o-{order.public_id}"] = client.cookies[f"o-{order.public_id}"].value + "x"
    assert client.get(order_path(order)).status_code == 404


def test_a_couriers_cookie_does_not_open_the_customers_page() -> None:
    order = make_order()
    shipment = make_shipment(order)
    client = rider_of(shipment)
    run = client.cookies[f"c-{order.public_id}-1"].value
    client.cookies[f"o-{order.public_id}"] = run
    assert client.get(order_path(order)).status_code == 404
    assert client.get(run_path(shipment)).status_code == 200


def test_a_revoked_link_is_dead_at_once() -> None:
    order = make_order()
    client = visitor_of(order)
    revoke_links(order.pk, actor=SYSTEM)
    assert client.get(order_path(order)).status_code == 404


def test_an_expired_link_is_dead() -> None:
    order = make_order()
    client = visitor_of(order)
    AccessLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert client.get(order_path(order)).status_code == 404


def test_dead_and_unknown_links_answer_the_same(client: Client) -> None:
    order = make_order()
    link = path_of(customer_link(order))
    revoke_links(order.pk, actor=SYSTEM)
    answers = [
        client.get(path) for path in (link, "/o/0000000000000000000000/", order_path(order), "/orders/x/")
    ]
    assert {answer.status_code for answer in answers} == {404}
    pages = {answer.content.split(b"nonce")[0] for answer in answers}
    assert len(pages) == 1


@pytest.mark.parametrize("dead", [True, False])
def test_private_pages_are_not_kept_passed_on_or_indexed(dead: bool) -> None:
    order = make_order()
    client = Client() if dead else visitor_of(order)
    response = client.get(order_path(order))
    assert {name: response[name] for name in PRIVATE} == PRIVATE


def test_the_redirect_is_not_kept_either(client: Client) -> None:
    response = client.get(path_of(customer_link(make_order())))
    assert {name: response[name] for name in PRIVATE} == PRIVATE


def test_the_token_appears_on_no_page() -> None:
    order = make_order()
    token = customer_link(order).split("/")[-2]
    page = visitor_of(order).get(order_path(order)).content.decode()
    assert token not in page
    assert AccessLink.objects.get().token_hash not in page


@pytest.mark.parametrize("path", ["/o/{}/", "/c/{}/"])
def test_no_log_line_holds_a_token(client: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    token = "Abcdefghijklmnopqrst_-"
    with caplog.at_level(logging.DEBUG):
        client.get(path.format(token))
    assert token not in caplog.text


def test_a_token_in_somebody_elses_log_line_is_taken_out() -> None:
    record = logging.LogRecord("x", 40, "f", 1, "Failed: %s", ("/o/Abcdefghijklmnopqrst_-/",), None)
    assert RedactTokens().filter(record)
    assert record.getMessage() == "Failed: /o/…/"


def test_reading_changes_nothing(client: Client) -> None:
    order = make_order()
    links = [path_of(customer_link(order)), order_path(order)]
    visitor_of(order, client)
    before = every_row()
    for path in [*links, *links, "/track/", "/", "/o/nothing/"]:
        client.get(path)
        client.head(path)
    assert every_row() == before


@pytest.mark.parametrize("verb", ["post", "put", "delete", "patch"])
def test_a_link_is_only_for_reading(client: Client, verb: str) -> None:
    order = make_order()
    assert getattr(client, verb)(path_of(customer_link(order))).status_code == 405
