"""The staff's login form, in our words and with allauth's checks."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orderdesk.accounts.login import StaffLoginForm
from tests.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "login", "remember"),
    [("ko", "아이디 또는 메일", "로그인 상태 유지"), ("en", "Login or mail", "Keep me logged in")],
)
def test_its_labels_say_what_the_fields_are(language: str, login: str, remember: str) -> None:
    with translation.override(language):
        form = StaffLoginForm()
        assert (str(form.fields["login"].label), str(form.fields["remember"].label)) == (login, remember)


def enter(client: Client, password: str, **more: str) -> int:
    user = make_user(username="mina", email="mina@example.com")
    user.set_password("a-long-password")
    user.save()
    data = {"login": "mina", "password": password} | more
    return client.post(reverse("account_login"), data).status_code


@pytest.mark.parametrize("login", ["mina", "mina@example.com"])
def test_staff_enter_by_login_or_mail(client: Client, login: str) -> None:
    assert enter(client, "a-long-password", login=login) == 302
    assert "_auth_user_id" in client.session


def test_a_wrong_password_is_refused_and_the_name_kept(client: Client) -> None:
    assert enter(client, "wrong") == 200
    assert "_auth_user_id" not in client.session
    page = client.post(reverse("account_login"), {"login": "mina", "password": "wrong"}).content.decode()
    assert 'value="mina"' in page
    assert "wrong" not in page.partition("<form")[2].partition("</form")[0]


@pytest.mark.parametrize(("remember", "kept"), [("on", True), ("", False)])
def test_the_session_outlives_the_browser_only_if_asked(client: Client, remember: str, kept: bool) -> None:
    assert enter(client, "a-long-password", **({"remember": remember} if remember else {})) == 302
    assert client.session.get_expire_at_browser_close() is not kept
