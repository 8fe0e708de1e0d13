from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from orderdesk.accounts.encryption import decrypt, encrypt


class StaffAccountAdapter(DefaultAccountAdapter):
    """Staff are added by an owner: nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecretsAtRest(DefaultMFAAdapter):
    """TOTP seeds and recovery codes are stored encrypted."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
