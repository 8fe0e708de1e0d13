"""The last digit: right in every real number that people wrote down in public, and wrong after a slip of the finger."""

from __future__ import annotations

from random import Random

import pytest

from orderdesk.operations.demo.parcel import waybill
from orders.carriers import carriers
from orders.carriers.check_digits import s10
from orders.services.waybills import waybill_doubt

# Parcels named in the issues of github.com/shlee322/delivery-tracker, delivered years ago.
REAL = [
    ("cj", "632976615493"),
    ("cj", "633302546763"),
    ("cj", "347575800551"),
    ("cj", "577417824035"),
    ("cj", "575029149521"),
    ("cj", "556653816746"),
    ("hanjin", "420329077081"),
    ("hanjin", "421952685291"),
    ("hanjin", "510683980391"),
    ("hanjin", "530727039920"),
    ("hanjin", "422818520622"),
    ("hanjin", "515596435911"),
    ("hanjin", "515596441102"),
    ("logen", "40907308945"),
    ("logen", "33419871052"),
    ("logen", "33401222956"),
    ("epost", "6865109394355"),
    ("epost", "6079536471887"),
    ("lotte", "6064853449285"),
    ("daesin", "9201001103508"),
    ("gspostbox", "210076467112"),
]
RULED = ("cj", "hanjin", "logen")


@pytest.mark.parametrize(("code", "number"), REAL)
def test_no_real_number_is_refused_or_doubted(code: str, number: str) -> None:
    assert carriers()[code].number_ok(number)
    assert waybill_doubt(code, number) == ""


@pytest.mark.parametrize(("code", "number"), [row for row in REAL if row[0] in RULED])
def test_a_wrong_last_digit_is_doubted_and_not_refused(code: str, number: str) -> None:
    slipped = f"{number[:-1]}{(int(number[-1]) + 1) % 10}"
    assert carriers()[code].number_ok(slipped)
    assert slipped in waybill_doubt(code, slipped)


@pytest.mark.parametrize("number", [number for code, number in REAL if code in RULED])
def test_most_slips_of_one_digit_are_noticed(number: str) -> None:
    code = next(code for code, each in REAL if each == number)
    slips = [
        f"{number[:at]}{(int(number[at]) + step) % 10}{number[at + 1 :]}"
        for at in range(2 if code == "cj" else 0, len(number))
        for step in range(1, 10)
    ]
    noticed = sum(bool(waybill_doubt(code, slip)) for slip in slips)
    # Two digits that leave the same remainder (0 and 7, 1 and 8, 2 and 9) cannot be told apart.
    assert noticed / len(slips) > 0.9


@pytest.mark.parametrize("code", ["cj", "hanjin", "logen", "lotte"])
def test_the_demos_own_numbers_are_as_good_as_real_ones(code: str) -> None:
    numbers = [waybill(Random(seed), code) for seed in range(20)]
    assert [
        number for number in numbers if waybill_doubt(code, number) or not carriers()[code].number_ok(number)
    ] == []


def test_lengths_without_a_known_rule_are_never_doubted() -> None:
    assert [waybill_doubt(code, "1234567890") for code in ("cj", "hanjin", "lotte", "logen")] == [""] * 4
    assert waybill_doubt("coupang", "ABC1234567890") == ""
    assert waybill_doubt("dove", "1") == ""


@pytest.mark.parametrize("number", ["RB123456785GB", "RA092357578TW", "LP257594783SG"])
def test_numbers_of_the_postal_union_fit_their_standard(number: str) -> None:
    wrong = f"{number[:10]}{(int(number[10]) + 1) % 10}{number[11:]}"
    assert (s10(number), s10(wrong)) == (True, False)


@pytest.mark.parametrize(("serial", "last"), [("00000000", "5"), ("00000003", "1"), ("00000008", "0")])
def test_the_remainders_of_the_standard_that_have_two_digits_have_one(serial: str, last: str) -> None:
    assert s10(f"EG{serial}{last}KR")
