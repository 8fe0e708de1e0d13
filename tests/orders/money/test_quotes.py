"""What goes back, item by item. Tests named after pitfalls of other systems say which row of features.md §12 they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderdesk.accounts.models import LegalRegime
from orders.quotes import (
    LineFacts,
    Quote,
    QuoteFacts,
    goodwill_quote,
    overpayment_quote,
    quote_cancellation,
)

KR, FOOD, EU, NONE = LegalRegime.KR_GOODS, LegalRegime.KR_FOOD, LegalRegime.EU, LegalRegime.NONE
BUYER, SELLER = {"buyer": 100}, {"buyer": 0, "seller": 100}


def line(
    paid: int = 10_000, quantity: int = 1, take: int = 1, gone: int = 0, given: int = 0, pk: int = 1
) -> LineFacts:
    return LineFacts(pk, paid, quantity, gone, given, take)


def facts(*lines: LineFacts, **values: Any) -> QuoteFacts:
    defaults: dict[str, Any] = {
        "currency": "KRW",
        "regime": KR,
        "fault": BUYER,
        "shipping_paid": 0,
        "shipping_given_back": 0,
        "keeps_goods": False,
        "has_left": False,
    }
    return QuoteFacts(lines=lines or (line(),), **defaults | values)


def items(quote: Quote) -> list[tuple[str, int, str]]:
    return [(item.component, item.amount, item.rule) for item in quote.items]


def test_row_1_a_whole_order_discount_is_in_the_single_item_refund() -> None:
    """`paid` holds the line's share of the order's discount: 10,000 less a tenth."""
    assert quote_cancellation(facts(line(paid=9_000), keeps_goods=True)).total == 9_000


def test_row_2_discount_before_or_after_tax_makes_no_difference() -> None:
    """What was paid goes back; tax is inside it and is never added again."""
    assert quote_cancellation(facts(line(paid=8_182))).total == 8_182


def test_row_3_discount_and_shipping_pay_back_everything() -> None:
    """The shop of that report gave 255.50 of 318."""
    quote = quote_cancellation(facts(line(paid=26_800), currency="USD", regime=NONE, shipping_paid=5_000))
    assert quote.total == 31_800


def test_row_4_rounding_of_one_part_does_not_block_the_next() -> None:
    first = quote_cancellation(facts(line(1_000, 3, 1), keeps_goods=True)).total
    second = quote_cancellation(facts(line(1_000, 3, 1, 1, first), keeps_goods=True)).total
    third = quote_cancellation(facts(line(1_000, 3, 1, 2, first + second))).total
    assert (first, second, third) == (333, 334, 333)


def test_row_5_refundable_shipping_never_goes_below_zero() -> None:
    quote = quote_cancellation(facts(shipping_paid=3_000, shipping_given_back=3_001))
    assert (quote.total, quote.of("shipping")) == (10_000, 0)


def test_row_6_the_tax_of_a_part_is_its_part() -> None:
    assert quote_cancellation(facts(line(11_000, 2, 1), keeps_goods=True)).total == 5_500


def test_row_7_all_shipping_that_was_paid_goes_back_not_only_the_first_parcels() -> None:
    assert quote_cancellation(facts(shipping_paid=7_500, regime=NONE)).of("shipping") == 7_500


def test_row_8_nothing_is_deducted_for_a_return_that_nobody_makes() -> None:
    quote = quote_cancellation(facts(shipping_paid=3_000))
    assert quote.of("return_shipping") == 0
    assert quote.total == 13_000


def test_row_9_shipping_can_be_given_back() -> None:
    assert ("shipping", 3_000, "nothing_was_sent") in items(quote_cancellation(facts(shipping_paid=3_000)))


def test_row_10_parts_of_a_bundle_sum_to_the_order() -> None:
    parts = (line(3_333, pk=1), line(3_333, pk=2), line(3_334, pk=3))
    assert quote_cancellation(facts(*parts)).total == 10_000


def test_row_11_a_full_refund_after_a_partial_one_pays_the_rest() -> None:
    assert quote_cancellation(facts(line(10_000, 2, 2, 1, 5_000))).total == 5_000
    assert quote_cancellation(facts(line(10_000, 2, 1, 1, 8_000))).total == 2_000


def test_row_12_money_without_quantity() -> None:
    quote = goodwill_quote("KRW", 1_500, "late")
    assert items(quote) == [("goodwill", 1_500, "late")]
    assert quote.items[0].quantity == 0


def test_row_15_a_shipped_line_can_be_given_back_for() -> None:
    assert quote_cancellation(facts(has_left=True, fault=SELLER)).total == 10_000


def test_row_16_overpayment_goes_back_as_itself() -> None:
    assert items(overpayment_quote("KRW", 700)) == [("overpayment", 700, "paid_too_much")]


def test_korean_law_takes_the_fee_of_a_change_of_mind_away_and_says_which_article() -> None:
    quote = quote_cancellation(facts(fee_percent=10, fee_amount=1_000))
    fee = next(item for item in quote.items if item.component == "fee")
    assert (quote.total, fee.amount, fee.rule) == (10_000, 0, "no_fee_by_law")
    assert "제18조 제9항" in fee.article


def test_food_fee_is_charged_and_waived_for_a_broken_promise() -> None:
    cooked = facts(regime=FOOD, fee_percent=30, fee_amount=500)
    assert items(quote_cancellation(cooked))[-1] == ("fee", -3_500, "cancellation_fee")
    assert quote_cancellation(replace(cooked, promise_broken=True)).total == 10_000
    assert quote_cancellation(replace(cooked, fault=SELLER)).total == 10_000
    half = quote_cancellation(replace(cooked, fault={"buyer": 50, "seller": 50}))
    assert half.of("fee") == -1_750


def test_a_fee_never_takes_more_than_there_is() -> None:
    quote = quote_cancellation(facts(line(paid=1_000), regime=FOOD, fee_percent=100, fee_amount=9_000))
    assert (quote.total, quote.of("fee")) == (0, -1_000)


def test_shipping_after_a_parcel_has_left_by_fault_and_law() -> None:
    gone = facts(shipping_paid=5_000, has_left=True, standard_shipping=3_000)
    assert quote_cancellation(gone).of("shipping") == 0
    assert quote_cancellation(replace(gone, fault=SELLER)).of("shipping") == 5_000
    assert quote_cancellation(replace(gone, fault={"buyer": 40, "carrier": 60})).of("shipping") == 3_000
    eu = quote_cancellation(replace(gone, regime=EU))
    assert (eu.of("shipping"), eu.items[-1].article) == (3_000, "2011/83/EU art. 13(1)")
    assert quote_cancellation(replace(gone, regime=EU, fault=SELLER)).of("shipping") == 5_000


def test_kept_goods_keep_their_shipping() -> None:
    assert quote_cancellation(facts(shipping_paid=3_000, keeps_goods=True, fault=SELLER)).of("shipping") == 0


def test_free_shipping_is_clawed_back_once_and_for_the_buyers_fault_only() -> None:
    below = facts(
        line(20_000, pk=1),
        keeps_goods=True,
        free_shipping_over=30_000,
        standard_shipping=3_000,
        goods_kept=15_000,
    )
    assert items(quote_cancellation(below))[-1] == ("clawback", -3_000, "below_free_shipping")
    for other in (
        {"fault": SELLER},
        {"clawback_done": True},
        {"goods_kept": 30_000},
        {"shipping_paid": 3_000},
        {"free_shipping_over": None},
        {"goods_kept": 9_999},  # it was not free by the threshold
    ):
        assert quote_cancellation(replace(below, **other)).of("clawback") == 0, other


def test_a_clawback_is_undone_when_nothing_is_kept_after_all() -> None:
    rest = facts(line(15_000), clawback_done=True, clawback_taken=3_000)
    assert quote_cancellation(rest).total == 18_000
    assert quote_cancellation(replace(rest, has_left=True)).total == 15_000


def test_what_was_never_paid_does_not_go_back() -> None:
    quote = quote_cancellation(facts(unpaid=4_000, keeps_goods=True))
    assert (quote.total, quote.worth) == (6_000, 10_000)
    assert quote_cancellation(facts(unpaid=99_000)).total == 0


@pytest.mark.parametrize("regime", [KR, FOOD, EU, NONE])
def test_every_item_names_its_rule(regime: str) -> None:
    quote = quote_cancellation(
        facts(
            regime=regime,
            fee_percent=10,
            shipping_paid=3_000,
            has_left=True,
            fault={"buyer": 50, "seller": 50},
        )
    )
    assert all(item.rule for item in quote.items)


def test_a_quote_survives_its_json_and_its_digest_shows_every_change() -> None:
    quote = quote_cancellation(facts(shipping_paid=3_000))
    assert Quote.from_json(quote.as_json()) == quote
    assert Quote.from_json(quote.as_json()).digest() == quote.digest()
    assert quote_cancellation(facts(shipping_paid=2_999)).digest() != quote.digest()
