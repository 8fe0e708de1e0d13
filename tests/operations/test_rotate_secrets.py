import json
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import InvalidToken
from django.core.management import call_command

from orderdesk.accounts.encryption import decrypt
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def rotate(settings: Any) -> int:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "new key"
    out = StringIO()
    call_command("rotate_secrets", stdout=out)
    settings.SECRET_KEY_FALLBACKS = []
    renewed: int = json.loads(out.getvalue())["renewed"]
    return renewed


def test_a_second_factor_outlives_the_old_key(settings: Any) -> None:
    user, secret = make_user(), generate_totp_secret()
    TOTP.activate(user, secret)
    assert rotate(settings) == 1
    assert decrypt(Authenticator.objects.get(user=user).data["secret"]) == secret


def test_recovery_codes_stay_the_same(settings: Any) -> None:
    user = make_user()
    before = RecoveryCodes.activate(user).get_unused_codes()
    rotate(settings)
    row = Authenticator.objects.get(user=user)
    assert RecoveryCodes(row).get_unused_codes() == before


def test_without_the_command_the_old_key_is_still_needed(settings: Any) -> None:
    TOTP.activate(make_user(), generate_totp_secret())
    settings.SECRET_KEY = "new key"
    with pytest.raises(InvalidToken):
        decrypt(Authenticator.objects.get().data["secret"])
