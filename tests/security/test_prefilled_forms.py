"""An address may prefill a form; whatever stands in it, the form opens."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db.models import Field
from django.test import Client
from django.urls import reverse

from tests.builders import make_user

pytestmark = pytest.mark.django_db
WORDS = (" ", "2026-11-24 10:00")


def forms_to_add() -> list[str]:
    names = [f"admin:{each._meta.app_label}_{each._meta.model_name}_add" for each in admin.site._registry]
    return sorted(names)


def prefilled(name: str, word: str) -> str:
    label, _, model = name.removeprefix("admin:").removesuffix("_add").rpartition("_")
    found: Any = next(
        each
        for each in admin.site._registry
        if (each._meta.app_label, each._meta.model_name) == (label, model)
    )
    fields = [field.name for field in found._meta.get_fields() if isinstance(field, Field)]
    return f"{reverse(name)}?{urlencode(dict.fromkeys(fields, word))}"


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", forms_to_add())
def test_a_form_opens_whatever_its_address_says(client: Client, name: str, word: str) -> None:
    client.force_login(make_user(is_superuser=True))
    assert client.get(prefilled(name, word)).status_code < 500


@pytest.mark.parametrize("word", ["\x00", "0\x00", "a\x00b@c.d"])
@pytest.mark.parametrize("name", forms_to_add())
def test_a_list_can_be_searched_for_what_the_database_cannot_hold(
    client: Client, name: str, word: str
) -> None:
    client.force_login(make_user(is_superuser=True))
    address = reverse(f"{name.removesuffix('_add')}_changelist")
    assert client.get(f"{address}?{urlencode({'q': word, 'shop': word, 'status': word})}").status_code < 500
