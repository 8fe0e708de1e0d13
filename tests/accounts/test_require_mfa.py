from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client: Client, settings: Any) -> Client:
    settings.REQUIRE_MFA = True
    user = get_user_model().objects.create_user(
        "kim", "kim@example.com", "x", is_staff=True, is_superuser=True
    )
    client.force_login(user)
    return client


def test_staff_without_a_second_factor_are_sent_to_set_one_up(staff: Client) -> None:
    answer = staff.get(reverse("admin:index"))
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_index"))


def test_the_page_that_sets_up_a_factor_stays_open(staff: Client) -> None:
    answer = staff.get(reverse("mfa_index"))
    assert answer.headers.get("Location", "").startswith(reverse("admin:index")) is False


def test_staff_with_a_second_factor_pass(staff: Client) -> None:
    with patch("orderdesk.console.site.is_mfa_enabled", return_value=True):
        assert staff.get(reverse("admin:index")).headers.get("Location") != reverse("mfa_index")


def test_nothing_is_required_where_the_setting_is_off(staff: Client, settings: Any) -> None:
    settings.REQUIRE_MFA = False
    assert staff.get(reverse("admin:index")).headers.get("Location") != reverse("mfa_index")


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"), {"username": "eve", "email": "e@x.kr", "password1": "long-enough-1"}
    )
    assert answer.status_code in {200, 403}
    assert not get_user_model().objects.filter(username="eve").exists()
