"""Doors for machines that call us."""

from __future__ import annotations

from django.urls import path

from orderdesk.api.hooks.mail import MailHook
from orderdesk.api.hooks.sweettracker import SweetTrackerHook
from orderdesk.api.hooks.texts import SolapiHook

app_name = "hooks"
urlpatterns = [
    path("anymail/<slug:esp>/tracking/", MailHook.as_view(), name="anymail"),
    path("solapi/", SolapiHook.as_view(), name="solapi"),
    path("sweettracker/", SweetTrackerHook.as_view(), name="sweettracker"),
]
