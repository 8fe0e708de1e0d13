"""The look-up of a lost link gives nothing away."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client

from orderdesk.events.models import Event
from orders.models import Order
from tests.builders import make_customer, make_order, make_shop

pytestmark = pytest.mark.django_db


def ask(number: str, contact: str, address: str = "203.0.113.7") -> Any:
    return Client().post("/track/", {"number": number, "contact": contact}, REMOTE_ADDR=address)


def asked() -> list[int]:
    """Orders whose link was asked for."""
    found = Event.objects.filter(kind="link.requested").order_by("subject_id")
    return list(found.values_list("subject_id", flat=True))


def an_order(**values: Any) -> Order:
    shop = make_shop()
    customer = make_customer(shop, email="kim@example.com", phone="010-2222-3333")
    return make_order(shop, customer=customer, **{"number": "N-20261124-0042"} | values)


@pytest.mark.parametrize(
    "contact", ["kim@example.com", " KIM@Example.com ", "010-2222-3333", "+82 10 2222 3333", "01022223333"]
)
def test_the_right_mail_or_phone_gets_the_link(contact: str) -> None:
    order = an_order()
    assert ask("n-20261124-0042", contact).status_code == 200
    assert asked() == [order.pk]


@pytest.mark.parametrize(
    ("number", "contact"),
    [
        ("N-20261124-0043", "kim@example.com"),
        ("N-20261124-0042", "lee@example.com"),
        ("N-20261124-0042", "-"),
    ],
)
def test_a_wrong_pair_sends_nothing(number: str, contact: str) -> None:
    an_order()
    ask(number, contact)
    assert asked() == []


def test_hit_and_miss_answer_alike() -> None:
    an_order()
    hit, miss = ask("N-20261124-0042", "kim@example.com"), ask("N-1", "lee@example.com")
    assert (hit.status_code, dict(hit.headers)) == (miss.status_code, dict(miss.headers))
    assert without_nonce(hit) == without_nonce(miss)
    assert b"kim@example.com" not in hit.content


def without_nonce(response: Any) -> list[bytes]:
    return [line for line in response.content.splitlines() if b"nonce" not in line]


def test_hit_and_miss_take_the_same_time(settings: Any) -> None:
    settings.PORTAL_LOOKUP_SECONDS = 0.25
    an_order()
    took = [seconds(number) for number in ("N-20261124-0042", "N-1", "N-20261124-0042", "N-1")]
    assert all(0.25 <= one < 0.35 for one in took)


def seconds(number: str) -> float:
    began = time.perf_counter()
    ask(number, "kim@example.com")
    return time.perf_counter() - began


def test_the_same_number_in_two_shops_finds_both() -> None:
    orders = [an_order(), an_order()]
    ask("N-20261124-0042", "kim@example.com")
    assert asked() == sorted(order.pk for order in orders)


def test_a_target_gets_five_links_an_hour_and_the_answer_stays_the_same() -> None:
    an_order()
    answers = [ask("N-20261124-0042", "kim@example.com", f"203.0.113.{n}") for n in range(7)]
    assert len(asked()) == 5
    assert {(answer.status_code, b"".join(without_nonce(answer))) for answer in answers} == {
        (200, b"".join(without_nonce(answers[0])))
    }


def test_a_visitor_may_ask_twenty_times_an_hour() -> None:
    statuses = [ask(f"N-{n}", f"a{n}@example.com").status_code for n in range(21)]
    assert statuses == [200] * 20 + [429]
    assert ask("N-1", "a@example.com", "198.51.100.1").status_code == 200


def test_an_ipv6_visitor_is_counted_by_network() -> None:
    for n in range(20):
        ask(f"N-{n}", f"a{n}@example.com", f"2001:db8::{n:x}")
    assert ask("N-99", "z@example.com", "2001:db8::ffff").status_code == 429
    assert ask("N-99", "z@example.com", "2001:db8:1::1").status_code == 200


def test_a_forged_forwarding_header_does_not_lift_the_limit() -> None:
    fields = {"number": "N-1", "contact": "a@example.com"}
    statuses = [
        Client().post("/track/", fields, HTTP_X_FORWARDED_FOR=f"9.9.9.{n}").status_code for n in range(21)
    ]
    assert statuses[-1] == 429


def test_empty_fields_are_asked_for_again() -> None:
    response = ask("", "")
    assert response.status_code == 200
    assert set(response.context["form"].errors) == {"number", "contact"}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("number", "contact", "wrong"),
    [
        ("", "", {"number", "contact"}),
        ("kim@example.com", "kim@example.com", {"number"}),
        ("abc", "010-1234-5678", {"number"}),
        ("N-1" * 40, "010-1234-5678", {"number"}),
        ("N-20261124-0042", "kim@example", {"contact"}),
        ("N-20261124-0042", "홍길동", {"contact"}),
        ("N-20261124-0042", "010-12", {"contact"}),
        ("N-20261124-0042", "a" * 300 + "@example.com", {"contact"}),
    ],
)
def test_what_cannot_be_looked_up_is_said_in_the_readers_language_and_kept(
    number: str, contact: str, wrong: set[str], language: str
) -> None:
    response = Client().post(f"/track/?lang={language}", {"number": number, "contact": contact})
    page = response.content.decode()
    assert set(response.context["form"].errors) == wrong
    assert all(f'value="{typed}"' in page for typed in (number, contact) if typed)
    said = re.findall(r'class="error">([^<]+)<', page)
    assert len(said) == len(wrong)
    for sentence in said:
        assert bool(re.search("[가-힣]", sentence)) is (language == "ko")
        assert re.search(r"[가-힣]요\.$", sentence) if language == "ko" else sentence.endswith(".")


def test_a_copied_number_may_bring_control_characters_along() -> None:
    order = an_order()
    ask("\x00N-20261124-0042\n", " kim@example.com\x00")
    assert asked() == [order.pk]


def test_whoever_asks_too_often_keeps_what_was_typed() -> None:
    for n in range(20):
        ask(f"N-{n}", f"a{n}@example.com")
    response = ask("N-20261124-0042", "kim@example.com")
    page = response.content.decode()
    assert response.status_code == 429
    assert 'value="N-20261124-0042"' in page
    assert 'value="kim@example.com"' in page
    assert 'role="alert"' in page
