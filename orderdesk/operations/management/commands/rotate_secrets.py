"""After a new SECRET_KEY: writes second factors anew under it, so that the old key can go."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from orderdesk.accounts.encryption import renew

ENCRYPTED = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypts TOTP secrets and recovery codes with SECRET_KEY; those of SECRET_KEY_FALLBACKS are still read. Safe to repeat."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        renewed = 0
        # Locked: a recovery code that is used meanwhile must stay used.
        for row in Authenticator.objects.select_for_update().order_by("pk"):
            secrets = {name: renew(row.data[name]) for name in ENCRYPTED if name in row.data}
            if secrets:
                row.data |= secrets
                row.save(update_fields=["data"])
                renewed += 1
        self.stdout.write(json.dumps({"renewed": renewed}))
