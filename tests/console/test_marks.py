from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from orderdesk.console import marks
from orderdesk.money import Money
from orders.models import Payment

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # noon in Seoul


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=12), "12 min ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=-3), "in 3 hours"),
        (timedelta(hours=20), "yesterday 16:00"),
        (timedelta(hours=-26), "tomorrow 14:00"),
    ],
)
def test_times_are_told_in_words(before: timedelta, words: str) -> None:
    with translation.override("en"):
        assert marks.in_words(NOW - before, NOW) == words


def test_an_older_time_is_a_date_with_its_year_if_needed() -> None:
    with translation.override("en"):
        assert marks.in_words(NOW - timedelta(days=30), NOW) == "October 25 12:00"
        assert "2024" in marks.in_words(NOW - timedelta(days=800), NOW)


def test_the_exact_time_stands_in_the_title() -> None:
    assert 'title="2026-11-24 12:00"' in marks.ago(NOW)
    assert marks.ago(None) == "—"


def test_an_unknown_tone_is_idle_and_a_label_is_escaped() -> None:
    assert marks.pill("<b>", "loud") == '<span class="pill pill-idle">&lt;b&gt;</span>'


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["KRW", "USD", "EUR", "GBP", "BRL", "JPY", "KWD"]),
    st.sampled_from(["ko", "en"]),
)
def test_the_quick_way_of_writing_money_agrees_with_babel(minor: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert marks.money_words(minor, currency) == Money(minor, currency).format(language)


def test_a_choice_is_told_in_the_language_of_the_moment() -> None:
    payment = Payment(method="card")
    with translation.override("en"):
        assert marks.choice_label(payment, "method") == payment.get_method_display() == "Card"


def test_tags_mask_and_format() -> None:
    template = Template(
        "{% load console %}{{ name|masked_name }} {{ phone|masked_phone }} {{ mail|masked_email }} {{ 15000|plain_money:'KRW' }}"
    )
    context = Context({"name": "홍길동", "phone": "01012345678", "mail": "kim@example.com"})
    assert template.render(context) == "홍*동 010-****-5678 k***@example.com ₩15,000"


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_any_accent_becomes_readable_in_light_and_dark(colour: str) -> None:
    style = marks.accent_style(colour, "n")
    light, ink, dark = re.findall(r"#[0-9a-f]{6}", style)
    assert marks._contrast(marks._rgb(light), marks.WHITE) >= 4.5
    assert marks._contrast(marks._rgb(light), marks._rgb(ink)) >= 4.5
    assert marks._contrast(marks._rgb(dark), marks.DARK_GROUND) >= 4.5


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#123456;}body{display:none"])
def test_anything_but_a_hex_colour_is_ignored(colour: str) -> None:
    assert marks.accent_style(colour, "n") == ""


def test_the_end_of_a_day_is_written_as_its_last_minute() -> None:
    midnight = datetime(2026, 11, 25, 15, tzinfo=UTC)
    with timezone.override("Asia/Seoul"):
        assert marks.exact(marks.last_minute(midnight)) == "2026-11-25 23:59"
        assert marks.last_minute(midnight + timedelta(hours=3)) == midnight + timedelta(hours=3)
