from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from orderdesk import triggers
from orders.ledger_guards import LEDGER_TRIGGERS


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Subscribes what follows an order's events.
        import_module("orders.reactions")
        # Policies of cancelling: their rows and their floors.
        import_module("orders.cancel_policy")
        triggers.register(*LEDGER_TRIGGERS)
