"""Legal floors, one entry a regime; policies may be kinder, never harder. Sources stand beside each figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orderdesk.accounts.models import LegalRegime


@dataclass(frozen=True, slots=True)
class Statute:
    """The floors of one regime; None where the law sets none. Articles are shown with the decisions they make."""

    regime: str
    withdrawal_days: int | None
    refund_days: int | None
    refund_days_are_business_days: bool
    ship_within_business_days: int | None
    late_interest_per_year: Decimal
    refunds_outbound_shipping: bool
    fee_for_change_of_mind: bool
    articles: dict[str, str]


# Act on the Consumer Protection in Electronic Commerce (전자상거래법) art. 15, 17, 18; decree art. 21-3 (15 % a year).
KR_GOODS = Statute(
    regime=LegalRegime.KR_GOODS,
    withdrawal_days=7,
    refund_days=3,
    refund_days_are_business_days=True,
    ship_within_business_days=3,
    late_interest_per_year=Decimal("0.15"),
    refunds_outbound_shipping=False,
    fee_for_change_of_mind=False,
    articles={
        "withdrawal_days": "전자상거래법 제17조 제1항",
        "refund_days": "전자상거래법 제18조 제2항",
        "ship_within_business_days": "전자상거래법 제15조 제1항",
        "late_interest_per_year": "전자상거래법 시행령 제21조의3",
        "fee_for_change_of_mind": "전자상거래법 제18조 제9항",
    },
)
# The same act, art. 3(4): nearby sale of food is outside arts 12–20; the shop's own policy governs.
KR_FOOD = Statute(
    regime=LegalRegime.KR_FOOD,
    withdrawal_days=None,
    refund_days=None,
    refund_days_are_business_days=True,
    ship_within_business_days=None,
    late_interest_per_year=Decimal(0),
    refunds_outbound_shipping=False,
    fee_for_change_of_mind=True,
    articles={"fee_for_change_of_mind": "전자상거래법 제3조 제4항"},
)
# Directive 2011/83/EU art. 9 (14 days), 13 (refund in 14 days, standard delivery included), 18 (deliver in 30 days).
EU = Statute(
    regime=LegalRegime.EU,
    withdrawal_days=14,
    refund_days=14,
    refund_days_are_business_days=False,
    ship_within_business_days=None,
    late_interest_per_year=Decimal(0),
    refunds_outbound_shipping=True,
    fee_for_change_of_mind=False,
    articles={
        "withdrawal_days": "2011/83/EU art. 9",
        "refund_days": "2011/83/EU art. 13(1)",
        "refunds_outbound_shipping": "2011/83/EU art. 13(1)",
        "fee_for_change_of_mind": "2011/83/EU art. 9(1)",
    },
)
NONE = Statute(
    regime=LegalRegime.NONE,
    withdrawal_days=None,
    refund_days=None,
    refund_days_are_business_days=False,
    ship_within_business_days=None,
    late_interest_per_year=Decimal(0),
    refunds_outbound_shipping=False,
    fee_for_change_of_mind=True,
    articles={},
)

STATUTES: dict[str, Statute] = {s.regime: s for s in (KR_GOODS, KR_FOOD, EU, NONE)}
