"""The two demo shops: who they are, when they are open, their rules, their staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from orderdesk import clock
from orderdesk.accounts.models import LegalRegime, Membership, OpeningHours, OrderKind, Shop, User
from orderdesk.accounts.roles import Role
from orderdesk.events.actor import Actor
from orderdesk.events.recording import Fact
from orderdesk.policies.models import ClosingDay, Policy, PolicyKind, PolicyStatus, TimingTerms
from orderdesk.policies.models.policy import AcceptanceDefault
from orderdesk.policies.timings import Timings, timings_of
from orders.models import CancelRule, CancelTerms, Tag
from orders.services.gateway_accounts import Contract, save_contract
from orders.terms import CancelOutcome, OrderStatus

HISTORY_DAYS = 90
# login, name, role in namu-market, role in haru-kitchen
STAFF: tuple[tuple[str, str, str, str], ...] = (
    ("agent", "김하늘", Role.AGENT, Role.AGENT),
    ("lead", "이도현", Role.LEAD, Role.LEAD),
    ("owner", "박나무", Role.OWNER, Role.OWNER),
    ("packer", "정세진", Role.PACKER, ""),
    ("kitchen", "최하루", "", Role.KITCHEN),
    ("editor", "윤가온", Role.POLICY_EDITOR, Role.POLICY_EDITOR),
    ("analyst", "한지표", Role.ANALYST, Role.ANALYST),
)
TAGS = {
    "namu-market": ("VIP", "선물포장", "사이즈 문의", "재입고 대기"),
    "haru-kitchen": ("단골", "단체 주문", "알레르기"),
}
_S, _T = OrderStatus, CancelOutcome
_NAMU_CANCELLING: tuple[dict[str, Any], ...] = (
    {"name": "주문 확인 전", "status": _S.PLACED, "outcome": _T.FREE},
    {"name": "준비 시작 전", "status": _S.CONFIRMED, "outcome": _T.FREE},
    {"name": "준비 중", "status": _S.PREPARING, "outcome": _T.REQUEST},
    {"name": "출고 대기", "status": _S.READY, "outcome": _T.REQUEST},
)
_HARU_CANCELLING: tuple[dict[str, Any], ...] = (
    {"name": "수락 전", "status": _S.PLACED, "outcome": _T.FREE},
    {"name": "수락 직후", "status": _S.CONFIRMED, "minutes_since_accepted": 1, "outcome": _T.FREE},
    {"name": "수락 후", "status": _S.CONFIRMED, "outcome": _T.FEE, "fee_percent": 30},
    {"name": "조리 중", "status": _S.PREPARING, "outcome": _T.REQUEST},
)
# Terms and rules of cancelling by shop; amounts in won.
CANCELLING: dict[str, tuple[dict[str, Any], tuple[dict[str, Any], ...]]] = {
    "namu-market": (
        {
            "answer_minutes": 1440,
            "free_shipping_over": 50_000,
            "standard_shipping": 3_000,
            "agent_limit": 50_000,
            "lead_limit": 300_000,
        },
        _NAMU_CANCELLING,
    ),
    "haru-kitchen": (
        {"answer_minutes": 15, "agent_limit": 100_000, "lead_limit": 300_000},
        _HARU_CANCELLING,
    ),
}
_NAMU_TERMS = {"acceptance_minutes": 1440, "unpaid_minutes": 3 * 1440, "completion_days": 7}
_HARU_TERMS = {"acceptance_minutes": 10, "unpaid_minutes": 15, "completion_days": 3}


@dataclass(frozen=True, slots=True)
class House:
    """One demo shop with what its orders need to know."""

    shop: Shop
    timings: Timings
    cancel_policy: int
    staff: dict[str, User]
    tags: list[Tag]

    def actor(self, login: str) -> Actor:
        return Actor.staff(self.staff[login].pk)


def open_shops(moment: datetime, password: str) -> tuple[House, House, list[Fact]]:
    """Write both shops with staff and rules as they were made before the demo's past began; also the facts to record."""
    staff = _hire(password)
    namu, haru = _namu(), _haru()
    facts: list[Fact] = []
    houses = []
    for shop, terms in ((namu, _NAMU_TERMS), (haru, _HARU_TERMS)):
        _join(shop, staff)
        owner = Actor.staff(staff["owner"].pk)
        policy, cancelling = _publish(shop, staff["owner"], moment, terms)
        facts += [_published(policy, owner), _published(cancelling, owner)]
        with clock.at(moment - timedelta(days=HISTORY_DAYS + 30)):
            save_contract(shop.pk, Contract("simulator"), actor=owner)
        tags = Tag.objects.bulk_create(Tag(shop=shop, name=name) for name in TAGS[shop.slug])
        houses.append(House(shop, timings_of(policy.pk), cancelling.pk, staff, tags))
    _close(namu, haru, moment)
    return houses[0], houses[1], facts


