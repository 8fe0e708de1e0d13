from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orderdesk import triggers
from orderdesk.accounts.name_index import NAME_TRIGGERS


class AccountsConfig(AppConfig):
    name = "orderdesk.accounts"
    label = "accounts"
    verbose_name = _("Settings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        triggers.register(*NAME_TRIGGERS)
