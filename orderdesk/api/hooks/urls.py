"""Doors for machines that call us."""

from __future__ import annotations

from django.urls import path

from orderdesk.api.hooks.mail import MailHook
from orderdesk.api.hooks.portone import PortOneHook
from orderdesk.api.hooks.stripe import StripeHook
from orderdesk.api.hooks.sweettracker import SweetTrackerHook
from orderdesk.api.hooks.texts import SolapiHook
from orderdesk.api.hooks.toss import TossHook

app_name = "hooks"
urlpatterns = [
    path("anymail/<slug:esp>/tracking/", MailHook.as_view(), name="anymail"),
    path("portone/", PortOneHook.as_view(), name="portone"),
    path("solapi/", SolapiHook.as_view(), name="solapi"),
    path("stripe/", StripeHook.as_view(), name="stripe"),
    path("sweettracker/", SweetTrackerHook.as_view(), name="sweettracker"),
    path("toss/", TossHook.as_view(), name="toss"),
]