def _hire(password: str) -> dict[str, User]:
    # One hash for all: seven times argon2 would be a third of the demo's time.
    hashed = make_password(password)
    users = [
        User(username=login, name=name, email=f"{login}@example.com", is_staff=True, password=hashed)
        for login, name, _, _ in STAFF
    ]
    return {user.username: user for user in User.objects.bulk_create(users)}


def _join(shop: Shop, staff: dict[str, User]) -> None:
    column = 2 if shop.kind == OrderKind.PARCEL else 3
    Membership.objects.bulk_create(
        Membership(user=staff[row[0]], shop=shop, role=row[column]) for row in STAFF if row[column]
    )


def _namu() -> Shop:
    shop = Shop.objects.create(
        name="나무마켓",
        slug="namu-market",
        kind=OrderKind.PARCEL,
        legal_regime=LegalRegime.KR_GOODS,
        sender_email="hello@namu-market.example.com",
        sender_phone="02-0000-1004",
        company_name="나무마켓 주식회사",
        company_number="000-00-00001",
        company_address="서울특별시 성동구 행당동 12-3, 2층",
        accent="#2f6f4f",
        number_prefix="N",
    )
    _open_hours(shop, range(5), time(9, 30), time(18))
    return shop


def _haru() -> Shop:
    shop = Shop.objects.create(
        name="하루키친",
        slug="haru-kitchen",
        kind=OrderKind.FOOD,
        legal_regime=LegalRegime.KR_FOOD,
        sender_email="hello@haru-kitchen.example.com",
        sender_phone="02-0000-2004",
        company_name="하루키친",
        company_number="000-00-00002",
        company_address="서울특별시 서대문구 연희동 88-1, 1층",
        accent="#b4472e",
        number_prefix="H",
    )
    _open_hours(shop, range(7), time(10, 30), time(15))
    _open_hours(shop, range(7), time(16, 30), time(22, 30))
    return shop


def _open_hours(shop: Shop, days: range, opens: time, closes: time) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(shop=shop, weekday=day, opens=opens, closes=closes) for day in days
    )


def _publish(shop: Shop, owner: User, moment: datetime, terms: dict[str, int]) -> tuple[Policy, Policy]:
    """The shop's timings and its rules of cancelling, both in force since before the first order."""
    start = moment - timedelta(days=HISTORY_DAYS + 30)
    timing, cancelling = (
        Policy.objects.create(
            shop=shop,
            kind=kind,
            version=1,
            status=PolicyStatus.PUBLISHED,
            effective_from=start,
            published_at=start,
            published_by=owner,
            note="처음 정한 기준",
        )
        for kind in (PolicyKind.TIMING, PolicyKind.CANCELLATION)
    )
    # An unattended demo alerts its staff; it should not reject what a visitor has not looked at yet.
    TimingTerms.objects.create(policy=timing, acceptance_default=AcceptanceDefault.NOTHING, **terms)
    cancel_terms, rules = CANCELLING[shop.slug]
    CancelTerms.objects.create(policy=cancelling, **cancel_terms)
    CancelRule.objects.bulk_create(
        CancelRule(policy=cancelling, position=position, **rule)
        for position, rule in enumerate(rules, start=1)
    )
    return timing, cancelling


def _published(policy: Policy, owner: Actor) -> Fact:
    data = {"kind": policy.kind, "version": policy.version}
    return Fact("policy.published", policy.shop_id, ("policy", policy.pk), owner, data, policy.published_at)


def _close(namu: Shop, haru: Shop, moment: datetime) -> None:
    today = moment.astimezone(namu.zone).date()
    ClosingDay.objects.bulk_create(
        [
            ClosingDay(shop=namu, day=today + timedelta(days=18), reason="물류창고 재고조사"),
            ClosingDay(shop=namu, day=today - timedelta(days=34), reason="창립 기념일"),
            ClosingDay(shop=haru, day=today + timedelta(days=9), reason="정기 휴무"),
            ClosingDay(shop=haru, day=today - timedelta(days=21), reason="정기 휴무"),
        ]
    )
