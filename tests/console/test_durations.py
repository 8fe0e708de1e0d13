"""Lengths of time: typed as people think, stored as minutes."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from orderdesk.console.durations import DAY, DurationField, minutes_in_words, split


class Form(forms.Form):
    wait = DurationField(label="Wait", least=5, most=3 * DAY)


@pytest.mark.parametrize(
    ("minutes", "korean", "english"),
    [
        (15, "15분", "15 minutes"),
        (90, "1시간 30분", "1 hour 30 minutes"),
        (60, "1시간", "1 hour"),
        (1440, "24시간", "24 hours"),
        (4320, "3일", "3 days"),
    ],
)
def test_minutes_are_said_in_the_unit_that_fits(minutes: int, korean: str, english: str) -> None:
    with translation.override("ko"):
        assert minutes_in_words(minutes) == korean
    with translation.override("en"):
        assert minutes_in_words(minutes) == english


@pytest.mark.parametrize("minutes", [1, 15, 60, 90, 1440, 2880, 4321])
def test_what_is_shown_is_what_was_stored(minutes: int) -> None:
    number, unit = split(minutes)
    assert number * unit == minutes


@pytest.mark.parametrize(
    ("number", "unit", "minutes"), [("15", "1", 15), ("24", "60", 1440), ("3", "1440", 4320)]
)
def test_a_number_and_its_unit_become_minutes(number: str, unit: str, minutes: int) -> None:
    form = Form({"wait_0": number, "wait_1": unit})
    assert form.is_valid()
    assert form.cleaned_data["wait"] == minutes


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        ("4", "1"),
        ("4", "1440"),
        ("", "60"),
        ("x", "60"),
        ("-1", "60"),
        ("3", "7"),
        ("9" * 40, "1440"),
        ("1.5", "60"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(number: str, unit: str) -> None:
    form = Form({"wait_0": number, "wait_1": unit})
    assert not form.is_valid()
    assert form.errors["wait"][0]
    assert str(form["wait"]).count(f'value="{number}"') == (1 if number else 0)


def test_the_limits_are_said_in_words() -> None:
    with translation.override("en"):
        form = Form({"wait_0": "4", "wait_1": "1440"})
        assert form.errors["wait"] == ["Choose between 5 minutes and 3 days."]


def test_both_parts_have_a_name_for_a_screen_reader() -> None:
    assert str(Form()["wait"]).count("aria-label=") == 2
