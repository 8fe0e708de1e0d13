"""Tasks that people settle, and a shop's tags."""

from __future__ import annotations

import pytest
from django.test import Client

from orderdesk.accounts.models import Shop
from orderdesk.accounts.roles import Role
from orders.models import Tag, Task
from orders.terms import TaskKind
from tests.builders import make_order, make_shop, make_user

pytestmark = pytest.mark.django_db
URL = "/admin/orders/task/"


def task(shop: Shop, **values: object) -> Task:
    return Task.objects.create(order=make_order(shop), **{"kind": TaskKind.OTHER} | values)


def test_open_tasks_are_listed_oldest_first(staff_client: Client, shop: Shop) -> None:
    first, second = task(shop, detail="먼저"), task(shop, detail="나중")
    foreign = task(make_shop(), detail="남의 일")
    text = staff_client.get(URL).content.decode()
    assert text.index(first.detail) < text.index(second.detail)
    assert foreign.detail not in text


def test_a_settled_task_leaves_the_list(staff_client: Client, shop: Shop) -> None:
    done = task(shop, detail="끝난 일")
    staff_client.post(f"{URL}{done.pk}/action/settle/", {"resolution": "환불함"})
    assert "끝난 일" not in staff_client.get(URL).content.decode()
    assert "끝난 일" in staff_client.get(f"{URL}?state=settled").content.decode()


def test_a_task_is_settled_once(staff_client: Client, shop: Shop) -> None:
    done = task(shop)
    answers = [
        staff_client.post(f"{URL}{done.pk}/action/settle/", {"resolution": word}).status_code for word in "ab"
    ]
    done.refresh_from_db()
    assert (answers, done.resolution) == ([302, 422], "a")


def test_many_tasks_are_settled_with_one_word(staff_client: Client, shop: Shop) -> None:
    rows = [task(shop), task(shop)]
    data = {"action": "settle", "ids": [row.pk for row in rows], "confirm": "1", "resolution": "정리"}
    staff_client.post(f"{URL}bulk/", data)
    assert not Task.objects.filter(done_at=None).exists()


@pytest.mark.parametrize(("role", "status"), [(Role.PACKER, 403), (Role.AGENT, 302)])
def test_settling_needs_its_permission(client: Client, shop: Shop, role: str, status: int) -> None:
    client.force_login(make_user(shop, role))
    answer = client.post(f"{URL}{task(shop).pk}/action/settle/", {"resolution": "x"})
    assert answer.status_code == status


def test_a_tag_is_renamed_within_its_shop(staff_client: Client, shop: Shop) -> None:
    tag = Tag.objects.create(shop=shop, name="선물")
    staff_client.post(f"/admin/orders/tag/{tag.pk}/change/", {"name": "선물 포장"})
    tag.refresh_from_db()
    assert (tag.name, tag.shop) == ("선물 포장", shop)


def test_tags_of_other_shops_do_not_exist(staff_client: Client) -> None:
    tag = Tag.objects.create(shop=make_shop(), name="비밀")
    assert staff_client.get(f"/admin/orders/tag/{tag.pk}/change/").status_code == 302
    assert "비밀" not in staff_client.get("/admin/orders/tag/").content.decode()


def test_a_refund_task_says_how_much(client: Client) -> None:
    shop = make_shop()
    client.force_login(make_user(shop, Role.LEAD))
    order = make_order(shop)
    order.captured_total = order.total + 35_000
    order.save(update_fields=["captured_total"])
    Task.objects.create(order=order, kind=TaskKind.REFUND)
    assert "35,000" in client.get(URL).content.decode()
