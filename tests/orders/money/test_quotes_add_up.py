"""Any sequence of partial cancels pays back exactly what was paid, in currencies of 0, 2 and 3 decimals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from orderdesk.money import exponent
from orders.quotes import LineFacts, QuoteFacts, quote_cancellation

CURRENCIES = {"KRW": 0, "JPY": 0, "USD": 2, "KWD": 3}


@st.composite
def orders(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]], int, list[int]]:
    """A currency, lines as (paid, quantity), the shipping, and an order in which the units go."""
    currency = draw(st.sampled_from(sorted(CURRENCIES)))
    most = 10 ** (5 + CURRENCIES[currency])
    amounts = st.integers(0, most)
    lines = draw(st.lists(st.tuples(amounts, st.integers(1, 7)), min_size=1, max_size=4))
    units = [index for index, (_, quantity) in enumerate(lines) for _ in range(quantity)]
    return currency, lines, draw(amounts), draw(st.permutations(units))


@given(orders(), st.integers(1, 4), st.booleans())
def test_partial_cancels_sum_to_what_was_paid(
    order: tuple[str, list[tuple[int, int]], int, list[int]], at_a_time: int, free: bool
) -> None:
    currency, lines, shipping, units = order
    assert exponent(currency) == CURRENCIES[currency]
    shipping = 0 if free else shipping
    gone, given_back = [0] * len(lines), [0] * len(lines)
    total = clawed = 0
    for start in range(0, len(units), at_a_time):
        taken = units[start : start + at_a_time]
        take = [taken.count(index) for index in range(len(lines))]
        last = start + at_a_time >= len(units)
        kept = sum(paid - paid * (gone[i] + take[i]) // quantity for i, (paid, quantity) in enumerate(lines))
        quote = quote_cancellation(
            QuoteFacts(
                currency=currency,
                regime="none",
                fault={"buyer": 100},
                lines=tuple(
                    LineFacts(i, paid, quantity, gone[i], given_back[i], take[i])
                    for i, (paid, quantity) in enumerate(lines)
                ),
                shipping_paid=shipping,
                shipping_given_back=0,
                keeps_goods=not last,
                has_left=False,
                free_shipping_over=500,
                standard_shipping=300,
                goods_kept=kept,
                clawback_done=clawed > 0,
                clawback_taken=clawed if last else 0,
            )
        )
        assert quote.total >= 0
        for item in quote.items:
            if item.component == "goods" and item.line_id is not None:
                given_back[item.line_id] += item.amount
        if not last:
            clawed += -quote.of("clawback")
        gone = [g + t for g, t in zip(gone, take, strict=True)]
        total += quote.total
    assert given_back == [paid for paid, _ in lines]
    assert total == sum(paid for paid, _ in lines) + shipping
