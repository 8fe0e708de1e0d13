"""Check digits: the last digit of a waybill number that follows from the others, so that a slip of the finger shows.

Korean carriers publish lengths, not rules. What is a standard is certain and refuses; what was only found in real numbers
makes a doubt that is said and refuses nothing.

- S10, certain: Universal Postal Union, standard S10 (identification of postal items), as also in
  github.com/jkeen/tracking_number_data, couriers/s10.json. Seen to hold for RB123456785GB, RA092357578TW, LP257594783SG.
- Division by 7, found: the last digit is what remains of the digits before it, at CJ without the first two. In the
  issues of github.com/shlee322/delivery-tracker people wrote down real parcels: it holds for 6 of 6 numbers of CJ with
  12 digits (#74, #80, #130, #177), 7 of 7 of Hanjin with 12 (#103, #107, #129, #131, #150, #187), 3 of 3 of Logen with
  11 (#148, #203); by chance each would fit one time in ten. It does not hold for Korea Post's 13 digits (#110, #186), Lotte's 13 (#84)
  or Daesin's 13 (#71). Of shorter numbers, and of Lotte's 12 digits, no real one was found.
"""

from __future__ import annotations

from collections.abc import Callable

Rule = Callable[[str], bool]

_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_S10_LAST = {10: 0, 11: 5}


def any_digit(_number: str) -> bool:
    """No rule is known: every number may be right."""
    return True


def by_seven(length: int, *, skip: int = 0) -> Rule:
    """Of numbers with this many digits, the last is what remains of the others, but the first `skip`, divided by 7."""

    def fits(number: str) -> bool:
        if len(number) != length or not number.isdecimal():
            return True
        return int(number[skip:-1]) % 7 == int(number[-1])

    return fits


def s10(number: str) -> bool:
    """Two letters, eight digits, the check digit, the country: EG123456785KR."""
    weighted = sum(int(digit) * weight for digit, weight in zip(number[2:10], _S10_WEIGHTS, strict=True))
    last = 11 - weighted % 11
    return _S10_LAST.get(last, last) == int(number[10])
