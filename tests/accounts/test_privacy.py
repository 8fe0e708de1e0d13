"""Masks and phone numbers."""

from __future__ import annotations

import pytest

from orderdesk.accounts.phones import format_phone, phone_digits
from orderdesk.accounts.privacy import mask_address, mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "masked"),
    [("홍길동", "홍*동"), ("김민", "김*"), ("남궁민수", "남**수"), ("Jane Doe", "J*** D**"), ("", "")],
)
def test_a_name_keeps_its_first_and_last_syllable(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [("01012341234", "010-****-1234"), ("0212345678", "02-****-5678"), ("+4915112345", "*******2345")],
)
def test_a_phone_keeps_its_last_four_digits(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


def test_mails_and_addresses() -> None:
    assert mask_email("kim.minjun@example.com") == "k***@example.com"
    assert mask_address("서울특별시 중구 세종대로 110 3층") == "서울특별시 중구 세종대로 ***"


@pytest.mark.parametrize(
    "written", ["010-1234-5678", "+82 10 1234 5678", "０１０１２３４５６７８", " 010.1234.5678 "]
)
def test_the_same_number_is_stored_the_same_however_it_is_written(written: str) -> None:
    assert phone_digits(written) == "01012345678"


@pytest.mark.parametrize(
    ("digits", "written"),
    [
        ("01012345678", "010-1234-5678"),
        ("0212345678", "02-1234-5678"),
        ("15881234", "1588-1234"),
        ("+4915", "+4915"),
    ],
)
def test_numbers_are_shown_as_people_write_them(digits: str, written: str) -> None:
    assert format_phone(digits) == written
