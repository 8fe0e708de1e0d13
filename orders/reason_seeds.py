"""The house's reasons of cancelling: wording in both languages, whose fault, and what Naver and Cafe24 call them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from orders.terms import Fault


@dataclass(frozen=True, slots=True)
class Seed:
    """One row of the tree; without `parent` it is a branch of its own (`fault` is then only a stand-in)."""

    code: str
    label_ko: str
    label_en: str
    parent: str = ""
    audience: str = "both"
    fault: str = Fault.BUYER
    controllable: bool = False
    offers: bool = True
    naver_code: str = ""
    cafe24_code: str = ""


_MIND, _TERMS, _GOODS, _SHOP, _REST = "mind", "terms", "goods", "shop", "rest"
_BUYER, _SELLER = Fault.BUYER, Fault.SELLER

# Naver: INTENT_CHANGED, COLOR_AND_SIZE and WRONG_ORDER are the buyer's fault there, every other code the seller's.
SEEDS: tuple[Seed, ...] = (
    Seed(_MIND, "마음이 바뀜", "Changed my mind"),
    Seed(_TERMS, "수령·결제 조건", "Terms of receiving and paying"),
    Seed(_GOODS, "상품·주문 처리 문제", "Problem with the product or order", fault=_SELLER),
    Seed(_SHOP, "쇼핑몰 사정", "The shop's side", audience="staff", fault=_SELLER),
    Seed(_REST, "그 밖의 사유", "Something else"),
    Seed("plans_changed", "필요 없어짐·계획 변경", "Plans changed", _MIND, "both", _BUYER, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("mistake", "실수로 주문·중복 주문", "Ordered by mistake or twice", _MIND, "both", _BUYER, offers=False, naver_code="WRONG_ORDER", cafe24_code="A"),
    Seed("wrong_item", "상품·옵션을 잘못 선택", "Chose the wrong item or option", _MIND, "both", _BUYER, offers=False, naver_code="COLOR_AND_SIZE", cafe24_code="A"),
    Seed("cheaper_elsewhere", "다른 곳이 더 저렴", "Cheaper elsewhere", _MIND, "both", _BUYER, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("shipping_cost", "추가 비용·수수료 부담", "Extra costs or fees are too high", _TERMS, "both", _BUYER, controllable=True, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("delivery_time", "받기까지 오래 걸림", "Takes too long", _TERMS, "both", _BUYER, controllable=True, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("return_terms", "반품·교환 조건", "Return terms", _TERMS, "both", _BUYER, controllable=True, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("payment_method", "원하는 결제 수단이 없음", "Payment method missing", _TERMS, "both", _BUYER, controllable=True, naver_code="INTENT_CHANGED", cafe24_code="I"),
    Seed("account_required", "회원가입을 해야 함", "An account is required", _TERMS, "both", _BUYER, controllable=True, naver_code="INTENT_CHANGED", cafe24_code="I"),
    Seed("late", "약속보다 늦어짐", "Later than promised", _GOODS, "both", _SELLER, controllable=True, naver_code="DELAYED_DELIVERY", cafe24_code="B"),
    Seed("sold_out", "품절 안내를 받음", "Told that it is sold out", _GOODS, "both", _SELLER, controllable=True, naver_code="SOLD_OUT", cafe24_code="H"),
    Seed("quality", "상품이 기대·설명과 다름", "Not as expected or described", _GOODS, "both", _SELLER, controllable=True, naver_code="INCORRECT_INFO", cafe24_code="F"),
    Seed("out_of_stock", "품절", "Out of stock", _SHOP, "staff", _SELLER, controllable=True, offers=False, naver_code="SOLD_OUT", cafe24_code="H"),
    Seed("closed", "영업 종료", "Shop closed", _SHOP, "staff", _SELLER, controllable=True, offers=False, naver_code="DELAYED_DELIVERY", cafe24_code="I"),
    Seed("too_busy", "주문 폭주", "Too many orders", _SHOP, "staff", _SELLER, controllable=True, offers=False, naver_code="DELAYED_DELIVERY", cafe24_code="B"),
    Seed("no_delivery", "배달·배송 불가 지역", "Cannot deliver there", _SHOP, "staff", _SELLER, offers=False, naver_code="DROPPED_DELIVERY", cafe24_code="C"),
    Seed("not_accepted", "제때 수락하지 못함", "Not accepted in time", _SHOP, "staff", _SELLER, controllable=True, offers=False, naver_code="DELAYED_DELIVERY", cafe24_code="B"),
    Seed("payment_failed", "결제 실패", "Payment failed", _SHOP, "staff", _BUYER, offers=False, naver_code="INTENT_CHANGED", cafe24_code="I"),
    Seed("customer_asked", "고객 요청", "Customer asked", _REST, "staff", _BUYER, naver_code="INTENT_CHANGED", cafe24_code="A"),
    Seed("unknown", "사유를 모름", "Reason not known", _REST, "staff", _BUYER, offers=False, naver_code="INTENT_CHANGED", cafe24_code="I"),
    Seed("other", "기타", "Other", _REST, "both", _BUYER, naver_code="INTENT_CHANGED", cafe24_code="I"),
)  # fmt: skip


def install_reasons(rows: Any) -> None:
    """Write the house's tree where it is missing; `rows` is a manager of Reason (a migration's own too). Wording stays."""
    known = dict(rows.filter(shop=None).values_list("code", "pk"))
    for position, seed in enumerate(SEEDS, start=1):
        if seed.code not in known:
            values = asdict(seed) | {"position": position * 10}
            parent = values.pop("parent")
            row, _made = rows.get_or_create(
                shop=None, code=seed.code, defaults=values | {"parent_id": known.get(parent)}
            )
            known[seed.code] = row.pk
