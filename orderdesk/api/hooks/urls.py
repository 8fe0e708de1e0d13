"""Doors for machines that call us."""

from __future__ import annotations

from django.urls import path

from orderdesk.api.hooks.sweettracker import SweetTrackerHook

app_name = "hooks"
urlpatterns = [path("sweettracker/", SweetTrackerHook.as_view(), name="sweettracker")]
