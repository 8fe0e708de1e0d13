"""Versions of the cancellation policy: floors of the law, what orders are bound to, what a draft would change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime, OrderKind, Shop
from orderdesk.accounts.roles import Role
from orderdesk.errors import DomainError
from orderdesk.policies.models import Policy, PolicyKind
from orderdesk.policies.services.publish import new_draft, publish
from orders.cancel_rules import CancelFacts, judge
from orders.models import CancelRule, CancelTerms, Order
from orders.services.cancelling.what_if import what_if
from orders.terms import CancelOutcome, OrderStatus
from tests.builders import STAFF, make_shop, make_user
from tests.orders.cancelling.rows import card_order, confirmed, opened

pytestmark = pytest.mark.django_db


def draft_of(shop: Shop, **rule: Any) -> Policy:
    draft = new_draft(shop.pk, PolicyKind.CANCELLATION)
    if rule:
        CancelRule.objects.create(policy=draft, **{"name": "row", "outcome": CancelOutcome.FREE} | rule)
    return draft


def food_shop(**values: Any) -> Shop:
    return make_shop(kind=OrderKind.FOOD, legal_regime=LegalRegime.KR_FOOD, **values)


@pytest.mark.parametrize(
    ("rule", "article"),
    [
        ({"outcome": "fee", "fee_percent": 10}, "제18조 제9항"),
        ({"outcome": "refuse", "status": "preparing"}, "제17조 제1항"),
        ({"outcome": "refuse"}, "제17조 제1항"),
    ],
)
def test_a_rule_under_the_floor_is_not_published_and_the_article_is_named(
    rule: dict[str, Any], article: str
) -> None:
    draft = draft_of(make_shop(legal_regime=LegalRegime.KR_GOODS), **rule)
    with pytest.raises(DomainError) as refused:
        publish(draft.pk, actor=STAFF)
    assert refused.value.code == "below_the_law"
    assert article in str(refused.value)


@pytest.mark.parametrize("terms", [{"answer_default": "refuse"}, {"answer_minutes": 4 * 1440}])
def test_terms_under_the_floor_are_not_published(terms: dict[str, Any]) -> None:
    draft = draft_of(make_shop(legal_regime=LegalRegime.KR_GOODS))
    CancelTerms.objects.filter(policy=draft).update(**terms)
    with pytest.raises(DomainError) as refused:
        publish(draft.pk, actor=STAFF)
    assert refused.value.code == "below_the_law"


def test_food_may_take_a_fee_by_stage_and_a_new_draft_copies_its_rows() -> None:
    shop = food_shop()
    publish(draft_of(shop, outcome="fee", status="preparing", fee_percent=50).pk, actor=STAFF)
    again = new_draft(shop.pk, PolicyKind.CANCELLATION)
    assert [rule.fee_percent for rule in again.cancel_rules.all()] == [50]
    assert again.cancel_terms.answer_minutes == 10


def test_the_fee_is_shown_and_waived_once_the_promise_is_broken() -> None:
    shop = food_shop()
    policy = publish(draft_of(shop, outcome="fee", status="preparing", fee_percent=50).pk, actor=STAFF)
    order = card_order(shop=shop, status=OrderStatus.PREPARING, cancel_policy=policy)
    assert (opened(order).outcome, opened(order).quote["total"]) == ("fee", 5_000)
    Order.objects.filter(pk=order.pk).update(promised_until=clock.now() - timedelta(minutes=1))
    row = opened(order)
    assert (row.outcome, row.quote["total"]) == ("free", 10_000)


def test_what_if_names_the_decisions_that_change_and_their_cost() -> None:
    shop = food_shop()
    policy = publish(draft_of(shop, outcome="fee", status="preparing", fee_percent=50).pk, actor=STAFF)
    opened(card_order(shop=shop, status=OrderStatus.PREPARING, cancel_policy=policy))
    opened(card_order(shop=shop, status=OrderStatus.PLACED, cancel_policy=policy))
    draft = new_draft(shop.pk, PolicyKind.CANCELLATION)
    draft.cancel_rules.update(fee_percent=20)
    result = what_if(draft)
    assert (result.looked_at, [change.cost for change in result.changes], result.cost) == (2, [3_000], 3_000)


def facts(**values: Any) -> CancelFacts:
    usual: dict[str, Any] = {
        "kind": "parcel",
        "status": "placed",
        "delivery_method": "parcel",
        "regime": "kr_goods",
        "since_placed": 5,
    }
    return CancelFacts(**usual | values)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"status": "awaiting_payment"}, "free"),
        ({"status": "confirmed"}, "free"),
        ({"status": "confirmed", "packed": True}, "request"),
        ({"status": "preparing"}, "request"),
        ({"status": "ready"}, "request"),
        ({"status": "in_delivery"}, "refuse"),
        ({"status": "delivered"}, "refuse"),
        ({"kind": "food", "regime": "kr_food", "status": "placed"}, "free"),
        ({"kind": "food", "regime": "kr_food", "status": "confirmed"}, "request"),
        ({"kind": "food", "regime": "kr_food", "status": "in_delivery"}, "refuse"),
    ],
)
def test_without_a_policy_the_house_decides(given: dict[str, Any], outcome: str) -> None:
    assert judge([], facts(**given)).outcome.outcome == outcome


def test_minutes_count_from_acceptance() -> None:
    row = CancelRule(name="quick", outcome="free", minutes_since_accepted=3)
    food = {"kind": "food", "regime": "kr_food", "status": "confirmed"}
    assert judge([row], facts(**food, since_accepted=3)).rule == "quick"
    assert judge([row], facts(**food, since_accepted=4)).rule == "house.begun"


def test_the_law_wins_over_a_refusing_row() -> None:
    row = CancelRule(name="never", outcome="refuse")
    decision = judge([row], facts())
    assert (decision.outcome.outcome, "제17조" in decision.outcome.article) == ("request", True)


def test_a_draft_is_edited_row_by_row_and_seen_against_the_past(client: Client) -> None:
    shop = make_shop()
    client.force_login(make_user(shop, Role.OWNER))
    draft = draft_of(shop)
    act = reverse("admin:policies_policy_action", args=[draft.pk, "cancel_rule"])
    values = {"position": 1, "name": "first hour", "minutes_since_placed": 60, "outcome": "free"}
    made = client.post(act, {**values, "fee_percent": 0, "fee_amount": 0})
    rule = draft.cancel_rules.get()
    client.post(f"{act}?rule={rule.pk}", {**values, "name": "an hour", "fee_percent": 0, "fee_amount": 0})
    page = client.get(reverse("admin:policies_policy_change", args=[draft.pk]) + "?whatif=1")
    assert made.status_code in (200, 302)
    assert [row.name for row in draft.cancel_rules.all()] == ["an hour"]
    assert "an hour" in page.content.decode()


def test_a_customers_choice_of_reason_waives_no_fee_by_itself() -> None:
    shop = food_shop()
    policy = publish(draft_of(shop, outcome="fee", status="preparing", fee_percent=50).pk, actor=STAFF)
    order = card_order(shop=shop, status=OrderStatus.PREPARING, cancel_policy=policy)
    Order.objects.filter(pk=order.pk).update(promised_until=clock.now() + timedelta(hours=1))
    late = opened(order, reason="late")
    assert (late.outcome, late.fault_seller, late.quote["total"]) == ("fee", 0, 5_000)
    quality = opened(order, reason="quality")
    assert (quality.outcome, quality.fault_seller) == ("request", 100)
    assert confirmed(quality).status == "under_review"
    free = opened(card_order(shop=shop, cancel_policy=policy), reason="quality")
    assert free.outcome == "free"
