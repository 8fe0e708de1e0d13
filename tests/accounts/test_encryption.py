"""Secrets at rest."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken

from orderdesk.accounts.encryption import decrypt, encrypt
from tests.builders import make_user


def test_what_was_encrypted_comes_back() -> None:
    assert decrypt(encrypt("비밀")) == "비밀"


def test_an_old_key_still_reads_after_rotation(settings: Any) -> None:
    old = encrypt("비밀")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new key"
    assert decrypt(old) == "비밀"


def test_a_changed_text_is_refused() -> None:
    with pytest.raises(InvalidToken):
        decrypt(encrypt("비밀")[:-4] + "AAAA")


@pytest.mark.django_db
def test_the_database_never_holds_a_totp_seed() -> None:
    secret = generate_totp_secret()
    TOTP.activate(make_user(), secret)
    assert secret not in str(Authenticator.objects.values().get())
