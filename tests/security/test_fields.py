"""Field by field: whose personal data each role reads, and what a form takes that it does not show."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import Membership, User
from orderdesk.accounts.roles import Role
from orders.admin.unmask import FIELDS
from orders.models import Order, Tag
from orders.services.place import new_number
from tests.builders import make_customer, make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PERSON = {
    "name": "남궁민수",
    "phone": "010-9876-5432",
    "email": "minsu.namgung@example.com",
    "recipient_name": "독고영재",
    "recipient_phone": "010-8765-4321",
    "address": "세종대로 110 비밀동 1203호",
}
# By role: what the order's page shows without being asked, and which fields may be looked at one by one.
EVERY_FIELD = sorted(PERSON)
MAY_LOOK: dict[str, list[str]] = {
    Role.AGENT: EVERY_FIELD,
    Role.LEAD: EVERY_FIELD,
    Role.OWNER: EVERY_FIELD,
    Role.KITCHEN: [],
    Role.PACKER: [],
    Role.POLICY_EDITOR: [],
    Role.ANALYST: [],
}


@pytest.fixture
def order() -> Order:
    shop = make_shop()
    person: dict[str, Any] = {"name": PERSON["name"], "phone": "01098765432", "email": PERSON["email"]}
    where: dict[str, Any] = {"recipient_name": PERSON["recipient_name"], "recipient_phone": "01087654321"}
    street: dict[str, Any] = {"address1": "세종대로 110", "address2": "비밀동 1203호"}
    return make_order(shop, customer=make_customer(shop, **person), **where, **street)


def staff(order: Order, role: str) -> Client:
    client = Client()
    client.force_login(make_user(order.shop, role))
    return client


def read(text: str) -> list[str]:
    return sorted(name for name, value in PERSON.items() if value in text)


def test_the_snapshot_names_every_role_and_every_field() -> None:
    assert set(MAY_LOOK) == set(Role)
    assert set(PERSON) == set(FIELDS)


@pytest.mark.parametrize("role", MAY_LOOK)
def test_no_role_reads_a_person_on_a_page_unasked(order: Order, role: str) -> None:
    client = staff(order, role)
    pages = [reverse("admin:orders_order_change", args=[order.pk]), reverse("admin:orders_order_changelist")]
    assert [read(client.get(page).content.decode()) for page in pages] == [[], []]


@pytest.mark.parametrize("role", MAY_LOOK)
def test_each_role_looks_at_the_fields_of_the_snapshot(order: Order, role: str) -> None:
    client, seen = staff(order, role), []
    for name in EVERY_FIELD:
        answer = client.post(
            reverse("admin:orders_order_unmask", args=[order.pk]), {"field": name}, follow=True
        )
        seen += read(answer.content.decode()) if answer.status_code == 200 else []
    assert sorted(set(seen)) == MAY_LOOK[role]


def test_no_form_takes_all_the_fields_of_a_model() -> None:
    rooms = [
        path
        for room in ("orderdesk", "orders", "returns", "feedback")
        for path in (ROOT / room).rglob("*.py")
    ]
    found = []
    for path in rooms:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                names = [
                    ast.unparse(each) for each in node.body if isinstance(each, ast.Assign | ast.AnnAssign)
                ]
                found += [str(path) for each in names if each.startswith("exclude") or "'__all__'" in each]
    assert found == []


def test_whoever_posts_every_field_of_an_order_to_its_page_changes_none(order: Order) -> None:
    before = Order.objects.filter(pk=order.pk).values().get()
    names = [field.name for field in Order._meta.fields]
    for value in ("1", "cancelled", "2026-01-01 00:00"):
        answer = staff(order, Role.OWNER).post(
            reverse("admin:orders_order_change", args=[order.pk]), dict.fromkeys(names, value)
        )
        assert answer.status_code < 500
    assert Order.objects.filter(pk=order.pk).values().get() == before


def test_what_a_form_does_not_show_is_not_taken_from_it(order: Order) -> None:
    client = staff(order, Role.OWNER)
    secret = "a-very-long-pass-phrase-9"
    wish = {"username": "newcomer", "name": "신입", "email": "n@example.com", "usable_password": "true"}
    powers = {"is_superuser": "on", "user_permissions": "1", "groups": "1", "is_staff": ""}
    client.post(
        reverse("admin:accounts_user_add"), wish | powers | {"password1": secret, "password2": secret}
    )
    made = User.objects.get(username="newcomer")
    assert (made.is_superuser, made.user_permissions.count(), made.groups.count()) == (False, 0, 0)
    assert not Membership.objects.filter(user=made).exists()


def test_a_row_of_the_own_shop_cannot_be_pushed_into_another(order: Order) -> None:
    foreign, tag = make_shop(), Tag.objects.create(shop=order.shop, name="급함")
    client = staff(order, Role.OWNER)
    client.post(reverse("admin:orders_tag_change", args=[tag.pk]), {"shop": foreign.pk, "name": "급함"})
    client.post(reverse("admin:orders_tag_add"), {"shop": foreign.pk, "name": "새"})
    assert list(Tag.objects.values_list("shop_id", flat=True)) == [order.shop_id]


def test_numbers_of_orders_tell_nobody_the_next_one(order: Order) -> None:
    tails = [int(new_number(order.shop, clock.now()).rpartition("-")[2]) for _n in range(300)]
    steps = {after - before for before, after in pairwise(tails)}
    assert len(steps) > 290
    assert (min(tails) < 50_000, max(tails) > 950_000) == (True, True)


def test_a_number_alone_opens_nothing(order: Order) -> None:
    visitor = Client()
    answers = [visitor.get(f"/o/{name}/").status_code for name in (order.number, order.public_id, order.pk)]
    assert set(answers) <= {302, 404}
    assert visitor.cookies.keys() & {"order"} == set()
    assert PERSON["name"] not in visitor.get(f"/o/{order.number}/", follow=True).content.decode()
