"""The console replaces Django's default admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AppConfig):
    """Models and templates of the staff console."""

    name = "orderdesk.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"


class ConsoleAdminConfig(AdminConfig):
    """django.contrib.admin with our site as `admin.site`."""

    default = False
    default_site = "orderdesk.console.site.ConsoleSite"
