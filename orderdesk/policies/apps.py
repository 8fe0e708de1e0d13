from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "orderdesk.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"
