"""Addresses below /admin/imports/."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from orderdesk.console import menu
from orders.admin.imports import downloads, pages

app_name = "imports"
menu.register(_("Orders"), _("Import"), "imports:list", pages.IMPORT, icon="import", order=70)
urlpatterns = [
    path("", pages.imports, name="list"),
    path("template/", downloads.template, name="template"),
    path("<int:run_id>/", pages.show, name="show"),
    path("<int:run_id>/columns/", pages.columns, name="columns"),
    path("<int:run_id>/start/", pages.start, name="start"),
    path("<int:run_id>/discard/", pages.discard, name="discard"),
    path("<int:run_id>/rejects/", downloads.rejects, name="rejects"),
]
