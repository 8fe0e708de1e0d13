"""After a new SECRET_KEY: writes second factors, payment companies' keys and refund accounts anew under it, so that the old key can go."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from orderdesk.accounts.encryption import renew
from orders.services.gateway_accounts import renew_secrets

ENCRYPTED = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypts stored secrets with SECRET_KEY; those of SECRET_KEY_FALLBACKS are still read. Safe to repeat."

    @transaction.atomic
    def handle(self, *_args: Any, **_options: Any) -> None:
        renewed = renew_secrets()
        # Locked: a recovery code that is used meanwhile must stay used.
        for row in Authenticator.objects.select_for_update().order_by("pk"):
            secrets = {name: renew(row.data[name]) for name in ENCRYPTED if name in row.data}
            if secrets:
                row.data |= secrets
                row.save(update_fields=["data"])
                renewed += 1
        self.stdout.write(json.dumps({"renewed": renewed}))
