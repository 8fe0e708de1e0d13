"""Carriers: numbers, pages, names, and what their words mean."""

from __future__ import annotations

import pytest

from orders.carriers import carrier_name, carriers, clean_number, find_carrier, tracking_url
from orders.terms import TrackingCode as C


@pytest.mark.parametrize("code", list(carriers()))
def test_every_carrier_has_both_names_and_a_page(code: str) -> None:
    carrier = carriers()[code]
    assert carrier.code == code
    assert carrier.name("ko")
    assert carrier.name("en").isascii()
    assert tracking_url(code, "123456789012").endswith("123456789012")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CJ대한통운", "cj"),
        ("cj 대한통운", "cj"),
        ("04", "cj"),
        ("CJGLS", "cj"),
        ("롯데택배", "lotte"),
        ("KGB", "logen"),
        ("ＣＪ", "cj"),
    ],
)
def test_a_carrier_is_found_by_what_people_and_files_call_it(text: str, code: str) -> None:
    assert find_carrier(text) == code


def test_an_unknown_carrier_is_nobody() -> None:
    assert find_carrier("비둘기택배") is None
    assert (carrier_name("dove"), tracking_url("dove", "1")) == ("dove", "")


def test_no_two_carriers_share_a_name() -> None:
    names = [alias for carrier in carriers().values() for alias in {carrier.code, *carrier.aliases()}]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("code", "number", "ok"),
    [
        ("cj", "650012345678", True),
        ("cj", "65001234567", False),
        ("epost", "6012345678901", True),
        ("logen", "12345678901", True),
        ("logen", "1234567890123", False),
        ("hanjin", "412345678901", True),
        ("ems", "EG123456785KR", True),
        ("ems", "EG123456786KR", False),
        ("ems", "6012345678901", False),
    ],
)
def test_a_number_has_its_carriers_length(code: str, number: str, ok: bool) -> None:
    assert carriers()[code].number_ok(number) is ok


@pytest.mark.parametrize("text", ["6500-1234-5678", " 6500 1234 5678 ", "６５００１２３４５６７８"])
def test_a_number_is_cleaned_of_what_people_type(text: str) -> None:
    assert clean_number(text) == "650012345678"


@pytest.mark.parametrize(
    ("code", "words", "meaning"),
    [
        ("cj", "91", C.DELIVERED),
        ("cj", "82", C.OUT_FOR_DELIVERY),
        ("cj", "11", C.COLLECTED),
        ("lotte", "41", C.DELIVERED),
        ("hanjin", "대전HUB에 도착하였습니다", C.IN_TRANSIT),
        ("hanjin", "운송장 정보가 등록되었습니다.", C.INFORMATION_RECEIVED),
        ("epost", "미배달", C.ATTEMPT_FAILED),
        ("epost", "배달완료", C.DELIVERED),
        ("logen", "배송출고", C.OUT_FOR_DELIVERY),
        ("gspostbox", "C10", C.AVAILABLE_FOR_PICKUP),
        ("cj", "고객 요청으로 반송 처리", C.RETURNING),
        ("cj", "알 수 없는 말", None),
        ("daesin", "연락처 010-2222-2222", None),
    ],
)
def test_a_carriers_words_have_one_meaning(code: str, words: str, meaning: C | None) -> None:
    assert carriers()[code].map_status(words) == meaning
