"""The policy editor: times in the units one thinks in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orderdesk.accounts.roles import Role
from orderdesk.policies.models import Policy, PolicyKind
from orderdesk.policies.services.publish import new_draft
from tests.builders import make_shop, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Policy:
    return new_draft(make_shop().pk, PolicyKind.TIMING)


@pytest.fixture
def editor(client: Client, draft: Policy) -> Client:
    client.force_login(make_user(draft.shop, Role.POLICY_EDITOR))
    client.cookies["django_language"] = "en"
    return client


def action(draft: Policy) -> str:
    return reverse("admin:policies_policy_action", args=[draft.pk, "timings"])


def typed(client: Client, draft: Policy, **more: str) -> dict[str, str]:
    return {
        "acceptance_minutes_0": "15",
        "acceptance_minutes_1": "1",
        "acceptance_default": "nothing",
        "unpaid_minutes_0": "2",
        "unpaid_minutes_1": "1440",
        "completion_days": "7",
        "seen": client.get(action(draft)).context["seen"],
    } | more


def test_the_form_shows_hours_and_days_and_stores_minutes(editor: Client, draft: Policy) -> None:
    page = editor.get(action(draft)).content.decode()
    assert 'value="24"' in page
    assert 'value="3"' in page
    editor.post(action(draft), typed(editor, draft))
    draft.timing.refresh_from_db()
    assert (draft.timing.acceptance_minutes, draft.timing.unpaid_minutes) == (15, 2880)


def test_too_long_is_refused_with_the_limits_and_the_input_kept(editor: Client, draft: Policy) -> None:
    answer = editor.post(action(draft), typed(editor, draft, unpaid_minutes_0="31"))
    assert answer.status_code == 422
    assert "Choose between 5 minutes and 30 days." in answer.content.decode()
    assert 'value="31"' in answer.content.decode()


def test_the_page_says_times_in_words(editor: Client, draft: Policy) -> None:
    page = editor.get(reverse("admin:policies_policy_change", args=[draft.pk])).content.decode()
    for words in ("24 hours", "3 days", "7 days"):
        assert words in page
    assert "1440" not in page
